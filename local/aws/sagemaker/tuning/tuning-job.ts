import { isMembers, type Members } from '../shapes';
import type { TrainingJob } from '../training-job';
import type { TuningRequest } from './tuning-request';

export type TuningStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** One of a tuning job's training jobs, and what was drawn for it. */
export interface Trial {
  readonly jobName: string;
  readonly drawn: Readonly<Record<string, string>>;
}

/** A tuning job. Replaced, not changed. */
export interface TuningJob {
  readonly request: TuningRequest;
  readonly arn: string;
  readonly status: TuningStatus;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly trials: readonly Trial[];
  readonly failureReason?: string;
}

export function isTuningOver({ status }: TuningJob): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}

/** Whether a kept document is a tuning job. */
export function isTuningJob(value: unknown): value is TuningJob {
  return (
    isMembers(value) &&
    isMembers(value.request) &&
    typeof value.request.name === 'string' &&
    typeof value.arn === 'string' &&
    typeof value.status === 'string' &&
    typeof value.createdAt === 'number' &&
    Array.isArray(value.trials)
  );
}

/** A trial together with its training job. */
export interface Tried {
  readonly trial: Trial;
  readonly job: TrainingJob;
}

/** The objective metric that a training job ended with; undefined when it has none. */
export function objectiveValue({ request: { objective } }: TuningJob, { status, metrics }: TrainingJob): number | undefined {
  return status === 'Completed' ? metrics.find(({ name }) => name === objective.metric)?.value : undefined;
}

/** The trial with the best objective, the first of those that are alike; undefined while there is none. */
export function bestTrial(tuning: TuningJob, tried: readonly Tried[]): Tried | undefined {
  const sign = tuning.request.objective.type === 'Maximize' ? 1 : -1;
  let best: { readonly one: Tried; readonly score: number } | undefined;
  for (const one of tried) {
    const value = objectiveValue(tuning, one.job);
    if (value !== undefined && (best === undefined || sign * value > best.score)) {
      best = { one, score: sign * value };
    }
  }
  return best?.one;
}

/**
 * The answer of DescribeHyperParameterTuningJob.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html
 */
export function describeTuning(tuning: TuningJob, tried: readonly Tried[]): Members {
  const { input } = tuning.request;
  const best = bestTrial(tuning, tried);
  return {
    HyperParameterTuningJobName: tuning.request.name,
    HyperParameterTuningJobArn: tuning.arn,
    HyperParameterTuningJobConfig: input.HyperParameterTuningJobConfig,
    TrainingJobDefinition: input.TrainingJobDefinition,
    HyperParameterTuningJobStatus: tuning.status,
    CreationTime: tuning.createdAt / 1000,
    ...(isTuningOver(tuning) && { HyperParameterTuningEndTime: tuning.modifiedAt / 1000 }),
    LastModifiedTime: tuning.modifiedAt / 1000,
    ...counters(tuning, tried),
    ...(best !== undefined && { BestTrainingJob: summarizeTrial(tuning, best) }),
    ...(tuning.failureReason !== undefined && { FailureReason: tuning.failureReason }),
  };
}

/** One entry of ListHyperParameterTuningJobs. */
export function summarizeTuning(tuning: TuningJob, tried: readonly Tried[]): Members {
  const { Strategy, ResourceLimits } = (tuning.request.input.HyperParameterTuningJobConfig ?? {}) as Members;
  return {
    HyperParameterTuningJobName: tuning.request.name,
    HyperParameterTuningJobArn: tuning.arn,
    HyperParameterTuningJobStatus: tuning.status,
    Strategy,
    CreationTime: tuning.createdAt / 1000,
    ...(isTuningOver(tuning) && { HyperParameterTuningEndTime: tuning.modifiedAt / 1000 }),
    LastModifiedTime: tuning.modifiedAt / 1000,
    ...counters(tuning, tried),
    ResourceLimits,
  };
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobSummary.html */
export function summarizeTrial(tuning: TuningJob, { trial, job }: Tried): Members {
  const { type, metric } = tuning.request.objective;
  const value = objectiveValue(tuning, job);
  return {
    TrainingJobName: job.request.name,
    TrainingJobArn: job.arn,
    TuningJobName: tuning.request.name,
    CreationTime: job.createdAt / 1000,
    ...(job.trainingStartedAt !== undefined && { TrainingStartTime: job.trainingStartedAt / 1000 }),
    ...(job.trainingEndedAt !== undefined && { TrainingEndTime: job.trainingEndedAt / 1000 }),
    TrainingJobStatus: job.status,
    TunedHyperParameters: trial.drawn,
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    ...(value !== undefined && { FinalHyperParameterTuningJobObjectiveMetric: { Type: type, MetricName: metric, Value: value } }),
    ObjectiveStatus: objectiveStatus(tuning, job),
  };
}

/**
 * The detail of the event "SageMaker HyperParameter Tuning Job State Change".
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-hpo
 */
export function tuningEventDetail(tuning: TuningJob, tried: readonly Tried[]): Members {
  return {
    HyperParameterTuningJobName: tuning.request.name,
    HyperParameterTuningJobArn: tuning.arn,
    TrainingJobDefinition: tuning.request.input.TrainingJobDefinition,
    HyperParameterTuningJobStatus: tuning.status,
    CreationTime: String(tuning.createdAt),
    LastModifiedTime: String(tuning.modifiedAt),
    ...counters(tuning, tried),
    Tags: {},
  };
}

function objectiveStatus(tuning: TuningJob, job: TrainingJob): 'Succeeded' | 'Pending' | 'Failed' {
  if (job.status === 'InProgress' || job.status === 'Stopping') {
    return 'Pending';
  }
  return objectiveValue(tuning, job) === undefined ? 'Failed' : 'Succeeded';
}

function counters(tuning: TuningJob, tried: readonly Tried[]): Members {
  const jobs = tried.map(({ job }) => job);
  const withStatus = (...statuses: readonly string[]): number => jobs.filter(({ status }) => statuses.includes(status)).length;
  const withObjective = (status: string): number => jobs.filter((job) => objectiveStatus(tuning, job) === status).length;
  return {
    TrainingJobStatusCounters: {
      Completed: withStatus('Completed'),
      InProgress: withStatus('InProgress', 'Stopping'),
      RetryableError: 0,
      NonRetryableError: withStatus('Failed'),
      Stopped: withStatus('Stopped'),
    },
    ObjectiveStatusCounters: {
      Succeeded: withObjective('Succeeded'),
      Pending: withObjective('Pending'),
      Failed: withObjective('Failed'),
    },
  };
}
