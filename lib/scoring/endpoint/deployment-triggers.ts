import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule, type EventPattern } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface DeploymentTriggersProps {
  /** What is started. */
  readonly stateMachine: IStateMachine;
  /** The pipeline's models in the registry. */
  readonly modelPackageGroup: string;
}

/** A start is tried for as long as the schedules try theirs. */
const maxEventAge = Duration.hours(6);
const retryAttempts = 60;

/**
 * Starts a run whenever another model may be the one in use, and whenever the stack was made or changed: then the endpoint may have to be
 * another. An event that comes twice, or late, starts a run that finds nothing to do.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
 */
export class DeploymentTriggers extends Construct {
  /** Starts that could not be delivered. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stateMachine, modelPackageGroup }: DeploymentTriggersProps) {
    super(scope, id);
    // Under SQS's own key: with one of the account's, EventBridge would have to be let use it, by name, in the policy of the key.
    // What comes here names models and their figures, no data. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = startRole(this, 'Role', stateMachine);
    const rule = (name: string, description: string, eventPattern: EventPattern): Rule =>
      new Rule(this, name, {
        description,
        eventPattern,
        targets: [
          new SfnStateMachine(stateMachine, {
            role: role.withoutPolicyUpdates(),
            deadLetterQueue: this.deadLetters,
            maxEventAge,
            retryAttempts,
          }),
        ],
      });
    rule('ModelDecided', 'A model was approved or rejected: another may be in use', {
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Model Package State Change'],
      detail: { ModelPackageGroupName: [modelPackageGroup], ModelApprovalStatus: ['Approved', 'Rejected'] },
    });
    rule('StackChanged', 'This stack was deployed: the endpoint may have to be another', {
      source: ['aws.cloudformation'],
      detailType: ['CloudFormation Stack Status Change'],
      detail: { 'stack-id': [Aws.STACK_ID], 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } },
    });
  }
}

/**
 * Starts this state machine; only for rules of this account.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 */
function startRole(scope: Construct, id: string, { stateMachineArn }: IStateMachine): Role {
  // The rules take the role before they have names of their own.
  const rules = Stack.of(scope).formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: '*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return new Role(scope, id, {
    description: 'What starts a deployment of the model in use',
    assumedBy: new ServicePrincipal('events.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': rules } },
    }),
    inlinePolicies: {
      Start: new PolicyDocument({
        statements: [new PolicyStatement({ sid: 'StartRuns', actions: ['states:StartExecution'], resources: [stateMachineArn] })],
      }),
    },
  });
}
