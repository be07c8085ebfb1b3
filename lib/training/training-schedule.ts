import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';

export interface TrainingScheduleProps {
  /** What it starts. */
  readonly starts: {
    readonly workflow: 'training' | 'scoring';
    /** For people: `Trains a model`. */ readonly description: string;
  };
  readonly stateMachine: IStateMachine;
  /** `rate(...)` or `cron(...)`, UTC. */
  readonly expression: string;
  /** Off, the schedule is there and starts nothing. */
  readonly enabled: boolean;
  /** Takes what could not be started. */
  readonly deadLetters: IQueue;
  /** The key of that queue. @default - SQS's own */
  readonly deadLettersKey: IKey | undefined;
}

/** A start is tried for an afternoon: what is wrong for longer needs a person, and the next start makes a late one needless. */
const maxEventAge = Duration.hours(6);
const retryAttempts = 60;

/**
 * Starts the workflow with the time for which it was scheduled, not the time at which it starts: a start that is late or repeated
 * plans the same window.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function trainingSchedule(scope: Construct, id: string, props: TrainingScheduleProps): Schedule {
  const { starts, stateMachine, expression, enabled, deadLetters } = props;
  return new Schedule(scope, id, {
    description: starts.description,
    schedule: ScheduleExpression.expression(expression),
    enabled,
    target: new StepFunctionsStartExecution(stateMachine, {
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      deadLetterQueue: deadLetters,
      maxEventAge,
      retryAttempts,
      // The library's own role has no statement ids and lacks the right to use the queue's key.
      role: scheduleRole(scope, `${id}Role`, props).withoutPolicyUpdates(),
    }),
  });
}

/**
 * Starts this state machine, or leaves a dead letter; only for schedules of this account.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
function scheduleRole(scope: Construct, id: string, props: TrainingScheduleProps): Role {
  const { stateMachine, deadLetters, deadLettersKey } = props;
  const group = Stack.of(scope).formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
  return new Role(scope, id, {
    description: `The ${props.starts.workflow} schedule`,
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      // Scheduler names the group as the source, never the schedule.
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group } },
    }),
    inlinePolicies: {
      Start: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'StartRuns',
            actions: ['states:StartExecution'],
            resources: [stateMachine.stateMachineArn],
          }),
          new PolicyStatement({ sid: 'LeaveDeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
          // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
          ...useKey('EncryptDeadLetters', deadLettersKey, 'kms:Decrypt', 'kms:GenerateDataKey'),
        ],
      }),
    },
  });
}
