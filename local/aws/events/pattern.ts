/** A pattern that EventBridge would not take, or that exists in AWS and not here. The message names what. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly code = 'InvalidEventPattern';
}

/** Decides whether an event is one of those that a rule is about. */
export type EventPattern = (event: unknown) => boolean;

/** Whether a field's value will do; `undefined` stands for a field that is not there, or that is no leaf. */
type Test = (value: unknown) => boolean;

/** Longest text of a pattern, in characters. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const maxPatternLength = 4096;

/** Numbers that `numeric` compares with. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const numericLimit = 5e9;

/**
 * Reads an event pattern: fields as in the event, each with the list of what its value may be. Of the comparisons there are exact
 * values, `prefix`, `anything-but` (with values or a prefix), `exists` and `numeric`; others exist in AWS and are refused by name.
 * A field whose value is a list will do when one of its entries does.
 *
 * @throws PatternError
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function parsePattern(pattern: unknown): EventPattern {
  if (JSON.stringify(pattern).length > maxPatternLength) {
    throw new PatternError(`an event pattern has at most ${maxPatternLength} characters`);
  }
  return structureOf(pattern, '');
}

function structureOf(pattern: unknown, path: string): EventPattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new PatternError(`${path === '' ? 'the event pattern' : path} must be an object with fields`);
  }
  const fields = Object.entries(pattern).map(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (name.startsWith('$')) {
      throw new PatternError(`${at} is not supported by the local AWS`);
    }
    return [name, Array.isArray(value) ? leafOf(value, at) : inEither(structureOf(value, at))] as const;
  });
  return (value) =>
    isObject(value) && fields.every(([name, matches]) => matches(Object.hasOwn(value, name) ? value[name] : undefined));
}

/** A structure below a field, or below an entry of the field's list. */
function inEither(matches: EventPattern): EventPattern {
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(isObject(value) ? value : {}));
}

function leafOf(allowed: readonly unknown[], path: string): EventPattern {
  if (allowed.length === 0) {
    throw new PatternError(`${path} allows nothing`);
  }
  const tests = allowed.map((entry) => testOf(entry, path));
  return (value) => {
    const leaves = (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter((leaf) => !isObject(leaf));
    return (leaves.length === 0 ? [undefined] : leaves).some((leaf) => tests.some((test) => test(leaf)));
  };
}

function testOf(allowed: unknown, path: string): Test {
  if (!isObject(allowed)) {
    const expected = scalar(allowed, path);
    return (value) => value === expected;
  }
  const [[name, argument] = ['', undefined], ...others] = Object.entries(allowed);
  if (others.length > 0) {
    throw new PatternError(`${path}: one comparison at a time, not ${Object.keys(allowed).join(' and ')}`);
  }
  switch (name) {
    case 'prefix':
      return prefixOf(argument, path);
    case 'anything-but':
      return anythingBut(argument, path);
    case 'exists':
      if (typeof argument !== 'boolean') {
        throw new PatternError(`${path}: exists is true or false`);
      }
      return (value) => (value !== undefined) === argument;
    case 'numeric':
      return numeric(argument, path);
    default:
      throw new PatternError(`${path}: the comparison ${name || '{}'} is not supported by the local AWS`);
  }
}

function prefixOf(argument: unknown, path: string): Test {
  if (typeof argument !== 'string') {
    throw new PatternError(`${path}: prefix ${JSON.stringify(argument)} is not supported by the local AWS; it takes text`);
  }
  return (value) => typeof value === 'string' && value.startsWith(argument);
}

function anythingBut(argument: unknown, path: string): Test {
  if (isObject(argument)) {
    const [[name, nested] = ['', undefined]] = Object.entries(argument);
    if (name !== 'prefix' || Object.keys(argument).length > 1) {
      throw new PatternError(`${path}: anything-but with ${name || '{}'} is not supported by the local AWS`);
    }
    const hasPrefix = prefixOf(nested, path);
    return (value) => value !== undefined && !hasPrefix(value);
  }
  const excluded = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
  if (excluded.length === 0 || !['string', 'number'].some((type) => excluded.every((entry) => typeof entry === type))) {
    throw new PatternError(`${path}: anything-but takes texts or numbers, not both`);
  }
  return (value) => value !== undefined && !excluded.includes(value);
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(argument: unknown, path: string): Test {
  const parts = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
  const bounds = Array.from({ length: Math.ceil(parts.length / 2) }, (_, index) => {
    const [operator, bound] = parts.slice(2 * index);
    const compare = typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
    if (compare === undefined || typeof bound !== 'number' || Math.abs(bound) > numericLimit) {
      throw new PatternError(
        `${path}: numeric takes one or two of = < <= > >= with a number up to 5e9, not ${JSON.stringify(argument)}`,
      );
    }
    return (value: number): boolean => compare(value, bound);
  });
  if (bounds.length === 0 || bounds.length > 2) {
    throw new PatternError(`${path}: numeric takes one or two comparisons`);
  }
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

function scalar(value: unknown, path: string): unknown {
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
    throw new PatternError(`${path}: ${JSON.stringify(value)} is no value to compare with`);
  }
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
