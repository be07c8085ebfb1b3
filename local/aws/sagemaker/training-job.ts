import { isMembers } from './shapes';
import type { TrainingRequest } from './training-request';

export type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';
export type SecondaryStatus =
  | 'Starting'
  | 'Downloading'
  | 'Training'
  | 'Interrupted'
  | 'Uploading'
  | 'Completed'
  | 'Failed'
  | 'Stopping'
  | 'Stopped'
  | 'MaxRuntimeExceeded'
  | 'MaxWaitTimeExceeded';

/** A span in one secondary status. Times in milliseconds since the epoch. */
interface Transition {
  readonly status: SecondaryStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly message: string;
}

/** The last value of a metric in the log. */
export interface FinalMetric {
  readonly name: string;
  readonly value: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** A training job, as the service knows it. Replaced, not changed, by `moved`. */
export interface TrainingJob {
  readonly request: TrainingRequest;
  readonly arn: string;
  readonly status: JobStatus;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When training itself began. @default - not yet */
  readonly trainingStartedAt?: number;
  readonly trainingEndedAt?: number;
  readonly transitions: readonly Transition[];
  readonly failureReason?: string;
  /** The tuning job that has launched it. @default - none has */
  readonly tuningJobArn?: string;
  readonly metrics: readonly FinalMetric[];
}

const messages: Readonly<Record<SecondaryStatus, string>> = {
  Starting: 'Launching requested ML instances',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Interrupted: 'The instances of managed spot training were interrupted',
  Uploading: 'Uploading generated training model',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Resources deallocated: the job ran longer than MaxRuntimeInSeconds',
  MaxWaitTimeExceeded: 'Resources deallocated: no spot capacity within MaxWaitTimeInSeconds',
};

const primary: Readonly<Partial<Record<SecondaryStatus, JobStatus>>> = {
  Completed: 'Completed',
  Failed: 'Failed',
  Stopping: 'Stopping',
  Stopped: 'Stopped',
  MaxRuntimeExceeded: 'Stopped',
  MaxWaitTimeExceeded: 'Stopped',
};

const terminal: ReadonlySet<JobStatus> = new Set<JobStatus>(['Completed', 'Failed', 'Stopped']);

/** A job that was just accepted. */
export function created(request: TrainingRequest, arn: string, now: number): TrainingJob {
  const job = { request, arn, status: 'InProgress', createdAt: now, modifiedAt: now, transitions: [], metrics: [] } as const;
  return moved(job, 'Starting', now);
}

/** Whether nothing more happens to the job. */
export function isOver(job: TrainingJob): boolean {
  return terminal.has(job.status);
}

/** Whether a kept document is a job. */
export function isTrainingJob(value: unknown): value is TrainingJob {
  return (
    isMembers(value) &&
    isMembers(value.request) &&
    typeof value.request.name === 'string' &&
    typeof value.arn === 'string' &&
    typeof value.status === 'string' &&
    typeof value.createdAt === 'number' &&
    typeof value.modifiedAt === 'number' &&
    Array.isArray(value.transitions) &&
    Array.isArray(value.metrics)
  );
}

/**
 * The job in the next secondary status. One that is being stopped stays `Stopping` until it is over.
 * @throws Error for a job that is over
 */
export function moved(
  job: TrainingJob,
  to: SecondaryStatus,
  now: number,
  more: Partial<Pick<TrainingJob, 'failureReason' | 'metrics'>> = {},
): TrainingJob {
  if (isOver(job)) {
    throw new Error(`training job ${job.request.name} is ${job.status}: it cannot become ${to}`);
  }
  const last = job.transitions.at(-1);
  const message = more.failureReason ?? messages[to];
  const ended = last?.status === 'Training' ? { trainingEndedAt: now } : {};
  return {
    ...job,
    ...(to === 'Training' && { trainingStartedAt: now }),
    ...ended,
    ...more,
    status: primary[to] ?? job.status,
    modifiedAt: now,
    transitions: [
      ...job.transitions.slice(0, -1),
      ...(last === undefined ? [] : [{ ...last, endedAt: now }]),
      { status: to, startedAt: now, message, ...(primary[to] !== undefined && to !== 'Stopping' && { endedAt: now }) },
    ],
  };
}
