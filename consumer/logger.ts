import type { Writable } from 'node:stream';
import type { Clock } from './kcl';

/** From the most to the least talkative. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Further members of a log line. Errors are written with name, code, message and stack. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LoggerOptions {
  readonly out: Writable;
  readonly clock: Clock;
  /** Lines below this level are left out. */
  readonly level: LogLevel;
  /** Bytes that may wait when the reader of the output is slow; lines beyond are dropped and counted. @default 8388608 */
  readonly maxPendingBytes?: number;
}

/**
 * Structured logs: one JSON object per line with `time` (ISO 8601, UTC), `level`, `event` and the event's fields.
 *
 * The output may be a pipe that nobody empties, or that breaks: neither stops the consumer. Lines wait in memory up to a bound,
 * then they are dropped and counted in a `log-lines-dropped` line once there is room; audit lines are never dropped for want of room.
 */
export class Logger {
  private broken = false;
  private dropped = 0;
  private readonly maxPendingBytes: number;

  constructor(private readonly options: LoggerOptions) {
    this.maxPendingBytes = options.maxPendingBytes ?? 8 * 1024 * 1024;
    // Without a listener, a reader that went away (EPIPE) would end the process.
    options.out.on('error', () => {
      this.broken = true;
    });
  }

  debug(event: string, fields: LogFields = {}): void {
    this.log('debug', event, fields);
  }

  info(event: string, fields: LogFields = {}): void {
    this.log('info', event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.log('warn', event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.log('error', event, fields);
  }

  log(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (logLevels.indexOf(level) < logLevels.indexOf(this.options.level)) {
      return;
    }
    if (this.options.out.writableLength > this.maxPendingBytes) {
      this.dropped += 1;
      return;
    }
    if (this.dropped > 0) {
      const lines = this.dropped;
      this.dropped = 0;
      this.write('warn', 'log-lines-dropped', { lines });
    }
    this.write(level, event, fields);
  }

  /** Writes a line at every level: for lines that are read by programs, such as the ledger. */
  audit(event: string, fields: LogFields): void {
    this.write('info', event, fields);
  }

  /** Writes an object as a line of its own, as it is and at every level, for readers with a format of their own. */
  document(fields: LogFields): void {
    if (this.options.out.writableLength > this.maxPendingBytes) {
      this.dropped += 1;
    } else if (!this.broken) {
      this.options.out.write(`${JSON.stringify(fields)}\n`);
    }
  }

  /** Resolves when every line has been written, the output is broken, or `timeoutMs` has passed. */
  async close(timeoutMs: number): Promise<void> {
    if (this.broken) {
      return;
    }
    const written = new AbortController();
    this.options.out.write('', () => written.abort());
    await this.options.clock.sleep(timeoutMs, written.signal);
  }

  private write(level: LogLevel, event: string, fields: LogFields): void {
    if (!this.broken) {
      const head = { time: new Date(this.options.clock.wallMs()).toISOString(), level, event };
      this.options.out.write(`${JSON.stringify({ ...head, ...fields, ...head }, plain)}\n`);
    }
  }
}

/** What JSON cannot express, as something that it can. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack } = value;
    const code = 'code' in value ? value.code : undefined;
    return { name, code, message, stack, ...(value.cause !== undefined && { cause: value.cause }) };
  }
  if (value instanceof Map) {
    return Object.fromEntries(value);
  }
  if (value instanceof Set) {
    return [...value];
  }
  return typeof value === 'bigint' ? String(value) : value;
}
