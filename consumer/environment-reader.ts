import { isIP } from 'node:net';

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
export const deliveryStreamName = /^[\w.-]{1,64}$/;
export const deliveryStreamRule = '1 to 64 letters, digits, _ . -';

/** Reads variables and gathers what is wrong with them. */
export class EnvironmentReader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  name(variable: string, pattern: RegExp, allowed: string): string | undefined {
    const value = this.value(variable);
    if (value !== undefined && pattern.test(value)) {
      return value;
    }
    this.problem(variable, value, allowed);
    return undefined;
  }

  optional(variable: string, pattern: RegExp, allowed: string): string | undefined {
    const value = this.value(variable);
    if (value !== undefined && !pattern.test(value)) {
      this.problem(variable, value, allowed);
    }
    return value;
  }

  choice<T extends string>(variable: string, allowed: readonly T[], byDefault?: T): T | undefined {
    const value = this.value(variable) ?? byDefault;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      this.problem(variable, value, `one of ${allowed.join(', ')}`);
    }
    return found;
  }

  milliseconds(variable: string, least: number, most: number, byDefault: number): number {
    return this.whole(variable, 'number of milliseconds', least, most, byDefault);
  }

  /** @param what - a whole one of which it is: `number of milliseconds` */
  whole(variable: string, what: string, least: number, most: number, byDefault: number): number {
    const value = this.value(variable) ?? String(byDefault);
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) {
      this.problem(variable, value, `a whole ${what} from ${least} to ${most}`);
    }
    return number;
  }

  port(variable: string): number | undefined {
    const value = this.value(variable);
    if (value === undefined) {
      return undefined;
    }
    const number = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
    if (!(number <= 65_535)) {
      this.problem(variable, value, 'a port from 1 to 65535, or 0 to let the system choose');
    }
    return number;
  }

  ipAddress(variable: string, byDefault: string): string {
    const value = this.value(variable) ?? byDefault;
    if (isIP(value) === 0) {
      this.problem(variable, value, 'an IP address, such as 127.0.0.1, or 0.0.0.0 for all interfaces');
    }
    return value;
  }

  /** @param tables the domain's tables; undefined when the domain is not known, and which tables there must be is not checked */
  deliveryStreams(variable: string, tables: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
    const text = this.value(variable);
    const parsed = text === undefined ? undefined : parseObject(text);
    if (parsed === undefined) {
      this.problem(variable, text, `a JSON object of delivery streams by table${tables ? `: ${tables.join(', ')}` : ''}`);
      return undefined;
    }
    const streams: Record<string, string> = {};
    for (const [table, stream] of Object.entries(parsed)) {
      if (tables !== undefined && !tables.includes(table)) {
        this.problems.push(`${variable} names table "${table}", which the domain does not have; it has ${tables.join(', ')}`);
      }
      if (typeof stream !== 'string' || !deliveryStreamName.test(stream)) {
        this.problems.push(`${variable}: ${table} is ${JSON.stringify(stream)}; allowed: ${deliveryStreamRule}`);
      } else {
        streams[table] = stream;
      }
    }
    const missing = (tables ?? []).filter((table) => !Object.hasOwn(parsed, table));
    if (missing.length > 0) {
      this.problems.push(`${variable} names no delivery stream for ${missing.join(', ')}; every table of the domain needs one`);
    }
    return streams;
  }

  private value(variable: string): string | undefined {
    const value = this.environment[variable];
    return value === '' ? undefined : value;
  }

  private problem(variable: string, value: string | undefined, allowed: string): void {
    this.problems.push(`${variable} is ${value === undefined ? 'not set' : JSON.stringify(value)}; allowed: ${allowed}`);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
