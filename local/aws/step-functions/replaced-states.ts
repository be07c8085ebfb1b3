import { itemProcessors, type Definition, type State } from './definition';

/**
 * States that the interpreter is given as tasks, whose handlers do what the state does:
 * - a Wait whose length is in its input, so that it can be shortened like any other;
 * - a Map, because the interpreter goes on with the items that have not begun when one has failed.
 */
export function isReplaced(state: State): boolean {
  return state.Type === 'Map' || isDynamicWait(state);
}

/** A wait for as long as its input says, or until when. */
export function isDynamicWait(state: State): boolean {
  return state.Type === 'Wait' && (state.SecondsPath !== undefined || state.TimestampPath !== undefined);
}

/** The resource of a state that was replaced; nothing else has one that begins so. */
const localResource = 'arn:aws:states:::local:';

/** Fields that a task has in common with the state that it stands for. */
const commonFields = ['InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Retry', 'Catch', 'Next', 'End'];

/** The task in place of a state: its input is what the state's handler needs, its result what the state's would be. */
export function replacement(state: State, timeoutSeconds: number): State {
  const common = Object.fromEntries(Object.entries(state).filter(([field]) => commonFields.includes(field)));
  return {
    ...common,
    Type: 'Task',
    Resource: `${localResource}${state.Type.toLowerCase()}`,
    Parameters: state.Type === 'Map' ? mapParameters(state) : waitParameters(state),
    TimeoutSeconds: timeoutSeconds,
  };
}

/** What the handler of a replaced Wait gets. */
export interface WaitInput {
  readonly seconds?: unknown;
  readonly timestamp?: unknown;
  /** The state's input, which is its result. */
  readonly input: unknown;
}

function waitParameters({ SecondsPath: seconds, TimestampPath: timestamp }: State): Readonly<Record<string, unknown>> {
  return {
    ...(seconds === undefined ? { 'timestamp.$': timestamp } : { 'seconds.$': seconds }),
    'input.$': '$',
  };
}

/** What the handler of a replaced Map gets. */
export interface MapInput {
  readonly items: unknown;
  readonly concurrency: unknown;
  /** The state's input. */
  readonly input: unknown;
}

function mapParameters(state: State): Readonly<Record<string, unknown>> {
  return {
    'items.$': state.ItemsPath ?? '$',
    ...(state.MaxConcurrencyPath === undefined
      ? { concurrency: state.MaxConcurrency ?? 0 }
      : { 'concurrency.$': state.MaxConcurrencyPath }),
    'input.$': '$',
  };
}

/** A step before the item processor of a Map, which makes the input of an item. */
export const itemSelector = 'local:ItemSelector';

/** Whether the input of an item is made of the Map's input, and is not the item itself. */
export function hasItemSelector(map: State): boolean {
  return map.ItemSelector !== undefined || map.Parameters !== undefined;
}

/** The machine that an item of a Map passes through; `$$.Map` of its context must be the item's. */
export function itemMachine(map: State): Definition {
  const [processor] = itemProcessors(map);
  if (processor === undefined || !hasItemSelector(map)) {
    return processor ?? { StartAt: '', States: {} };
  }
  const selector = { Type: 'Pass', Parameters: map.ItemSelector ?? map.Parameters, Next: processor.StartAt };
  return { ...processor, StartAt: itemSelector, States: { [itemSelector]: selector, ...processor.States } };
}
