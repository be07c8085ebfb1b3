import type { Domain } from '../../core/domain';
import { deployModelEnvironment as names, endpointKeyEnvironment } from '../../core/environment';
import { readEnvironment, textsByName, wholeNumber } from '../shared/environment';

/** How the model in use is served. */
export interface ServingConfig {
  /** The endpoint's name. The names of what it serves start so, too. */
  readonly endpointName: string;
  /** By the gigabyte, 1,024 to 6,144. */
  readonly memoryMiB: number;
  /** Requests at a time, 1 to 200. */
  readonly maxConcurrency: number;
  /** What the model runs under. */
  readonly modelRoleArn: string;
  /** Encrypts the image that the endpoint keeps. @default - a key of AWS */
  readonly kmsKeyArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the function that serves the model in use is configured with. */
export interface DeployModelConfig {
  readonly domain: Pick<Domain, 'trainingSet'>;
  readonly modelPackageGroup: string;
  readonly serving: ServingConfig;
  /** How long a run may take, in milliseconds. */
  readonly limitMs: number;
}

/** The configuration in `env`. @throws TrainingError for one that is absent or out of bounds, RangeError for an unknown domain */
export function parseDeployModelConfig(
  env: Readonly<Record<string, string | undefined>>,
  domainNamed: (name: string) => Domain,
): DeployModelConfig {
  const variables = readEnvironment(names, env);
  const number = (key: keyof typeof names): number => wholeNumber(names[key], variables[key], 1);
  const { endpointName, modelPackageGroup, modelRoleArn } = variables;
  return {
    domain: domainNamed(variables.domain),
    modelPackageGroup,
    serving: {
      endpointName,
      memoryMiB: number('endpointMemoryMiB'),
      maxConcurrency: number('endpointMaxConcurrency'),
      modelRoleArn,
      tags: textsByName(names.endpointTags, variables.endpointTags),
      ...(env[endpointKeyEnvironment.kmsKeyArn] !== undefined && readEnvironment(endpointKeyEnvironment, env)),
    },
    limitMs: 1_000 * number('deploymentLimitSeconds'),
  };
}
