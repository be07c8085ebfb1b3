import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { logGroup } from '../shared/log-group';

export interface TrainingFunctionProps {
  readonly config: PipelineConfig;
  readonly description: string;
  /** Folder with `index.js`, which exports `handler`. */
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do, beside writing its log and its traces. */
  readonly permissions: readonly PolicyStatement[];
}

/** A step of the training workflow that needs code: a function that is called, answers, and keeps nothing. */
export class TrainingFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, description, codeDirectory, environment, permissions }: TrainingFunctionProps,
  ) {
    super(scope, id);
    const logs = logGroup(this, 'Logs', config);
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
      // Listing the files of a long window is the slowest that any of them does.
      timeout: Duration.minutes(5),
      memorySize: 512,
      logGroup: logs,
      tracing: Tracing.ACTIVE,
      // Everything the role needs is above: nothing is to be added behind its back.
      role: role.withoutPolicyUpdates(),
    });
  }
}
