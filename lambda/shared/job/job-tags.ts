import type { Tag } from '@aws-sdk/client-sagemaker';
import type { TrainingPlan } from '../training-plan';
import type { JobConfig } from './job-config';

/** The tags of a job: those that are configured, and those that name its data. */
export function jobTags(
  { domain, jobTags: configured }: Pick<JobConfig, 'domain' | 'jobTags'>,
  plan: TrainingPlan,
  more: Readonly<Record<string, string>> = {},
): Tag[] {
  const tags = {
    ...configured,
    domain: domain.name,
    'manifest-uri': plan.manifestUri,
    'manifest-sha256': plan.manifestHash,
    'window-start': plan.window.start,
    'window-end': plan.window.end,
    cutoff: plan.cutoff,
    ...more,
  };
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
