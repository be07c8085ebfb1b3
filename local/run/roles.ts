import * as path from 'node:path';
import { consumerEnvironment, planTrainingEnvironment } from '../../core/environment';
import type {
  Pipeline,
  PipelineDeliveryStream,
  PipelineSchedule,
  PipelineService,
  PipelineStateMachine,
  PipelineStream,
} from '../template/pipeline';
import { StageError } from './stage-error';

/** Which resource of the template plays which part in the run; found by what the consumer and the schedule themselves refer to. */
export interface Roles {
  readonly consumer: PipelineService;
  /** The stream that the consumer reads. */
  readonly stream: PipelineStream;
  /** By table of the domain. */
  readonly deliveryStreams: Readonly<Record<string, PipelineDeliveryStream>>;
  readonly quarantineStream: PipelineDeliveryStream;
  /** What starts the training. */
  readonly schedule: PipelineSchedule;
  readonly training: PipelineStateMachine;
  /** How long after the end of a window its rows may still come into the lake, in milliseconds. */
  readonly windowDelayMs: number;
}

/** @throws StageError when the template lacks a part, or refers to one that it does not have */
export function assignRoles(pipeline: Pipeline): Roles {
  const consumer = only(pipeline.services, 'Fargate service');
  const variable = (name: string): string => {
    const value = consumer.environment[name];
    if (value === undefined) {
      throw new StageError(`the container ${consumer.containerName} has no environment variable ${name} in the template`);
    }
    return value;
  };
  const deliveryStream = (name: string): PipelineDeliveryStream => named(pipeline.deliveryStreams, name, 'delivery stream');
  const tables = JSON.parse(variable(consumerEnvironment.deliveryStreams)) as Record<string, string>;
  const schedule = only(pipeline.schedules, 'schedule');
  return {
    consumer,
    stream: named(pipeline.streams, variable(consumerEnvironment.streamName), 'stream'),
    deliveryStreams: Object.fromEntries(Object.entries(tables).map(([table, name]) => [table, deliveryStream(name)])),
    quarantineStream: deliveryStream(variable(consumerEnvironment.quarantineStream)),
    schedule,
    training: found(
      pipeline.stateMachines.find(({ arn }) => arn === schedule.stateMachineArn),
      `the schedule ${schedule.name} starts ${schedule.stateMachineArn}, which is no state machine of the template`,
    ),
    windowDelayMs: windowDelay(pipeline),
  };
}

/** The folder of this machine into which a delivery stream's objects go. */
export function deliveryFolder(s3: string, deliveryStream: PipelineDeliveryStream): string {
  const [fixed = ''] = deliveryStream.prefix.split('!{');
  return path.join(s3, deliveryStream.bucket, fixed.slice(0, fixed.lastIndexOf('/') + 1));
}

function windowDelay(pipeline: Pipeline): number {
  const { allowedLatenessSeconds, deliveryBufferSeconds } = planTrainingEnvironment;
  const plan = found(
    pipeline.functions.find(({ environment }) => allowedLatenessSeconds in environment),
    `no function of the template has the environment variable ${allowedLatenessSeconds}`,
  );
  return 1000 * (Number(plan.environment[allowedLatenessSeconds]) + Number(plan.environment[deliveryBufferSeconds]));
}

function only<T>(resources: readonly T[], what: string): T {
  const [first] = resources;
  if (first === undefined || resources.length > 1) {
    throw new StageError(`the template has ${resources.length} resources of the kind ${what}; a run needs exactly one`);
  }
  return first;
}

function named<T extends { readonly name: string }>(resources: readonly T[], name: string, what: string): T {
  return found(
    resources.find((resource) => resource.name === name),
    `the consumer refers to the ${what} ${name}, which the template does not have`,
  );
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) {
    throw new StageError(otherwise);
  }
  return value;
}
