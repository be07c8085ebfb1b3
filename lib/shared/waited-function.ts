import type { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { useKey } from './encryption-key';
import type { Foundation } from './foundation';
import { logGroup } from './log-group';

export interface WaitedFunctionProps {
  readonly config: PipelineConfig;
  readonly foundation: Foundation;
  readonly description: string;
  /** Folder with `index.js`, which exports `handler`. */
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do, beside writing its log and its traces and reading its environment. */
  readonly permissions: readonly PolicyStatement[];
  /** Longest that a call may take. */
  readonly timeout: Duration;
  /** In MiB; 1,769 give a whole processor. @default 512 */
  readonly memorySize?: number;
}

/**
 * A function that another service calls and waits for: it answers, and keeps nothing.
 *
 * It has no network of the account's: it calls AWS alone, and in a network without NAT each further service would need an endpoint of
 * its own. It has no dead-letter queue, since its caller hears of every failure. And it reserves no concurrency: what is reserved is
 * taken from the account's other functions, and in an account with few the deployment would fail.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export class WaitedFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, foundation, description, codeDirectory, environment, permissions, timeout, memorySize = 512 }: WaitedFunctionProps,
  ) {
    super(scope, id);
    const logs = logGroup(this, 'Logs', config, foundation.operationsKey);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Work: new PolicyDocument({
          statements: [
            ...permissions,
            new PolicyStatement({
              sid: 'WriteLogs',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logs.logGroupArn],
            }),
            // Lambda decrypts the environment as the function.
            // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
            ...useKey('DecryptEnvironment', foundation.operationsKey, 'kms:Decrypt'),
            // X-Ray takes no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
            new PolicyStatement({
              sid: 'Trace',
              actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(codeDirectory),
      environment,
      // Names and ARNs, no secrets: so that whoever may look at functions does not learn them without the key.
      ...(foundation.operationsKey !== undefined && { environmentEncryption: foundation.operationsKey }),
      timeout,
      memorySize,
      logGroup: logs,
      tracing: Tracing.ACTIVE,
      // Everything the role needs is above: nothing is to be added behind its back.
      role: role.withoutPolicyUpdates(),
    });
  }
}
