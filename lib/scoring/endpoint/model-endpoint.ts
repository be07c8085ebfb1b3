import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { deployModelEnvironment, endpointKeyEnvironment } from '../../../core/environment';
import type { ServerlessEndpointConfig } from '../../config/pipeline-config';
import type { Lake } from '../../lake/lake';
import type { EnvironmentOf } from '../../shared/environment-of';
import { logGroup } from '../../shared/log-group';
import type { FoundedStackProps } from '../../shared/pipeline-stack-props';
import type { RuntimeCode } from '../../shared/runtime-code';
import { WaitedFunction } from '../../shared/waited-function';
import type { ModelGroup } from '../../training/model-group';
import { callAndTell, stateMachineRole } from '../../training/workflow/workflow-role';
import { XgboostImage } from '../../training/xgboost-image';
import { deploymentPermissions } from './deployment-permissions';
import { DeploymentTriggers } from './deployment-triggers';
import { deploymentWorkflow } from './deployment-workflow';
import { modelRole } from './model-role';

export interface ModelEndpointProps extends FoundedStackProps {
  readonly lake: Lake;
  /** The models that there are. */
  readonly models: ModelGroup;
  readonly code: Pick<RuntimeCode, 'deployModel'>;
  readonly endpoint: ServerlessEndpointConfig;
}

/** An endpoint is in service within minutes; this is for one that is not. */
const limit = Duration.hours(1);
const pollInterval = Duration.seconds(30);
/** What the last calls, and telling, may take beyond the limit. */
const margin = Duration.minutes(30);

/**
 * Whatever has the model in use answer requests. The endpoint itself is no resource of the stack: which model it serves is decided while
 * the stack stays as it is. So a workflow makes it, has it follow the model in use, and takes it down; it costs nothing while nobody asks.
 */
export class ModelEndpoint extends Construct {
  /** The pipeline's name. */
  readonly endpointName: string;
  /** Brings the model in use to the endpoint. */
  readonly workflow: StateMachine;
  /** Starts that could not be delivered. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: ModelEndpointProps) {
    super(scope, id);
    const { config, foundation, models, prefix } = props;
    const { monitoring } = config;
    const { operationsKey, notifications } = foundation;
    this.endpointName = prefix;
    const deployModel = this.deployModel(props).function;
    this.workflow = new StateMachine(this, 'Workflow', {
      definitionBody: deploymentWorkflow(this, {
        deployModel,
        pollInterval,
        notifications,
        pipeline: prefix,
        runbookUrl: monitoring.runbookUrl,
      }),
      timeout: limit.plus(margin),
      // As with the training: names and reasons, never a row.
      logs: {
        destination: logGroup(this, 'WorkflowLogs', config, operationsKey, {
          logGroupName: `/aws/vendedlogs/states/${prefix}-endpoint`,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
      tracingEnabled: true,
      role: stateMachineRole(
        this,
        'WorkflowRole',
        'The workflow that brings the model in use to its endpoint',
        callAndTell(this, {
          functions: [deployModel],
          pipeline: prefix,
          notifications,
          notificationsKey: monitoring.topicArn === undefined ? operationsKey : undefined,
        }),
      ).withoutPolicyUpdates(),
    });
    this.deadLetters = new DeploymentTriggers(this, 'Triggers', {
      stateMachine: this.workflow,
      modelPackageGroup: models.groupName,
    }).deadLetters;
  }

  private deployModel(props: ModelEndpointProps): WaitedFunction {
    const { code, config, domain, endpoint, foundation, lake, models, prefix, tags } = props;
    const { endpointName } = this;
    const { image } = config.training;
    const role = modelRole(this, 'ModelRole', {
      lake,
      jobNamePrefix: prefix,
      imageRepositoryArn: new XgboostImage(this, 'Image', image === undefined ? {} : { uri: image }).repositoryArn,
      // SageMaker would make it, without an end of what it keeps. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
      logs: logGroup(this, 'Logs', config, foundation.operationsKey, {
        logGroupName: `/aws/sagemaker/Endpoints/${endpointName}`,
      }),
    });
    const environment: EnvironmentOf<typeof deployModelEnvironment> = {
      DOMAIN: domain.name,
      MODEL_PACKAGE_GROUP: models.groupName,
      ENDPOINT_NAME: endpointName,
      ENDPOINT_MEMORY_MIB: String(endpoint.memoryMiB),
      ENDPOINT_MAX_CONCURRENCY: String(endpoint.maxConcurrency),
      ENDPOINT_TAGS: JSON.stringify(tags ?? {}),
      MODEL_ROLE_ARN: role.roleArn,
      DEPLOYMENT_LIMIT_SECONDS: String(limit.toSeconds()),
    };
    const key: EnvironmentOf<typeof endpointKeyEnvironment> | undefined = lake.key && { KMS_KEY_ARN: lake.key.keyArn };
    return new WaitedFunction(this, 'DeployModelFunction', {
      config,
      foundation,
      description: 'Brings the model in use to its endpoint, a step at a time',
      codeDirectory: code.deployModel,
      environment: { ...environment, ...key },
      permissions: deploymentPermissions(this, { lake, models, modelRole: role, endpointName, endpoint }),
      timeout: Duration.minutes(2),
    });
  }
}
