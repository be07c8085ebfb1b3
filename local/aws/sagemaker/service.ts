import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { ServiceEvent } from '../events/event';
import type { ApiRecorder } from '../http/api-call';
import type { FaultPlan } from '../http/faults';
import { startJsonService } from '../http/json-service';
import type { LocalService } from '../service';
import { jobEventDetail } from './describe-job';
import type { JobFaultPlan } from './job-faults';
import { endpointEventDetail } from './hosting/endpoint';
import { Endpoints, type LoadModel } from './hosting/endpoints';
import { HostedModels, type PackagedModel } from './hosting/hosted-models';
import { startSageMakerRuntime } from './hosting/runtime-service';
import { trainedModel } from './hosting/trained-model';
import { packageEventDetail } from './registry/describe-package';
import type { ModelPackage } from './registry/model-package';
import { ModelRegistry, type ModelPackageGroup } from './registry/registry';
import { RoleClients } from './role-clients';
import type { Members } from './shapes';
import { TrainingJobs } from './training-jobs';
import { tuningEventDetail } from './tuning/tuning-job';
import { TuningJobs } from './tuning/tuning-jobs';

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
  /** Reads the models that endpoints serve. @default - what a training job leaves */
  readonly loadModel?: LoadModel;
}

/** The local SageMaker. */
export interface SageMakerService extends LocalService {
  /** SageMaker Runtime: where endpoints are invoked. Closed with the service. */
  readonly runtime: LocalService;
  /** Settles when the job is over; at once for one that does not exist. */
  jobEnded(name: string): Promise<void>;
  /** Settles when the tuning job is over; at once for one that does not exist. */
  tuningJobEnded(name: string): Promise<void>;
  /** Settles when no endpoint is being created or updated. */
  endpointsSettled(): Promise<void>;
}

/** The account in ARNs. */
const accountId = '000000000000';

/**
 * The part of SageMaker that training jobs, tuning by random search, the Model Registry and serverless endpoints need. A job runs built-in
 * XGBoost's algorithm as a process of its own over the container's folder layout; everything that it does not support is an error that
 * names it.
 *
 * Refused: other images, several instances, Pipe and FastFile mode, debugger, metric definitions, model packages outside of a group,
 * endpoints on instances, tuning by another strategy. Taken without effect, and described: network, keys, isolation, spot, retries;
 * checkpoints are not written.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export async function startSageMaker(props: SageMakerProps): Promise<SageMakerService> {
  const region = props.region ?? 'us-east-1';
  const arnPrefix = `arn:aws:sagemaker:${region}:${accountId}`;
  const now = (): number => props.clock?.now() ?? Date.now();
  const stateIn = (folder: string): string | undefined =>
    props.stateDirectory === undefined ? undefined : path.join(props.stateDirectory, folder);
  const tell = (detailType: string, resource: string, detail: ServiceEvent['detail']): void =>
    props.onEvent?.({ source: 'aws.sagemaker', detailType, resources: [resource], detail });
  const clients = new RoleClients(props.s3Endpoint, region);
  mkdirSync(props.logDirectory, { recursive: true });
  const jobs = new TrainingJobs({
    directory: props.directory,
    logDirectory: props.logDirectory,
    stateDirectory: stateIn('training-jobs'),
    clients,
    arnPrefix,
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
  const tunings = new TuningJobs({
    jobs,
    arnPrefix,
    stateDirectory: stateIn('tuning-jobs'),
    now,
    onChange: (tuning, tried) =>
      tell('SageMaker HyperParameter Tuning Job State Change', tuning.arn, tuningEventDetail(tuning, tried)),
  });
  const hosted = new HostedModels({
    arnPrefix,
    stateIn,
    now,
    packagedModel: (nameOrArn) => packagedModel(registry.find(nameOrArn)),
  });
  const endpoints = new Endpoints({
    arnPrefix,
    stateIn,
    now,
    hosted,
    clients,
    loadModel: props.loadModel ?? trainedModel,
    onChange: (endpoint) => tell('SageMaker Endpoint State Change', endpoint.arn, endpointEventDetail(endpoint)),
  });
  const recorder = props.recorder === undefined ? {} : { recorder: props.recorder };
  const service = await startJsonService({
    name: 'sagemaker',
    targetPrefix: 'SageMaker',
    operations: {
      ...jobs.operations,
      ...tunings.operations,
      ...registry.operations,
      ...hosted.operations,
      ...endpoints.operations,
    },
    ...recorder,
    ...(props.faults === undefined ? {} : { faults: props.faults }),
  });
  const runtime = await startSageMakerRuntime({ serves: (name) => endpoints.serves(name), ...recorder });
  let closing: Promise<void> | undefined;
  return {
    ...service,
    runtime,
    jobEnded: (name) => jobs.ended(name),
    tuningJobEnded: (name) => tunings.ended(name),
    endpointsSettled: () => endpoints.settled(),
    close: () =>
      (closing ??= (async () => {
        await Promise.all([service.close(), runtime.close()]);
        await Promise.all([tunings.close(), jobs.close(), endpoints.settled()]);
        clients.destroy();
      })()),
  };
}

/** What a version of the registry is deployed from. */
function packagedModel({ arn, approvalStatus, input }: ModelPackage): PackagedModel {
  const { Containers: containers } = (input.InferenceSpecification ?? {}) as { readonly Containers?: readonly Members[] };
  const [container] = containers ?? [];
  return { arn, image: container?.Image, dataUrl: container?.ModelDataUrl, isApproved: approvalStatus === 'Approved' };
}
