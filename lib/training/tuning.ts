import { createHash } from 'node:crypto';
import type { PipelineConfig } from '../config/pipeline-config';

/** What a stack has to know of tuning when it is on. */
export interface Tuning {
  /** What the names of tuning jobs start with, and so those of their training jobs; a hyphen follows. */
  readonly namePrefix: string;
}

/** Undefined when hyperparameters are not tuned. */
export function tuningOf({ training }: Pick<PipelineConfig, 'training'>, prefix: string): Tuning | undefined {
  return training.tuning.maxJobs === 0 ? undefined : { namePrefix: tuningNamePrefix(prefix) };
}

/** A tuning job's name has at most 32 characters; `-<hash>-<attempt>` after the prefix takes 11 of them. */
const maxPrefixLength = 32 - 11;
const hashLength = 6;

/**
 * The pipeline's name where there is room for it, or else its beginning and a hash of it: permissions and the budget go by it, so no other
 * pipeline may have the same.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
 */
export function tuningNamePrefix(prefix: string): string {
  if (prefix.length <= maxPrefixLength) {
    return prefix;
  }
  const hash = createHash('sha256').update(prefix).digest('hex').slice(0, hashLength);
  return `${prefix.slice(0, maxPrefixLength - hashLength - 1).replace(/-$/, '')}-${hash}`;
}

/** What the names of training jobs start with: the pipeline's own, and those that its tuning jobs launch. */
export function jobNamePrefixes(prefix: string, tuning: Tuning | undefined): readonly string[] {
  return [...new Set([prefix, ...(tuning === undefined ? [] : [tuning.namePrefix])])];
}
