import type { AthenaClient } from '@aws-sdk/client-athena';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SNSClient } from '@aws-sdk/client-sns';
import { athenaQuery } from './athena-task';
import { putEvents } from './events-task';
import { lambdaFunction, lambdaInvoke, type InvokeFunction } from './lambda-task';
import { listObjects } from './s3-task';
import { sageMakerReads } from './sagemaker-task';
import { publish } from './sns-task';
import type { TaskHandler, TaskHandlers } from './task-handler';

/** What task handlers call; the clients are pointed at the local services. */
export interface TaskHandlersProps {
  /** `LambdaService.invoke`. */
  readonly invoke: InvokeFunction;
  readonly athena: AthenaClient;
  readonly sageMaker: SageMakerClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
  /** How often a running query is asked about, in milliseconds. @default 100 */
  readonly queryPollMs?: number;
}

/** The service integrations that a Task state may name here. */
export function createTaskHandlers(props: TaskHandlersProps): TaskHandlers {
  const integrations = new Map<string, TaskHandler>([
    ['arn:aws:states:::lambda:invoke', lambdaInvoke(props.invoke)],
    ['arn:aws:states:::athena:startQueryExecution.sync', athenaQuery(props.athena, props.queryPollMs)],
    ['arn:aws:states:::sns:publish', publish(props.sns)],
    ['arn:aws:states:::events:putEvents', putEvents(props.eventBridge)],
    ['arn:aws:states:::aws-sdk:s3:listObjectsV2', listObjects(props.s3)],
    ...[...sageMakerReads(props.sageMaker)].map(
      ([action, handler]) => [`arn:aws:states:::aws-sdk:sagemaker:${action}`, handler] as const,
    ),
  ]);
  return (resource) =>
    /^arn:aws:lambda:[^:]*:\d*:function:/.test(resource) ? lambdaFunction(props.invoke, resource) : integrations.get(resource);
}
