import { trainingErrors } from '../../core/training-error';
import { errorName, typedApiError } from '../shared/api-error';
import type { ModelRegistry } from '../shared/model-registry';
import { usableModel } from '../shared/usable-model';
import { cleanUp } from './clean-up';
import type { DeployModelConfig } from './config';
import type { Begun, DeployModelEvent } from './event';
import type { Endpoint, Hosting } from './hosting';
import { servedName, versionServed } from './names';
import { nextStep, type End, type Step, type Wanted } from './next-step';

/** What the function works with. */
export interface DeployModelProps {
  readonly config: DeployModelConfig;
  readonly registry: Pick<ModelRegistry, 'group' | 'versions'>;
  readonly hosting: Hosting;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How far a run is. */
export interface Deployment {
  readonly status: 'in-progress' | End;
  readonly endpointName: string;
  /** For a person: what answers, what is waited for, what is wrong. */
  readonly reason: string;
  /** The version that should be served; 0 when none should. */
  readonly modelVersion: number;
  /** What the next call has to know. */
  readonly begun: Begun;
  /** Names of models and configurations that nothing needs any more and that could not be deleted, each with the reason. */
  readonly left: readonly string[];
}

/**
 * Brings the endpoint a step nearer to serving the model in use, and says how far it is. Called again and again until it ends; may be
 * called twice, by several runs at a time, and after a run that was broken off: it looks at what there is, and remembers nothing but
 * what this run has begun.
 *
 * @throws TrainingError `ThrottlingException` or `ServiceUnavailable`, which pass; `DeploymentInvalid`, `ResourceLimitExceeded` or
 *   `TrainingAccessDenied`, which do not
 */
export async function deployModel(props: DeployModelProps, { begun, startedAt }: DeployModelEvent): Promise<Deployment> {
  const { config, hosting, now } = props;
  const { endpointName } = config.serving;
  try {
    const endpoint = await hosting.findEndpoint(endpointName);
    const wanted = await whatIsWanted(props, endpoint);
    const step = nextStep({ wanted, endpoint, begun, overdue: now() - startedAt > config.limitMs });
    const taken = await take(props, step, { wanted, endpoint, begun });
    return { endpointName, modelVersion: 'version' in wanted ? wanted.version : 0, begun, left: [], ...taken };
  } catch (error: unknown) {
    throw typedApiError(error, `endpoint ${endpointName}`, trainingErrors.deploymentInvalid);
  }
}

/** The model in use, as scoring finds it. Without one that can score, the endpoint stays only if it serves the one in use all the same. */
async function whatIsWanted({ config, registry }: DeployModelProps, endpoint: Endpoint | undefined): Promise<Wanted> {
  const { serving } = config;
  const usable = await usableModel(registry, config.domain);
  if ('reason' in usable) {
    const served = endpoint === undefined ? undefined : versionServed(endpoint.configName, serving.endpointName);
    return { reason: usable.reason, mayStay: usable.inUse !== undefined && served === usable.inUse };
  }
  const { modelPackageArn, version } = usable.model;
  return { version, modelPackageArn, configName: servedName(version, serving) };
}

interface Found {
  readonly wanted: Wanted;
  readonly endpoint: Endpoint | undefined;
  readonly begun: Begun;
}

type Taken = Pick<Deployment, 'status' | 'reason'> & Partial<Pick<Deployment, 'begun' | 'left'>>;

async function take({ config, hosting }: DeployModelProps, step: Step, { wanted, endpoint, begun }: Found): Promise<Taken> {
  const { serving } = config;
  const { endpointName } = serving;
  switch (step.do) {
    case 'create':
    case 'update':
      return begin(hosting, endpointName, endpoint, async () => {
        const { configName, modelPackageArn, version } = step.model;
        await hosting.makeModel(configName, modelPackageArn, serving);
        await hosting.makeConfig(configName, serving);
        await (step.do === 'create'
          ? hosting.createEndpoint(configName, serving)
          : hosting.updateEndpoint(endpointName, configName));
        return { reason: `version ${version} is being brought into service`, begun: { kind: 'deployment', configName } };
      });
    case 'delete':
      return begin(hosting, endpointName, endpoint, async () => {
        await hosting.deleteEndpoint(endpointName);
        return step.for === 'removal'
          ? { reason: 'the endpoint is being taken down', begun: { kind: 'removal' } }
          : { reason: 'the endpoint has failed before, and is being made anew' };
      });
    case 'wait': {
      const { reason, configName } = step;
      const isOwn = configName === undefined || ('configName' in begun && begun.configName === configName);
      return { status: 'in-progress', reason, ...(!isOwn && { begun: { kind: 'follows', configName } }) };
    }
    case 'end': {
      const { end, reason } = step;
      const serving = 'configName' in wanted ? wanted.configName : undefined;
      // What does not serve what it should keeps what it has, for a person to look at.
      const tidy = end !== 'failed' && (serving !== undefined || endpoint === undefined);
      return { status: end, reason, ...(tidy && { left: await cleanUp(hosting, endpointName, serving) }) };
    }
  }
}

/**
 * Takes a step that is over at once and has its effect later. When another run was there first, or SageMaker cannot see yet what was
 * just made, it is not taken, and the next call looks again.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html (the note on consistency)
 */
async function begin(
  hosting: Hosting,
  endpointName: string,
  before: Endpoint | undefined,
  step: () => Promise<Omit<Taken, 'status'>>,
): Promise<Taken> {
  try {
    return { status: 'in-progress', ...(await step()) };
  } catch (error: unknown) {
    if (errorName(error) !== 'ValidationException' || !(error instanceof Error)) {
      throw error;
    }
    const now = await hosting.findEndpoint(endpointName);
    const isOther = now?.status !== before?.status || now?.configName !== before?.configName;
    if (isOther || /could not find endpoint config/i.test(error.message)) {
      return { status: 'in-progress', reason: error.message };
    }
    throw error;
  }
}
