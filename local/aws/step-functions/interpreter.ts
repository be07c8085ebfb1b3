import { createHash } from 'node:crypto';
import type { RunOptions, StateMachineDefinition } from 'aws-local-stepfunctions';
import { checkDefinition } from './check-definition';
import { DefinitionError, type Definition } from './definition';
import type { StateEvent } from './history';
import { normalizeDefinition } from './normalize-definition';
import { providePromiseWithResolvers } from './promise-with-resolvers';

/** A machine as the interpreter has it. */
interface Machine {
  run(input: unknown, options: RunOptions): RunningMachine;
}

/** The interpreter, as far as it is used. */
export interface RunningMachine {
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

/** Starts a machine; `definition` is written as Step Functions takes it. */
export type StartMachine = (definition: Definition, input: unknown, options: RunOptions) => RunningMachine;

/** SHA-256 of definitions that were found valid: the interpreter compiles its schemas for each, which takes longer than most runs. */
const valid = new Set<string>();

/**
 * Loads the interpreter, which brings SDK clients along, and holds the definition against what it and this machine can do.
 * @throws DefinitionError when the definition is invalid or asks for what is not supported here
 */
export async function loadInterpreter(definition: Definition, isSupported: (resource: string) => boolean): Promise<StartMachine> {
  providePromiseWithResolvers();
  const { StateMachine } = await import('aws-local-stepfunctions');
  const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
  try {
    // Constructed for its validation of the definition as it was written.
    new StateMachine(definition as StateMachineDefinition, { validationOptions: { noValidate: valid.has(hash) } });
  } catch (error: unknown) {
    throw new DefinitionError(`the state machine's definition is invalid: ${String(error)}`, { cause: error });
  }
  valid.add(hash);
  checkDefinition(definition, isSupported);
  const machines = new Map<Definition, Machine>();
  return (part, input, options) => {
    const machine: Machine =
      machines.get(part) ??
      new StateMachine(normalizeDefinition(part) as unknown as StateMachineDefinition, {
        validationOptions: { noValidate: true },
      });
    machines.set(part, machine);
    return machine.run(input, options);
  };
}

const eventTypes: Readonly<Record<string, StateEvent['type']>> = {
  StateEntered: 'entered',
  StateExited: 'exited',
  StateFailed: 'failed',
  StateRetried: 'retried',
  StateCaught: 'caught',
};

/** Tells of what happens to the states of a machine, until it ends. */
export async function follow({ eventLogs }: RunningMachine, onState: (event: StateEvent) => void): Promise<void> {
  for await (const { type, timestamp, state, Error: error } of eventLogs) {
    const kind = eventTypes[type];
    if (kind !== undefined && state !== undefined) {
      onState({ type: kind, state: state.name, atMs: timestamp, ...(error === undefined ? {} : { error }) });
    }
  }
}
