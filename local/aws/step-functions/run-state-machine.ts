import { setMaxListeners } from 'node:events';
import type { RunOptions } from 'aws-local-stepfunctions';
import { allStates, type Definition, type State } from './definition';
import { History, type StateEvent, type StatePassage } from './history';
import { follow, loadInterpreter, type StartMachine } from './interpreter';
import { mapHandler, type RunItem } from './map-handler';
import { executionKey } from './normalize-definition';
import { checkPayload } from './payload-limit';
import { hasItemSelector, isDynamicWait, itemMachine, itemSelector } from './replaced-states';
import type { TaskHandler, TaskHandlers } from './task-handler';
import { waitHandler } from './wait-handler';
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
  const start = await loadInterpreter(definition, (resource) => run.resources(resource) !== undefined);
  const finished = new AbortController();
  // Every task that runs at a time listens to it.
  setMaxListeners(0, finished.signal);
  const history = new History();
  const onState = (event: StateEvent): void => {
    if (event.state !== itemSelector) {
      history.add(event);
      run.onState?.(event);
    }
  };
  const execution = new Interpretation(run, start, onState, finished.signal).start(definition, run.input);
  const onAbort = (): void => {
    finished.abort(run.signal?.reason);
    execution.abort();
  };
  run.signal?.addEventListener('abort', onAbort, { once: true });
  if (run.signal?.aborted === true) {
    onAbort();
  }
  try {
    const [outcome] = await Promise.all([settle(execution.result), follow(execution, onState)]);
    return { ...outcome, history: history.list(Date.now()) };
  } finally {
    run.signal?.removeEventListener('abort', onAbort);
    // Ends what failed branches and states out of time have left running.
    finished.abort();
  }
}

type Override = (input: unknown) => Promise<never>;

/** One execution in the interpreter: the machine itself, and those that the items of its Map states pass through. */
class Interpretation {
  private readonly overrides: NonNullable<RunOptions['overrides']>;

  constructor(
    private readonly run: StateMachineRun,
    private readonly startMachine: StartMachine,
    private readonly onState: (event: StateEvent) => void,
    private readonly finished: AbortSignal,
  ) {
    const definition = run.definition as Definition;
    // The interpreter looks handlers up by the state's name, which is unique in a machine.
    const handlers = allStates(definition).flatMap(({ name, state }) => {
      const handler = this.handlerOf(state);
      return handler === undefined ? [] : [[name, this.override(name, state.TimeoutSeconds, handler)] as const];
    });
    this.overrides = {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      ...waitOverrides(definition, run.waitMs ?? realTime, Date.now()),
    };
  }

  start(definition: Definition, input: unknown, map?: object): ReturnType<StartMachine> {
    const context = { ...executionContext(this.run), ...(map !== undefined && { Map: map }) };
    return this.startMachine(definition, input, { context, overrides: this.overrides });
  }

  private handlerOf(state: State): TaskHandler | undefined {
    if (state.Type === 'Map') {
      return mapHandler(this.itemRunner(state));
    }
    if (isDynamicWait(state)) {
      return waitHandler(this.run.waitMs ?? realTime, Date.now);
    }
    return state.Type === 'Task' ? this.run.resources(String(state.Resource)) : undefined;
  }

  private itemRunner(map: State): RunItem {
    const machine = itemMachine(map);
    return async ({ index, value }, input, signal) => {
      const running = this.start(machine, hasItemSelector(map) ? input : value, { Item: { Index: index, Value: value } });
      signal.addEventListener('abort', running.abort, { once: true });
      try {
        const [result] = await Promise.allSettled([running.result, follow(running, this.onState)]);
        if (result.status === 'rejected') {
          throw causeOf(result.reason);
        }
        return result.value;
      } finally {
        signal.removeEventListener('abort', running.abort);
      }
    };
  }

  private override(state: string, timeoutSeconds: unknown, handler: TaskHandler): Override {
    const { executionArn, stateMachineArn } = arnsOf(this.run);
    return async (input) => {
      checkPayload(state, 'input', input);
      const signal =
        typeof timeoutSeconds === 'number'
          ? AbortSignal.any([this.finished, AbortSignal.timeout(timeoutSeconds * 1000)])
          : this.finished;
      const result = await handler(input, { state, executionArn, stateMachineArn, signal });
      checkPayload(state, 'result', result);
      return result as never;
    };
  }
}

function arnsOf({ name, executionName }: StateMachineRun): { readonly executionArn: string; readonly stateMachineArn: string } {
  return {
    executionArn: `${arnPrefix}:execution:${name}:${executionName}`,
    stateMachineArn: `${arnPrefix}:stateMachine:${name}`,
  };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function executionContext(run: StateMachineRun): Record<string, unknown> {
  const { executionArn, stateMachineArn } = arnsOf(run);
  return {
    [executionKey]: {
      Id: executionArn,
      Input: run.input,
      Name: run.executionName,
      RedriveCount: 0,
      StartTime: run.startTime.toISOString(),
    },
    StateMachine: { Id: stateMachineArn, Name: run.name },
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
    const cause = causeOf(error);
    return { status: 'FAILED', error: cause.name, cause: cause.message };
  }
}

/** What a state threw: the interpreter wraps it. */
function causeOf(error: unknown): Error {
  const outer = error instanceof Error ? error : new Error(String(error));
  return outer.cause instanceof Error ? outer.cause : outer;
}
