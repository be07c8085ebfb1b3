import type { RunOptions, StateMachineDefinition } from 'aws-local-stepfunctions';
import { checkDefinition } from './check-definition';
import { allStates, DefinitionError, type Definition } from './definition';
import { History, type StateEvent, type StatePassage } from './history';
import { executionKey, normalizeDefinition } from './normalize-definition';
import { providePromiseWithResolvers } from './promise-with-resolvers';
import type { TaskHandler, TaskHandlers } from './task-handler';
import { realTime, waitOverrides, type WaitMs } from './waits';

export interface StateMachineRun {
  /** In the Amazon States Language, every substitution made. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** The state machine's name. */
  readonly name: string;
  /** The execution's input: any JSON value. */
  readonly input: unknown;
  /** `$$.Execution.Name`. */
  readonly executionName: string;
  /** `$$.Execution.StartTime`. */
  readonly startTime: Date;
  /** What executes Task states: `createTaskHandlers`. */
  readonly resources: TaskHandlers;
  /** Shortens Wait states and the time before retries. @default - as long as the definition says */
  readonly waitMs?: WaitMs;
  /** Aborts the execution. @default never */
  readonly signal?: AbortSignal;
  /** Called with what happens to states, as it happens. @default nothing */
  readonly onState?: (event: StateEvent) => void;
}

/** How an execution ended. */
export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** The last state's output, when the execution succeeded. */
  readonly output?: unknown;
  /** The error's name, when it did not. */
  readonly error?: string;
  readonly cause?: string;
  /** The states that were passed, in the order in which they were entered. */
  readonly history: readonly StatePassage[];
}

/** The arns of executions are of the local account. */
const arnPrefix = 'arn:aws:states:us-east-1:000000000000';

/**
 * Runs a state machine to its end. Task states are executed by `resources`; an execution that fails is a result.
 *
 * @throws DefinitionError before anything has started, when the definition is invalid or asks for what is not supported here
 */
export async function runStateMachine(run: StateMachineRun): Promise<Execution> {
  const definition = run.definition as Definition;
  const machine = await load(definition, run.resources);
  const finished = new AbortController();
  const history = new History();
  const execution = machine.run(run.input, {
    context: executionContext(run),
    overrides: {
      taskResourceLocalHandlers: taskOverrides(definition, run.resources, finished.signal),
      ...waitOverrides(definition, run.waitMs ?? realTime, Date.now()),
    },
  });
  const onAbort = (): void => {
    finished.abort(run.signal?.reason);
    execution.abort();
  };
  run.signal?.addEventListener('abort', onAbort, { once: true });
  if (run.signal?.aborted === true) {
    onAbort();
  }
  try {
    const [outcome] = await Promise.all([settle(execution.result), follow(execution.eventLogs, history, run.onState)]);
    return { ...outcome, history: history.list(Date.now()) };
  } finally {
    run.signal?.removeEventListener('abort', onAbort);
    // Ends what failed branches and states out of time have left running.
    finished.abort();
  }
}

/** The interpreter, as far as it is used. */
interface Machine {
  run(input: unknown, options: RunOptions): RunningMachine;
}

interface RunningMachine {
  readonly abort: () => void;
  readonly result: Promise<unknown>;
  readonly eventLogs: AsyncIterable<LibraryEvent>;
}

/** The fields of the interpreter's events that are used. */
interface LibraryEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly state?: { readonly name: string };
  readonly Error?: string;
}

/** Loaded when the first execution starts: the interpreter brings SDK clients along. */
async function load(definition: Definition, resources: TaskHandlers): Promise<Machine> {
  providePromiseWithResolvers();
  const { StateMachine } = await import('aws-local-stepfunctions');
  try {
    // Constructed for its validation of the definition as it was written.
    new StateMachine(definition as StateMachineDefinition);
  } catch (error: unknown) {
    throw new DefinitionError(`the state machine's definition is invalid: ${String(error)}`, { cause: error });
  }
  checkDefinition(definition, (resource) => resources(resource) !== undefined);
  return new StateMachine(normalizeDefinition(definition) as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function executionContext(run: StateMachineRun): Record<string, unknown> {
  return {
    [executionKey]: {
      Id: `${arnPrefix}:execution:${run.name}:${run.executionName}`,
      Input: run.input,
      Name: run.executionName,
      RedriveCount: 0,
      StartTime: run.startTime.toISOString(),
    },
    StateMachine: { Id: `${arnPrefix}:stateMachine:${run.name}`, Name: run.name },
  };
}

type Override = (input: unknown) => Promise<never>;

/** The interpreter looks handlers up by the state's name, which is unique in a machine. */
function taskOverrides(definition: Definition, resources: TaskHandlers, finished: AbortSignal): Record<string, Override> {
  return Object.fromEntries(
    allStates(definition).flatMap(({ name, state }) => {
      const handler = state.Type === 'Task' ? resources(String(state.Resource)) : undefined;
      return handler === undefined ? [] : [[name, override(name, state.TimeoutSeconds, handler, finished)]];
    }),
  );
}

function override(state: string, timeoutSeconds: unknown, handler: TaskHandler, finished: AbortSignal): Override {
  return async (input) => {
    const signal =
      typeof timeoutSeconds === 'number' ? AbortSignal.any([finished, AbortSignal.timeout(timeoutSeconds * 1000)]) : finished;
    return (await handler(input, { state, signal })) as never;
  };
}

async function settle(result: Promise<unknown>): Promise<Omit<Execution, 'history'>> {
  try {
    return { status: 'SUCCEEDED', output: await result };
  } catch (error: unknown) {
    if (!(error instanceof Error)) {
      throw error;
    }
    if (error.name === 'ExecutionAbortedError') {
      return { status: 'ABORTED' };
    }
    if (error.name === 'ExecutionTimeoutError') {
      return { status: 'TIMED_OUT', error: 'States.Timeout', cause: error.message };
    }
    const cause = error.cause instanceof Error ? error.cause : error;
    return { status: 'FAILED', error: cause.name, cause: cause.message };
  }
}

const eventTypes: Readonly<Record<string, StateEvent['type']>> = {
  StateEntered: 'entered',
  StateExited: 'exited',
  StateFailed: 'failed',
  StateRetried: 'retried',
  StateCaught: 'caught',
};

async function follow(
  events: AsyncIterable<LibraryEvent>,
  history: History,
  onState: ((event: StateEvent) => void) | undefined,
): Promise<void> {
  for await (const { type, timestamp, state, Error: error } of events) {
    const kind = eventTypes[type];
    if (kind !== undefined && state !== undefined) {
      const event = { type: kind, state: state.name, atMs: timestamp, ...(error === undefined ? {} : { error }) };
      history.add(event);
      onState?.(event);
    }
  }
}
