import type { Domain } from '../../core/domain';
import { startTuningEnvironment as names } from '../../core/environment';
import { trainingErrors } from '../../core/training-error';
import type { Tuning } from '../../core/training-set';
import { folderPrefix, readEnvironment, wholeNumber } from '../shared/environment';
import { parseJobConfig, type JobConfig } from '../shared/job/job-config';
import { TrainingError } from '../shared/training-error';

/** What the function that starts a tuning job is configured with. */
export interface StartTuningConfig extends JobConfig {
  /** What is searched for, as the domain says. */
  readonly tuning: Tuning;
  /** What the names of tuning jobs start with; a hyphen follows. */
  readonly namePrefix: string;
  /** Training jobs of one tuning job. */
  readonly maxJobs: number;
  /** Most of them at a time. */
  readonly maxParallelJobs: number;
  /** Key prefix under which trials leave what they have trained, ending in a slash. */
  readonly trialPrefix: string;
}

/** The configuration in `env`. @throws TrainingError for one that is absent or out of bounds, RangeError for an unknown domain */
export function parseStartTuningConfig(
  env: Readonly<Record<string, string | undefined>>,
  domainNamed: (name: string) => Domain,
): StartTuningConfig {
  const variables = readEnvironment(names, env);
  const job = parseJobConfig(env, domainNamed);
  const { tuning } = job.domain.trainingSet;
  if (tuning === undefined) {
    throw new TrainingError(trainingErrors.invalidInput, `domain ${job.domain.name} does not say what to search for`);
  }
  return {
    ...job,
    tuning,
    namePrefix: variables.tuningNamePrefix,
    maxJobs: wholeNumber(names.tuningJobs, variables.tuningJobs, 1),
    maxParallelJobs: wholeNumber(names.parallelTuningJobs, variables.parallelTuningJobs, 1),
    trialPrefix: folderPrefix(names.trialPrefix, variables.trialPrefix),
  };
}
