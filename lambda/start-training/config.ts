import type { Domain } from '../../core/domain';
import { startTrainingEnvironment as names } from '../../core/environment';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { parseJobConfig, type JobConfig } from '../shared/job/job-config';

/** What the function that starts a training job is configured with. */
export interface StartTrainingConfig extends JobConfig {
  /** Ends in a slash. */
  readonly modelPrefix: string;
}

/** The configuration in `env`. @throws TrainingError for one that is absent or out of bounds, RangeError for an unknown domain */
export function parseStartTrainingConfig(
  env: Readonly<Record<string, string | undefined>>,
  domainNamed: (name: string) => Domain,
): StartTrainingConfig {
  const { modelPrefix } = readEnvironment(names, env);
  return { ...parseJobConfig(env, domainNamed), modelPrefix: folderPrefix(names.modelPrefix, modelPrefix) };
}
