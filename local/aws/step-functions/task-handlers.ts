import type { AthenaClient } from '@aws-sdk/client-athena';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { athenaQuery } from './athena-task';
import { lambdaFunction, lambdaInvoke, type InvokeFunction } from './lambda-task';
import { describeTrainingJob } from './sagemaker-task';
import { publish, type Notification } from './sns-task';
import type { TaskHandler, TaskHandlers } from './task-handler';

export interface TaskHandlersProps {
  /** `LambdaService.invoke`. */
  readonly invoke: InvokeFunction;
  /** A client that is pointed at the local Athena. */
  readonly athena: AthenaClient;
  /** A client that is pointed at the local SageMaker. */
  readonly sageMaker: SageMakerClient;
  /** Takes what is published to a topic: there is no SNS here, and nobody who subscribed. */
  readonly notify: (notification: Notification) => void;
  /** How often a running query is asked about, in milliseconds. @default 100 */
  readonly queryPollMs?: number;
}

/** The service integrations that a Task state may name here. */
export function createTaskHandlers(props: TaskHandlersProps): TaskHandlers {
  const integrations = new Map<string, TaskHandler>([
    ['arn:aws:states:::lambda:invoke', lambdaInvoke(props.invoke)],
    ['arn:aws:states:::athena:startQueryExecution.sync', athenaQuery(props.athena, props.queryPollMs)],
    ['arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob', describeTrainingJob(props.sageMaker)],
    ['arn:aws:states:::sns:publish', publish(props.notify)],
  ]);
  return (resource) =>
    /^arn:aws:lambda:[^:]*:\d*:function:/.test(resource) ? lambdaFunction(props.invoke, resource) : integrations.get(resource);
}
