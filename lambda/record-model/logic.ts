import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import type { Domain } from '../../core/domain';
import { trainingErrors } from '../../core/training-error';
import type { Lake } from '../shared/lake';
import type { ReadyPlan, RowCounts } from '../shared/plan';
import { TrainingError } from '../shared/training-error';
import type { RecordModelEvent } from './event';

/** What is kept of a training job, and answered to the state machine. */
export interface ModelRecord {
  readonly jobName: string;
  readonly domain: string;
  /** Completed, Failed or Stopped. */
  readonly status: string;
  /** Why there is no model. @default - the job is complete */
  readonly failureReason?: string;
  /** The final value of each metric, by its name in SageMaker: `validation:rmse`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The metric that says how good the model is; null when the job did not report it. */
  readonly objective: { readonly metric: string; readonly value: number | null };
  /** `s3://` URI of `model.tar.gz`. @default - a failed job has none */
  readonly modelUri?: string;
  readonly rows: RowCounts;
  readonly window: ReadyPlan['window'];
  readonly manifestUri: string;
  readonly manifestHash: string;
  /** `s3://` prefix of each channel that the job was really given. */
  readonly trainingSet: Readonly<Record<string, string>>;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. @default - the job never ran */
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** Describes a training job by its name. */
export type DescribeTrainingJob = (jobName: string) => Promise<DescribeTrainingJobResponse>;

/**
 * Records a job that has ended, however it ended: one JSON document per job, overwritten when recorded again.
 * @throws TrainingError TrainingNotEnded
 */
export async function recordModel(
  lake: Lake,
  describeTrainingJob: DescribeTrainingJob,
  config: { readonly domain: Domain; readonly recordPrefix: string },
  event: RecordModelEvent,
): Promise<ModelRecord> {
  const record = recordOf(config.domain, event, await describeTrainingJob(event.jobName));
  await lake.writeJson(`${config.recordPrefix}${event.jobName}.json`, JSON.stringify(record, null, 2));
  return record;
}

/** What a job that gives no reason ended by. */
function reasonOf(status: 'Failed' | 'Stopped'): string {
  return status === 'Stopped'
    ? 'The training job was stopped: by a person, or because it reached its longest run time.'
    : 'The training job failed and gave no reason; its log is in /aws/sagemaker/TrainingJobs.';
}

/** SageMaker never gives a name away twice, and a name follows from the files: what failed once is not tried again on them. */
const nameWasTaken =
  ' The name was taken when this run came to start the job: by an earlier run, most likely, on the very same files. SageMaker gives no name away twice, so the next attempt is made as soon as other files are there.';

function recordOf(
  domain: Domain,
  { jobName, plan, rows, started }: RecordModelEvent,
  job: DescribeTrainingJobResponse,
): ModelRecord {
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
    domain: domain.name,
    status,
    ...(status !== 'Completed' && {
      failureReason: `${job.FailureReason ?? reasonOf(status)}${started ? '' : nameWasTaken}`,
    }),
    metrics,
    objective: { metric, value: metrics[metric] ?? null },
    ...(modelUri !== undefined && { modelUri }),
    rows,
    window: plan.window,
    manifestUri: plan.manifestUri,
    manifestHash: plan.manifestHash,
    trainingSet,
    hyperparameters: job.HyperParameters ?? {},
    ...(job.TrainingStartTime !== undefined && { startedAt: job.TrainingStartTime.toISOString() }),
    ...(job.TrainingEndTime !== undefined && { endedAt: job.TrainingEndTime.toISOString() }),
  };
}
