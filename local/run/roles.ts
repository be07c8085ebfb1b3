import * as path from 'node:path';
import {
  checkWindowEnvironment,
  consumerEnvironment,
  deployModelEnvironment,
  scoreRowsEnvironment,
  startTrainingEnvironment,
} from '../../core/environment';
import type {
  Pipeline,
  PipelineDeliveryStream,
  PipelineFunction,
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
  readonly training: ScheduledWorkflow;
  readonly scoring: ScheduledWorkflow;
  /** Where predictions go: bucket and prefix, below the folder of all buckets. */
  readonly predictionsFolder: string;
  /** The name of the endpoint at which the model in use answers. @default - it answers no requests */
  readonly endpointName?: string;
  /** How long after the end of a window its rows may still come into the lake, in milliseconds. */
  readonly windowDelayMs: number;
}

/** A state machine, and the schedule that starts it. */
export interface ScheduledWorkflow {
  readonly schedule: PipelineSchedule;
  readonly machine: PipelineStateMachine;
}

/** @throws StageError when the template lacks a part, or refers to one that it does not have */
export function assignRoles(pipeline: Pipeline): Roles {
  const consumer = only(pipeline.services, 'Fargate service');
  const variable = (name: string): string => variableOf(consumer, name);
  const deliveryStream = (name: string): PipelineDeliveryStream => named(pipeline.deliveryStreams, name, 'delivery stream');
  const tables = JSON.parse(variable(consumerEnvironment.deliveryStreams)) as Record<string, string>;
  // The functions that know the training image start the training, and those that know its lateness decide on the window.
  const training = scheduledWorkflow(pipeline, 'training', startTrainingEnvironment.trainingImage);
  // And those that know where predictions go score.
  const scoring = scheduledWorkflow(pipeline, 'scoring', scoreRowsEnvironment.predictionsPrefix);
  const endpointName = pipeline.functions.flatMap(({ environment }) => environment[deployModelEnvironment.endpointName] ?? [])[0];
  return {
    consumer,
    ...(endpointName !== undefined && { endpointName }),
    stream: named(pipeline.streams, variable(consumerEnvironment.streamName), 'stream'),
    deliveryStreams: Object.fromEntries(Object.entries(tables).map(([table, name]) => [table, deliveryStream(name)])),
    quarantineStream: deliveryStream(variable(consumerEnvironment.quarantineStream)),
    training,
    scoring,
    predictionsFolder: predictionsFolder(functionsOf(pipeline, scoring.machine)),
    windowDelayMs: windowDelay(functionsOf(pipeline, training.machine)),
  };
}

/** An environment variable of a container. @throws StageError when the template does not set it */
export function variableOf({ containerName, environment }: PipelineService, name: string): string {
  return found(environment[name], `the container ${containerName} has no environment variable ${name} in the template`);
}

/** The folder of this machine into which a delivery stream's objects go. */
export function deliveryFolder(s3: string, deliveryStream: PipelineDeliveryStream): string {
  const [fixed = ''] = deliveryStream.prefix.split('!{');
  return path.join(s3, deliveryStream.bucket, fixed.slice(0, fixed.lastIndexOf('/') + 1));
}

/**
 * The state machine that plays a part in the run, with its schedule: the one that calls a function which has the environment variable.
 * Names say nothing, for a fork may give others.
 *
 * @param part what it does, for messages: `training`
 * @param variable the name of an environment variable that no function but those of this part has
 * @throws StageError when there is none, or more than one
 */
export function scheduledWorkflow(pipeline: Pipeline, part: string, variable: string): ScheduledWorkflow {
  const workflows = pipeline.schedules.flatMap((schedule) =>
    pipeline.stateMachines
      .filter(({ arn }) => arn === schedule.stateMachineArn)
      .filter((machine) => functionsOf(pipeline, machine).some(({ environment }) => variable in environment))
      .map((machine) => ({ schedule, machine })),
  );
  const [first] = workflows;
  if (first === undefined || workflows.length > 1) {
    const names = workflows.map(({ schedule }) => schedule.name);
    throw new StageError(
      `the template has ${workflows.length} schedules of a state machine that calls a function with the environment variable ` +
        `${variable}; the ${part} needs exactly one${names.length === 0 ? '' : `, not ${names.join(' and ')}`}`,
    );
  }
  return first;
}

/** The functions that a state machine's definition names, in the template's order. */
function functionsOf({ functions }: Pipeline, { definition }: PipelineStateMachine): readonly PipelineFunction[] {
  const named = new Set<unknown>(textsOf(definition));
  return functions.filter(({ arn, name }) => named.has(arn) || named.has(name));
}

/** Every text in a value, however deep. */
function textsOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [value];
}

function predictionsFolder(functions: readonly PipelineFunction[]): string {
  const { lakeBucket, predictionsPrefix } = scoreRowsEnvironment;
  const { environment } = found(
    functions.find(({ environment }) => lakeBucket in environment && predictionsPrefix in environment),
    `no function that the scoring calls has the environment variables ${lakeBucket} and ${predictionsPrefix}`,
  );
  return path.join(environment[lakeBucket] ?? '', environment[predictionsPrefix] ?? '');
}

function windowDelay(functions: readonly PipelineFunction[]): number {
  const { allowedLatenessSeconds, deliveryBufferSeconds } = checkWindowEnvironment;
  const { environment } = found(
    functions.find(({ environment }) => allowedLatenessSeconds in environment && deliveryBufferSeconds in environment),
    `no function that the training calls has the environment variables ${allowedLatenessSeconds} and ${deliveryBufferSeconds}`,
  );
  return 1000 * (Number(environment[allowedLatenessSeconds]) + Number(environment[deliveryBufferSeconds]));
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
