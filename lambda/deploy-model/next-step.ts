import type { Begun } from './event';
import type { Endpoint } from './hosting';

/** A version that should be served. */
export interface WantedModel {
  readonly version: number;
  readonly modelPackageArn: string;
  /** Of the model and of the endpoint configuration: says all that matters of how it is served. */
  readonly configName: string;
}

/** What should be served: a version; or nothing, and why. */
export type Wanted =
  | WantedModel
  | {
      readonly reason: string;
      /** Whether an endpoint that is there may go on: what it serves is the model in use. */
      readonly mayStay: boolean;
    };

/** How a run ends. */
export type End = 'in-service' | 'unchanged' | 'nothing-to-serve' | 'taken-down' | 'failed';

/** The next step of a run, at most one at a time. */
export type Step =
  | { readonly do: 'create' | 'update'; readonly model: WantedModel }
  /** Takes the endpoint down: `for: 'renewal'` because nothing else can be done with it, and it is made anew then. */
  | { readonly do: 'delete'; readonly for: 'renewal' | 'removal' }
  /** Something is under way. `configName`: what to, when it is what this run wants. */
  | { readonly do: 'wait'; readonly reason: string; readonly configName?: string }
  | { readonly do: 'end'; readonly end: End; readonly reason: string };

export interface Situation {
  readonly wanted: Wanted;
  /** Undefined when there is none. */
  readonly endpoint: Endpoint | undefined;
  /** What this run has begun before. */
  readonly begun: Begun;
  /** Whether the run has taken as long as it may. */
  readonly overdue: boolean;
}

/** In these SageMaker lets nobody change the endpoint, and they pass. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
const passing = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'];

/** In these the endpoint answers nobody, and can only be deleted. */
const broken = ['Failed', 'OutOfService'];

/**
 * Compares what should be served with what is, and says what to do about it. A run tries a configuration once: when the endpoint has
 * failed under it, or has gone back to the one before, that is how the run ends; the next run tries again.
 */
export function nextStep(situation: Situation): Step {
  const { endpoint, overdue } = situation;
  const step =
    endpoint !== undefined && passing.includes(endpoint.status) ? waiting(endpoint, situation.wanted) : settledStep(situation);
  return overdue && step.do !== 'end'
    ? ends(
        'failed',
        `the run has taken as long as it may, and ${endpoint === undefined ? 'there is no endpoint' : `the endpoint is ${endpoint.status}`}`,
      )
    : step;
}

function settledStep({ wanted, endpoint, begun }: Situation): Step {
  if ('reason' in wanted) {
    return withoutModel(wanted, endpoint, begun);
  }
  const { configName } = wanted;
  if (endpoint === undefined) {
    return { do: 'create', model: wanted };
  }
  const tried = 'configName' in begun && begun.configName === configName;
  if (broken.includes(endpoint.status)) {
    return tried
      ? ends('failed', `the endpoint cannot serve version ${wanted.version}: ${reasonOf(endpoint)}`)
      : { do: 'delete', for: 'renewal' };
  }
  if (endpoint.status !== 'InService') {
    return ends('failed', `the endpoint is ${endpoint.status}, in which a person has to look at it: ${reasonOf(endpoint)}`);
  }
  if (endpoint.configName === configName) {
    const serves = `version ${wanted.version} answers`;
    return begun.kind === 'deployment' && tried ? ends('in-service', serves) : ends('unchanged', serves);
  }
  return tried
    ? ends(
        'failed',
        `version ${wanted.version} could not be brought into service, and ${endpoint.configName} goes on: ${reasonOf(endpoint)}`,
      )
    : { do: 'update', model: wanted };
}

function withoutModel(wanted: Extract<Wanted, { reason: string }>, endpoint: Endpoint | undefined, begun: Begun): Step {
  if (endpoint !== undefined && !wanted.mayStay) {
    return { do: 'delete', for: 'removal' };
  }
  return endpoint === undefined && begun.kind === 'removal'
    ? ends('taken-down', wanted.reason)
    : ends('nothing-to-serve', wanted.reason);
}

function waiting({ status, configName, pendingConfigName }: Endpoint, wanted: Wanted): Step {
  const target = pendingConfigName ?? (status === 'Creating' ? configName : undefined);
  return {
    do: 'wait',
    reason: `the endpoint is ${status}`,
    ...('configName' in wanted && target === wanted.configName && { configName: target }),
  };
}

function ends(end: End, reason: string): Step {
  return { do: 'end', end, reason };
}

function reasonOf({ failureReason }: Endpoint): string {
  return failureReason ?? 'SageMaker does not say why';
}
