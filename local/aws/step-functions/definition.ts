/** A state machine's definition in the Amazon States Language. @see https://states-language.net/spec.html */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
  readonly [field: string]: unknown;
}

/** One state; the fields depend on its type. */
export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}

/** The definition cannot be run here. The message names the state and what is not supported. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'InvalidDefinition';
}

/** A state of the machine or of a machine nested in it. */
export interface NamedState {
  readonly name: string;
  readonly state: State;
}

/** Every state of a machine, those of Parallel branches and Map item processors included. */
export function allStates(definition: Definition): readonly NamedState[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    { name, state },
    ...[...branches(state), ...itemProcessors(state)].flatMap(allStates),
  ]);
}

/** The branches of a Parallel state. */
export function branches(state: State): readonly Definition[] {
  return Array.isArray(state.Branches) ? (state.Branches as readonly Definition[]) : [];
}

/** The item processor of a Map state; older definitions call it iterator. */
export function itemProcessors(state: State): readonly Definition[] {
  return [state.ItemProcessor ?? state.Iterator].filter((processor): processor is Definition => processor !== undefined);
}
