import { isPathKey } from './check-definition';
import { branches, type Definition, type State } from './definition';
import { isReplaced, replacement } from './replaced-states';

/** Where the execution's part of the context object lies for the interpreter: it overwrites `Execution` with its own. */
export const executionKey = 'ThisExecution';

/** The longest that a timer of Node.js can take, in seconds; longer ones fire at once. */
const longestTimerSeconds = 2_147_483;

/**
 * The definition written so that the interpreter does what Step Functions does:
 * - a Task state without a time limit has none (the interpreter: 60 s);
 * - `$$.Execution` is the execution's own, in Parallel branches and Map iterations too (the interpreter: start time and input are
 *   the branch's);
 * - `IsPresent: false`, `IsNull: false` and their like hold when the test does not (the interpreter: never);
 * - `ResultPath: "$"` replaces the input (the interpreter: sets a field called `$`);
 * - a Pass state's result may be false, 0, "" or null (the interpreter: ignores these);
 * - Map states, and waits whose length is in their input, are tasks (see replaced-states.ts).
 */
export function normalizeDefinition(definition: Definition): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, normalizeState(state)] as const);
  const limit = definition.TimeoutSeconds;
  return {
    ...definition,
    ...(limit === undefined ? {} : { TimeoutSeconds: Math.min(limit, longestTimerSeconds) }),
    States: Object.fromEntries(states),
  };
}

function normalizeState(state: State): State {
  if (isReplaced(state)) {
    return rewrite(replacement(state, longestTimerSeconds)) as State;
  }
  const own: Record<string, unknown> = { ...state };
  if (state.Type === 'Pass' && Object.hasOwn(state, 'Result') && !state.Result) {
    own.Parameters = state.Result;
    delete own.Result;
  }
  if (state.Type === 'Task' && state.TimeoutSecondsPath === undefined) {
    own.TimeoutSeconds = Math.min(Number(state.TimeoutSeconds ?? longestTimerSeconds), longestTimerSeconds);
  }
  if (Array.isArray(state.Choices)) {
    own.Choices = state.Choices.map(normalizeChoice);
  }
  const rewritten = rewrite(own) as State;
  return {
    ...rewritten,
    ...(state.Branches === undefined ? {} : { Branches: branches(state).map(normalizeDefinition) }),
  };
}

const typeTests = ['IsBoolean', 'IsNull', 'IsNumeric', 'IsPresent', 'IsString', 'IsTimestamp'];

function normalizeChoice(rule: unknown): unknown {
  if (typeof rule !== 'object' || rule === null) {
    return rule;
  }
  const entries = Object.entries(rule).map(([key, value]: [string, unknown]) =>
    Array.isArray(value)
      ? ([key, value.map(normalizeChoice)] as const)
      : ([key, key === 'Not' ? normalizeChoice(value) : value] as const),
  );
  const negated = entries.find(([key, value]) => typeTests.includes(key) && value === false);
  if (negated === undefined) {
    return Object.fromEntries(entries);
  }
  const { Next, ...test } = Object.fromEntries(entries.map(([key, value]) => [key, key === negated[0] ? true : value]));
  return { Not: test, ...(Next === undefined ? {} : { Next }) };
}

/** Points context paths at `executionKey` and drops `ResultPath: "$"`, everywhere but in literal results and nested machines. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(rewrite);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(key === 'ResultPath' && entry === '$'))
      .map(([key, entry]: [string, unknown]) => {
        if (key === 'Result') {
          return [key, entry];
        }
        return typeof entry === 'string' && isPathKey(key)
          ? [key, entry.replace(/\$\$\.Execution\b/g, () => `$$.${executionKey}`)]
          : [key, rewrite(entry)];
      }),
  );
}
