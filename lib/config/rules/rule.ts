import { ConfigurationError } from '../configuration-error';
import type { PipelineConfig } from '../pipeline-config';

/** A rule across keys. */
export interface Rule {
  /** What it asks, as a sentence for the reference, without a full stop. */
  readonly asks: string;
  /** Why, when the sentence does not say so itself; for the reference too. */
  readonly because?: string;
  /** @returns what is wrong: key, value, and what would be allowed; undefined when the rule is kept */
  readonly check: (config: PipelineConfig) => ConfigurationError | undefined;
}

/**
 * What a rule answers when it is broken.
 * @param key the key to change first
 * @param allowed the end of a sentence: `an integer from 1 to 4 (the shards)`
 */
export function refuse(key: string, value: unknown, allowed: string): ConfigurationError {
  return new ConfigurationError(key, value, allowed);
}

/** The index of the first entry that stands in the list before. @returns -1 when there is none */
export function duplicateIn(entries: readonly string[]): number {
  return entries.findIndex((entry, index) => entries.indexOf(entry) !== index);
}

/** The partition that a region belongs to: the second part of every ARN there. */
export function partitionOf(region: string): string {
  const [, partition] = partitions.find(([prefix]) => region.startsWith(prefix)) ?? [];
  return partition ?? 'aws';
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html, and the library's own list in `aws-cdk-lib/region-info` */
const partitions = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['eusc-', 'aws-eusc'],
] as const;
