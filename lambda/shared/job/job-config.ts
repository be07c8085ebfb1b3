import type { Domain } from '../../../core/domain';
import {
  trainingJobEnvironment as names,
  trainingKeyEnvironment,
  trainingNetworkEnvironment,
  tunedJobEnvironment,
} from '../../../core/environment';
import { trainingErrors } from '../../../core/training-error';
import { readEnvironment, textsByName, wholeNumber } from '../environment';
import { TrainingError } from '../training-error';
import type { Budget } from './budget';

/** What training jobs may cost, and which are meant. */
export interface JobBudget extends Budget {
  /** What the names of the pipeline's training jobs start with, those of its tuning jobs among them; a hyphen follows each. */
  readonly jobNamePrefixes: readonly string[];
}

/** What is configured of every training job of the pipeline, whoever launches it. */
export interface JobConfig {
  readonly domain: Domain;
  readonly lakeBucket: string;
  readonly trainingImage: string;
  readonly trainingRoleArn: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeSizeGiB: number;
  readonly maxRuntimeSeconds: number;
  /** Longest wait for spot capacity and run together, in seconds. @default - no spot */
  readonly spotMaxWaitSeconds?: number;
  /** How often SageMaker starts a job again that failed by a fault of its own. */
  readonly maxAttempts: number;
  /** Tags of the job, beside those that name its data. */
  readonly jobTags: Readonly<Record<string, string>>;
  /** What training may cost within a day. */
  readonly budget: JobBudget;
  /** Encrypts the volume and the model. @default - keys of AWS */
  readonly kmsKeyArn?: string;
  /** Where the job runs. @default - in SageMaker's own network */
  readonly network?: { readonly subnetIds: readonly string[]; readonly securityGroupId: string };
}

/** The configuration in `env`. @throws TrainingError for one that is absent or out of bounds, RangeError for an unknown domain */
export function parseJobConfig(
  env: Readonly<Record<string, string | undefined>>,
  domainNamed: (name: string) => Domain,
): JobConfig {
  const variables = readEnvironment(names, env);
  const number = (key: keyof typeof names): number => wholeNumber(names[key], variables[key], 1);
  const maxRuntimeSeconds = number('maxRuntimeSeconds');
  const maxWaitSeconds = number('maxWaitSeconds');
  if (variables.useSpot !== 'true' && variables.useSpot !== 'false') {
    throw new TrainingError(trainingErrors.invalidInput, `environment variable ${names.useSpot} must be true or false`);
  }
  const useSpot = variables.useSpot === 'true';
  if (useSpot && maxWaitSeconds < maxRuntimeSeconds) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `environment variable ${names.maxWaitSeconds} is ${maxWaitSeconds}: must be at least ${names.maxRuntimeSeconds}, ${maxRuntimeSeconds}`,
    );
  }
  return {
    domain: domainNamed(variables.domain),
    lakeBucket: variables.lakeBucket,
    trainingImage: variables.trainingImage,
    trainingRoleArn: variables.trainingRoleArn,
    instanceType: variables.instanceType,
    instanceCount: number('instanceCount'),
    volumeSizeGiB: number('volumeSizeGiB'),
    maxRuntimeSeconds,
    ...(useSpot && { spotMaxWaitSeconds: maxWaitSeconds }),
    maxAttempts: number('maxAttempts'),
    jobTags: textsByName(names.jobTags, variables.jobTags),
    budget: {
      maxJobs: number('maxJobsPerDay'),
      maxHours: number('maxHoursPerDay'),
      jobNamePrefixes: [
        variables.jobNamePrefix,
        ...(isSet(env, tunedJobEnvironment) ? [readEnvironment(tunedJobEnvironment, env).tuningNamePrefix] : []),
      ],
    },
    ...(isSet(env, trainingKeyEnvironment) && readEnvironment(trainingKeyEnvironment, env)),
    ...(isSet(env, trainingNetworkEnvironment) && { network: parseNetwork(env) }),
  };
}

/** Whether any of these variables is there: then all of them have to be. */
function isSet(env: Readonly<Record<string, string | undefined>>, optional: Readonly<Record<string, string>>): boolean {
  return Object.values(optional).some((name) => env[name] !== undefined);
}

function parseNetwork(env: Readonly<Record<string, string | undefined>>): NonNullable<JobConfig['network']> {
  const { subnetIds, securityGroupId } = readEnvironment(trainingNetworkEnvironment, env);
  return { subnetIds: subnetIds.split(','), securityGroupId };
}
