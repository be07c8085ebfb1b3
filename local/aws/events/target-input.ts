import type { Event } from './event';

/** Where a target's input comes from, other than from the whole event, as a rule writes it. */
export interface InputSettings {
  /** JSON text that is the same for every event. */
  readonly constant?: string;
  /** A path to the part of the event that is passed: `$.detail`. */
  readonly path?: string;
  readonly transformer?: {
    /** Paths by the names that stand for them in the template. */
    readonly paths: Readonly<Record<string, string>>;
    /** JSON with `<name>` where the values go. */
    readonly template: string;
  };
}

/** Makes the input of a target. @throws InputError for an event that has not what the template needs */
export type TargetInput = (event: Event) => unknown;

/** Settings that are not supported here, or an event that they do not fit. The message says which. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'InvalidTargetInput';
}

/**
 * Reads what a rule says of its target's input. Paths are in dot notation; of the variables that EventBridge has defined itself there
 * are none here.
 *
 * @throws InputError that names what is not supported
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput({ constant, path, transformer }: InputSettings): TargetInput {
  if (constant !== undefined) {
    const input = parse(constant);
    return () => input;
  }
  if (path !== undefined) {
    const read = reader(path);
    return (event) => read(event) ?? null;
  }
  return transformer === undefined ? (event) => event : transformed(transformer);
}

function transformed({ paths, template }: NonNullable<InputSettings['transformer']>): TargetInput {
  const readers = new Map(Object.entries(paths).map(([name, path]) => [name, reader(path)]));
  const unknown = [...template.matchAll(placeholder)].find(([, name = '']) => !readers.has(name));
  if (unknown !== undefined) {
    throw new InputError(`the variable ${unknown[0]} of an input template is not supported by the local AWS`);
  }
  return (event) => parse(fill(template, (name) => readers.get(name)?.(event)));
}

const placeholder = /<([^<>]+)>/g;

/** A value inside of a JSON string goes in as it is, elsewhere as JSON; one that is not there leaves nothing. */
function fill(template: string, valueOf: (name: string) => unknown): string {
  return template.replace(placeholder, (_whole, name: string, offset: number) => {
    const value = valueOf(name);
    if (value === undefined) {
      return '';
    }
    return isInString(template, offset) && typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** Whether a place of a JSON text lies between quotes. */
function isInString(text: string, offset: number): boolean {
  return (text.slice(0, offset).match(/\\.|"/g) ?? []).filter((found) => found === '"').length % 2 === 1;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error: unknown) {
    throw new InputError(`the target's input is no JSON: ${text}`, { cause: error });
  }
}

function reader(path: string): (event: Event) => unknown {
  if (!/^\$(\.[A-Za-z0-9_-]+)*$/.test(path)) {
    throw new InputError(`the path ${path} is not supported by the local AWS; it takes $.one.two`);
  }
  const names = path.split('.').slice(1);
  return (event) =>
    names.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Readonly<Record<string, unknown>>)[name]
          : undefined,
      event,
    );
}
