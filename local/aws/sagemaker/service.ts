import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { ServiceEvent } from '../events/event';
import type { ApiRecorder } from '../http/api-call';
import type { FaultPlan } from '../http/faults';
import { startJsonService } from '../http/json-service';
import type { LocalService } from '../service';
import { jobEventDetail } from './describe-job';
import type { JobFaultPlan } from './job-faults';
import { packageEventDetail } from './registry/describe-package';
import { ModelRegistry, type ModelPackageGroup } from './registry/registry';
import { TrainingJobs } from './training-jobs';

export interface SageMakerProps {
  /** A folder per job is made below it: `<directory>/<job>/opt/ml`. */
  readonly directory: string;
  /** `http://127.0.0.1:<port>` of the S3 that holds training sets and takes models. */
  readonly s3Endpoint: string;
  /** `<logDirectory>/<job>.log` */
  readonly logDirectory: string;
  /** The folder that keeps jobs and model packages beyond this process. @default - they end with it */
  readonly stateDirectory?: string;
  /** The groups of the Model Registry. @default none */
  readonly modelPackageGroups?: readonly ModelPackageGroup[];
  /** Takes each line of a job's log as it is written. @default - the log file alone */
  readonly onLogLine?: (jobName: string, line: string) => void;
  /** Told what the service tells EventBridge. @default - nobody is told */
  readonly onEvent?: (event: ServiceEvent) => void;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default - the system's */
  readonly clock?: { now(): number };
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
  /** What goes wrong with requests, on purpose: throttling, limits, lost replies. @default - nothing */
  readonly faults?: FaultPlan;
  /** What goes wrong with training jobs, on purpose. @default - nothing */
  readonly jobFaults?: JobFaultPlan;
}

/** The local SageMaker. */
export interface SageMakerService extends LocalService {
  /** Settles when the job is over; at once for one that does not exist. */
  jobEnded(name: string): Promise<void>;
}

/** The account in ARNs. */
const accountId = '000000000000';

/**
 * The part of SageMaker that training jobs and the Model Registry need. A job runs built-in XGBoost's algorithm as a process of its own
 * over the container's folder layout; everything that it does not support is an error that names it.
 *
 * Refused: other images, several instances, Pipe and FastFile mode, debugger, metric definitions, model packages outside of a group.
 * Taken without effect, and described: network, keys, isolation, spot, retries; checkpoints are not written.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export async function startSageMaker(props: SageMakerProps): Promise<SageMakerService> {
  const region = props.region ?? 'us-east-1';
  const now = (): number => props.clock?.now() ?? Date.now();
  const stateIn = (folder: string): string | undefined =>
    props.stateDirectory === undefined ? undefined : path.join(props.stateDirectory, folder);
  const tell = (detailType: string, resource: string, detail: ServiceEvent['detail']): void =>
    props.onEvent?.({ source: 'aws.sagemaker', detailType, resources: [resource], detail });
  mkdirSync(props.logDirectory, { recursive: true });
  const jobs = new TrainingJobs({
    directory: props.directory,
    logDirectory: props.logDirectory,
    stateDirectory: stateIn('training-jobs'),
    s3Endpoint: props.s3Endpoint,
    region,
    arnPrefix: `arn:aws:sagemaker:${region}:${accountId}`,
    now,
    onLogLine: (jobName, line) => props.onLogLine?.(jobName, line),
    onChange: (job) => tell('SageMaker Training Job State Change', job.arn, jobEventDetail(job)),
    faults: props.jobFaults,
  });
  const registry = new ModelRegistry({
    groups: props.modelPackageGroups ?? [],
    directory: stateIn('model-packages'),
    now,
    onChange: (model) => tell('SageMaker Model Package State Change', model.arn, packageEventDetail(model)),
  });
  const service = await startJsonService({
    name: 'sagemaker',
    targetPrefix: 'SageMaker',
    operations: { ...jobs.operations, ...registry.operations },
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
    ...(props.faults === undefined ? {} : { faults: props.faults }),
  });
  let closing: Promise<void> | undefined;
  return {
    ...service,
    jobEnded: (name) => jobs.ended(name),
    close: () => (closing ??= service.close().then(() => jobs.close())),
  };
}
