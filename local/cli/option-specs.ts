import { parseArgs } from 'node:util';
import { UsageError } from './usage-error';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** How the value is written in the help. */
  readonly value?: string;
  readonly doc: string;
  readonly default?: string;
}

export type OptionSpecs<Name extends string = string> = Readonly<Record<Name, OptionSpec>>;

/** The lines of `--help` that tell of options. */
export function optionLines(specs: OptionSpecs, nameWidth = 20): readonly string[] {
  return Object.entries(specs).map(([name, spec]) => {
    const flag = `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
    return `  ${flag.padEnd(nameWidth)} ${spec.doc}${spec.default === undefined ? '' : ` [default: ${spec.default}]`}`;
  });
}

/** A command line that was taken apart. Each question throws a UsageError that names the option and what is allowed. */
export class GivenOptions<Name extends string> {
  private readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];

  /** @param command how the program is started, for messages: `npm start` */
  constructor(
    private readonly specs: OptionSpecs<Name>,
    argv: readonly string[],
    command: string,
  ) {
    const options = Object.fromEntries(
      Object.entries<OptionSpec>(specs).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
    );
    try {
      const parsed = parseArgs({ args: [...argv], options, allowPositionals: true });
      this.values = parsed.values;
      this.positionals = parsed.positionals;
    } catch (error: unknown) {
      const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
      throw new UsageError(`${message}; see ${command} -- --help`);
    }
  }

  /** Whether the option stands on the command line, whatever its value. */
  has(name: Name): boolean {
    return this.values[name] !== undefined;
  }

  flag(name: Name): boolean {
    return this.values[name] === true;
  }

  /** The values of an option that may come more than once. */
  list(name: Name): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The value, or the default. */
  raw(name: Name): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : this.specs[name].default;
  }

  text(name: Name): string {
    const value = this.raw(name) ?? '';
    if (value.trim() === '') {
      throw new UsageError(`--${name}: a value is needed`);
    }
    return value;
  }

  integer(name: Name, minimum: number, maximum: number, orElse = ''): number | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!(number >= minimum && number <= maximum)) {
      throw new UsageError(`--${name} ${value}: allowed are whole numbers from ${minimum} to ${maximum}${orElse}`);
    }
    return number;
  }

  /** A number above 0, decimals allowed. */
  positive(name: Name): number | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    const number = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (!(number > 0)) {
      throw new UsageError(`--${name} ${value}: allowed are numbers above 0, such as 13.5`);
    }
    return number;
  }

  /** An instant in UTC, in milliseconds since the epoch. */
  instant(name: Name): number | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    const parsed = instantOf(value);
    if (parsed === undefined) {
      throw new UsageError(`--${name} ${value}: allowed are instants in UTC such as 2026-11-20T00:00:00Z`);
    }
    return parsed;
  }

  oneOf<Value extends string>(name: Name, allowed: readonly Value[]): Value | undefined {
    const value = this.raw(name);
    const known = allowed.find((one) => one === value);
    if (value !== undefined && known === undefined) {
      throw new UsageError(`--${name} ${value}: allowed are ${allowed.join(', ')}`);
    }
    return known;
  }
}

/** An instant in UTC such as 2026-11-20T00:00Z, in milliseconds since the epoch; undefined for any other text. */
export function instantOf(text: string): number | undefined {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
