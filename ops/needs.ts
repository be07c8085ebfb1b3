import type { PipelineConfig } from '../lib/config/pipeline-config';
import { bootstrapHelp } from './bootstrap';
import type { OpsOptions } from './options';

/** What was found out about the machine and the account. */
export interface Findings {
  /** @default - credentials were found; otherwise why not */
  readonly credentialsMissing?: string;
  /** @default - no region is known */
  readonly region?: string;
  readonly docker: boolean;
  /** Whether the account has the CDK's bucket; `unknown` when the credentials may not list buckets. */
  readonly bootstrapped: 'yes' | 'no' | 'unknown';
}

/** Asks the machine and the account. */
export type Probe = (config: PipelineConfig, profile: string | undefined) => Promise<Findings>;

/** What is missing, each with what to do about it. Empty: go on. */
export function missing(options: OpsOptions, config: PipelineConfig, findings: Findings): readonly string[] {
  const { command, destroyData, profile } = options;
  const { credentialsMissing, region = config.region, docker, bootstrapped } = findings;
  return [
    ...(credentialsMissing === undefined
      ? []
      : [
          `No AWS credentials: ${credentialsMissing}\n` +
            'Sign in (aws sso login), name a profile (--profile), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
        ]),
    ...(region === undefined
      ? ['No region: set AWS_REGION, or a region in the profile, or account and region in the stage.\n']
      : []),
    // To let data go is a deployment too.
    ...((command === 'deploy' || destroyData) && !docker
      ? ['No Docker: it builds the consumer’s image. Start it, or name a replacement in CDK_DOCKER (finch, podman).\n']
      : []),
    ...(bootstrapped === 'no' && credentialsMissing === undefined
      ? [
          `The account is not bootstrapped for the qualifier ${config.bootstrapQualifier} in ${region ?? 'the region'}.\n` +
            bootstrapHelp(config, region ?? 'REGION', profile),
        ]
      : []),
  ];
}
