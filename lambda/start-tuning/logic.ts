import type { DescribeHyperParameterTuningJobResponse } from '@aws-sdk/client-sagemaker';
import { trainingErrors } from '../../core/training-error';
import { errorName, typedApiError, typedCall } from '../shared/api-error';
import { nextAttempt, tuningJobs } from '../shared/job/attempts';
import { hyperparametersFor } from '../shared/job/class-weight';
import { exceeded } from '../shared/job/exceeded';
import { jobTags } from '../shared/job/job-tags';
import type { TrainingJobs } from '../shared/job/training-jobs';
import { TrainingError } from '../shared/training-error';
import type { TrainingPlan } from '../shared/training-plan';
import type { StartTuningConfig } from './config';
import type { StartTuningEvent } from './event';
import type { TuningJobs } from './tuning-jobs';
import { tuningRequest, type TuningSpecification } from './tuning-request';

/** What the function answers. */
export interface StartedTuning {
  /** The attempt's. */
  readonly tuningJobName: string;
  /** False when a tuning job on the same data runs already, or is complete: it was not started again. */
  readonly started: boolean;
  /** Whether its training jobs do without spot capacity. */
  readonly onDemand: boolean;
  /** By what the budget was exceeded when a person started the run nevertheless. @default - it was not */
  readonly overBudget?: string;
}

/** What the function calls. */
export interface TuningPorts {
  readonly tunings: TuningJobs;
  readonly jobs: Pick<TrainingJobs, 'list' | 'describe'>;
}

/**
 * Starts the tuning job of a plan, unless one on the same data runs or is complete: that one is gone on with. Doing it twice starts one.
 *
 * @param now milliseconds since the epoch
 * @throws TrainingError `BudgetExceeded`, by which the run is held back: unless there is room for all training jobs of the tuning job, for
 *   those that others have still to launch, and for the one that follows; else as `startTraining`
 */
export async function startTuning(
  { jobs, tunings }: TuningPorts,
  config: StartTuningConfig,
  event: StartTuningEvent,
  now: number,
): Promise<StartedTuning> {
  const { plan } = event;
  const first = tuningJobName(config.namePrefix, plan);
  const listed = await typedCall(`ListHyperParameterTuningJobs ${first}`, tunings.list(first));
  const statuses = new Map(listed.map(({ name, status }) => [name, status]));
  const outputFolder = `${config.trialPrefix}${plan.jobName}`;
  for (;;) {
    const { kind, jobName: name } = nextAttempt(tuningJobs, first, statuses);
    if (kind === 'reuse') {
      const tuning = await describe(tunings, name);
      if (isOf(tuning, `s3://${config.lakeBucket}/${outputFolder}`)) {
        return { tuningJobName: name, started: false, onDemand: !isOnSpot(tuning) };
      }
      statuses.set(name, ofOtherData);
      continue;
    }
    const reason = await exceeded(jobs, config.budget, now, config.maxJobs + 1 + (await toLaunch(tunings, config)));
    if (reason !== undefined && !event.force) {
      throw new TrainingError(trainingErrors.budgetExceeded, `${reason}; start the run with force to train nevertheless`);
    }
    const onDemand = event.capacity.onDemand || config.spotMaxWaitSeconds === undefined;
    const job = specificationOf(name, { onDemand, outputFolder }, config, event);
    if ((await create(tunings, job, config)) === 'created') {
      return { tuningJobName: name, started: true, onDemand, ...(reason !== undefined && { overBudget: reason }) };
    }
    // A run beside this one was faster, or the listing did not have the job yet.
    statuses.set(name, (await describe(tunings, name)).HyperParameterTuningJobStatus ?? 'unknown');
  }
}

/** Hexadecimal digits of the manifest's hash in a name: there is no room for more. */
const hashLength = 8;
/** And in the seed, which is to fit into 32 bits with a sign. */
const seedLength = 7;

/** What is remembered of a tuning job whose manifest has the same first digits in its hash; it is passed over. */
const ofOtherData = 'of other data';

/** `<prefix>-<hash>`: at most 30 characters, so that attempts have room. */
function tuningJobName(prefix: string, { manifestHash }: TrainingPlan): string {
  return `${prefix}-${manifestHash.slice(0, hashLength)}`;
}

/** Whether a tuning job is on the data of a plan: its trials write where those of the plan do. */
function isOf({ TrainingJobDefinition: definition }: DescribeHyperParameterTuningJobResponse, outputUri: string): boolean {
  return definition?.OutputDataConfig?.S3OutputPath === outputUri;
}

function isOnSpot({ TrainingJobDefinition: definition }: DescribeHyperParameterTuningJobResponse): boolean {
  return definition?.EnableManagedSpotTraining ?? false;
}

/** Training jobs that tuning jobs of the pipeline have still to launch: none of them is in a list of training jobs. */
async function toLaunch(tunings: TuningJobs, { namePrefix }: StartTuningConfig): Promise<number> {
  const all = await typedCall(`ListHyperParameterTuningJobs ${namePrefix}-`, tunings.list(`${namePrefix}-`));
  return all.reduce((sum, { toLaunch: each }) => sum + each, 0);
}

function specificationOf(
  tuningJobName: string,
  data: Pick<TuningSpecification, 'onDemand' | 'outputFolder'>,
  config: StartTuningConfig,
  { card, plan }: StartTuningEvent,
): TuningSpecification {
  return {
    ...data,
    tuningJobName,
    hyperparameters: hyperparametersFor(config.domain.trainingSet, card),
    channels: plan.channels,
    seed: Number.parseInt(plan.manifestHash.slice(0, seedLength), 16),
    tags: jobTags(config, plan),
  };
}

/**
 * Starts a tuning job; 'taken' when its name is.
 * @throws TrainingError for an error of the API that is one of ours
 */
async function create(
  tunings: Pick<TuningJobs, 'create'>,
  job: TuningSpecification,
  config: StartTuningConfig,
): Promise<'created' | 'taken'> {
  try {
    await tunings.create(tuningRequest(job, config));
    return 'created';
  } catch (error: unknown) {
    if (errorName(error) === 'ResourceInUse') {
      return 'taken';
    }
    throw typedApiError(error, `CreateHyperParameterTuningJob ${job.tuningJobName}`);
  }
}

const describe = (tunings: TuningJobs, name: string): Promise<DescribeHyperParameterTuningJobResponse> =>
  typedCall(`DescribeHyperParameterTuningJob ${name}`, tunings.describe(name));
