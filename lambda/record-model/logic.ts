import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { Domain } from '../../core/domain';
import { trainingErrors } from '../../core/training-error';
import { typedApiError } from '../shared/api-error';
import type { Tuned } from '../shared/job/tuned';
import type { Lake } from '../shared/lake';
import { TrainingError } from '../shared/training-error';
import type { TrainingJobs } from '../shared/job/training-jobs';
import type { RecordModelEvent } from './event';
import { failureReasonOf, outcomeOf, type TrainingOutcome } from './outcome';

/** What is kept of a training job, and answered to the state machine. */
export interface ModelRecord {
  readonly jobName: string;
  readonly jobArn: string;
  readonly domain: string;
  readonly outcome: TrainingOutcome;
  /** Completed, Failed or Stopped. */
  readonly status: string;
  /** Why there is no model. @default - the job is complete */
  readonly failureReason?: string;
  /** The final value of each metric, by its name in SageMaker: `validation:rmse`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The metric that the domain looks at; null when the job did not report it. */
  readonly objective: { readonly metric: string; readonly value: number | null };
  /** `s3://` URI of `model.tar.gz`. @default - a failed job has none */
  readonly modelUri?: string;
  /** Rows of the training set, by split. */
  readonly rows: Readonly<Record<string, number>>;
  /** The span of event time, ISO 8601, UTC. */
  readonly window: { readonly start: string; readonly end: string };
  readonly manifestUri: string;
  readonly manifestHash: string;
  /** What else is known of the training set. */
  readonly inspected: RecordModelEvent['inspected'];
  /** `s3://` prefix of each channel that the job was really given. */
  readonly trainingSet: Readonly<Record<string, string>>;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The tuning job, and which of the hyperparameters it has found. @default - none was asked for */
  readonly tuned?: Tuned;
  /** Whether it trained on spot capacity. */
  readonly spot: boolean;
  /** For how long its instances are billed, in seconds, for each of them. @default - not yet told */
  readonly billableSeconds?: number;
  /** When it was asked for, ISO 8601, UTC. */
  readonly createdAt?: string;
  /** @default - the job never ran */
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/**
 * Records a job that has ended, however it ended: one JSON document per job, overwritten when recorded again.
 * @throws TrainingError TrainingNotEnded, or one of the API's that is ours
 */
export async function recordModel(
  lake: Lake,
  jobs: Pick<TrainingJobs, 'describe'>,
  config: { readonly domain: Domain; readonly recordPrefix: string },
  event: RecordModelEvent,
): Promise<ModelRecord> {
  const job = await jobs.describe(event.jobName).catch((error: unknown) => {
    throw typedApiError(error, `DescribeTrainingJob ${event.jobName}`);
  });
  const record = recordOf(config.domain, event, job);
  await lake.writeJson(`${config.recordPrefix}${event.jobName}.json`, JSON.stringify(record, null, 2));
  return record;
}

function recordOf(domain: Domain, event: RecordModelEvent, job: DescribeTrainingJobResponse): ModelRecord {
  const { jobName, inspected, tuned } = event;
  const status = job.TrainingJobStatus ?? 'unknown';
  if (status !== 'Completed' && status !== 'Failed' && status !== 'Stopped') {
    throw new TrainingError(trainingErrors.trainingNotEnded, `training job ${jobName} is ${status}`);
  }
  const metrics = Object.fromEntries(
    (job.FinalMetricDataList ?? []).map(({ MetricName = '', Value = 0 }) => [MetricName, Value]),
  );
  const metric = domain.trainingSet.objectiveMetric;
  const modelUri = status === 'Failed' ? undefined : job.ModelArtifacts?.S3ModelArtifacts;
  // A job that an earlier execution started was given that execution's training set.
  const trainingSet = Object.fromEntries(
    (job.InputDataConfig ?? []).map(({ ChannelName = '', DataSource }) => [ChannelName, DataSource?.S3DataSource?.S3Uri ?? '']),
  );
  return {
    jobName,
    jobArn: job.TrainingJobArn ?? '',
    domain: domain.name,
    outcome: outcomeOf(job),
    status,
    ...(status !== 'Completed' && { failureReason: failureReasonOf(job) }),
    metrics,
    objective: { metric, value: metrics[metric] ?? null },
    ...(modelUri !== undefined && { modelUri }),
    rows: event.rows,
    window: event.window,
    manifestUri: event.manifestUri,
    manifestHash: event.manifestHash,
    inspected,
    trainingSet,
    hyperparameters: job.HyperParameters ?? {},
    ...(tuned !== undefined && { tuned: { ...tuned, hyperparameters: tunedOf(tuned, job) } }),
    spot: job.EnableManagedSpotTraining ?? false,
    ...(job.BillableTimeInSeconds !== undefined && { billableSeconds: job.BillableTimeInSeconds }),
    ...(job.CreationTime !== undefined && { createdAt: job.CreationTime.toISOString() }),
    ...(job.TrainingStartTime !== undefined && { startedAt: job.TrainingStartTime.toISOString() }),
    ...(job.TrainingEndTime !== undefined && { endedAt: job.TrainingEndTime.toISOString() }),
  };
}

/** The values that the job was really given: it may be one that an earlier execution started. */
function tunedOf({ hyperparameters }: Tuned, job: DescribeTrainingJobResponse): Tuned['hyperparameters'] {
  return Object.fromEntries(Object.entries(hyperparameters).map(([name, value]) => [name, job.HyperParameters?.[name] ?? value]));
}
