import { Schedule, ScheduleExpression, ScheduleTargetInput, ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

export interface TrainingScheduleProps {
  readonly stateMachine: IStateMachine;
  /** `rate(...)` or `cron(...)`, UTC. */
  readonly expression: string;
}

/**
 * Starts the workflow with the time for which it was scheduled, not the time at which it starts: a start that is late or repeated
 * plans the same window.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function trainingSchedule(scope: Construct, id: string, { stateMachine, expression }: TrainingScheduleProps): Schedule {
  return new Schedule(scope, id, {
    description: 'Trains a model',
    schedule: ScheduleExpression.expression(expression),
    target: new StepFunctionsStartExecution(stateMachine, {
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
    }),
  });
}
