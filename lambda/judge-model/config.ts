import type { Domain } from '../../core/domain';
import { judgeModelEnvironment as names } from '../../core/environment';
import { trainingErrors } from '../../core/training-error';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { TrainingError } from '../shared/training-error';
import type { ApprovalRule } from './verdict';

/** What the function that judges a model is configured with. */
export interface JudgeModelConfig {
  readonly domain: Domain;
  readonly lakeBucket: string;
  /** The S3 prefix below which a folder for each job lies, ending in a slash. */
  readonly modelPrefix: string;
  /** The name of the model package group. */
  readonly modelPackageGroup: string;
  readonly rule: ApprovalRule;
}

/** The configuration in `env`. @throws TrainingError for one that is absent or out of bounds, RangeError for an unknown domain */
export function parseJudgeModelConfig(
  env: Readonly<Record<string, string | undefined>>,
  domainNamed: (name: string) => Domain,
): JudgeModelConfig {
  const variables = readEnvironment(names, env);
  const { approval } = variables;
  if (approval !== 'automatic' && approval !== 'manual') {
    throw new TrainingError(trainingErrors.invalidInput, `environment variable ${names.approval} must be automatic or manual`);
  }
  const tolerance = Number(variables.tolerance);
  if (!(tolerance >= 0 && tolerance < 1)) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `environment variable ${names.tolerance} is ${JSON.stringify(variables.tolerance)}: must be a share, from 0 on and below 1`,
    );
  }
  return {
    domain: domainNamed(variables.domain),
    lakeBucket: variables.lakeBucket,
    modelPrefix: folderPrefix(names.modelPrefix, variables.modelPrefix),
    modelPackageGroup: variables.modelPackageGroup,
    rule: { approval, tolerance },
  };
}
