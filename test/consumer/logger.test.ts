import { Writable } from 'node:stream';
import { Logger, type LogLevel } from '../../consumer/logger';
import { SkippingClock } from './pipeline/skipping-clock';

/** An output whose reader takes lines only when told to. */
class Output extends Writable {
  readonly lines: Record<string, unknown>[] = [];
  private release: (() => void) | undefined;

  constructor(private stuck = false) {
    super({ decodeStrings: false, highWaterMark: 1 });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    const take = (): void => {
      if (chunk !== '') {
        expect(chunk.endsWith('\n')).toBe(true);
        this.lines.push(JSON.parse(chunk) as Record<string, unknown>);
      }
      done();
    };
    if (this.stuck) {
      this.release = take;
    } else {
      take();
    }
  }

  flow(): void {
    this.stuck = false;
    this.release?.();
  }
}

function setUp({
  level = 'info',
  stuck = false,
  maxPendingBytes = 1_000,
}: {
  level?: LogLevel;
  stuck?: boolean;
  maxPendingBytes?: number;
}) {
  const out = new Output(stuck);
  return { out, logger: new Logger({ out, clock: new SkippingClock(), level, maxPendingBytes }) };
}

describe('Logger', () => {
  test('writes one JSON object per line: time, level, event, then the fields', () => {
    const { out, logger } = setUp({});
    logger.info('lease-taken', { shardId: 's', reason: 'two\nlines' });
    expect(out.lines).toEqual([
      { time: '2026-11-20T00:00:00.000Z', level: 'info', event: 'lease-taken', shardId: 's', reason: 'two\nlines' },
    ]);
    expect(Object.keys(out.lines[0] ?? {}).slice(0, 3)).toEqual(['time', 'level', 'event']);
  });

  test('leaves out what is below its level, audit lines aside', () => {
    const { out, logger } = setUp({ level: 'warn' });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.audit('ledger', { event: 'ledger', received: 1 });
    expect(out.lines.map(({ event }) => event)).toEqual(['c', 'd', 'ledger']);
  });

  test('writes errors with their causes, and what JSON cannot express', () => {
    const { out, logger } = setUp({});
    const error = Object.assign(new Error('outer', { cause: new RangeError('inner') }), { code: 'E1' });
    logger.error('fatal', { error, big: 2n ** 70n, set: new Set([1]), map: new Map([['a', 1]]) });
    expect(out.lines).toMatchObject([
      {
        error: { name: 'Error', code: 'E1', message: 'outer', cause: { name: 'RangeError', message: 'inner' } },
        big: '1180591620717411303424',
        set: [1],
        map: { a: 1 },
      },
    ]);
  });

  test('drops and counts lines when nobody reads, but never audit lines, and says so later', async () => {
    const { out, logger } = setUp({ stuck: true, maxPendingBytes: 300 });
    for (let line = 0; line < 50; line += 1) {
      logger.info('chatter', { line });
    }
    logger.audit('ledger', {});
    expect(out.writableLength).toBeLessThan(600);
    out.flow();
    await logger.close(1_000);
    logger.info('again');
    const kept = out.lines.filter(({ event }) => event === 'chatter').length;
    expect(out.lines.at(-3)).toMatchObject({ event: 'ledger' });
    expect(out.lines.at(-2)).toMatchObject({ event: 'log-lines-dropped', lines: 50 - kept });
  });

  test('close waits until the last line is written', async () => {
    const { out, logger } = setUp({ stuck: true });
    logger.info('last');
    setImmediate(() => out.flow());
    const patient = new Logger({
      out,
      level: 'info',
      clock: { wallMs: () => 0, monotonicMs: () => 0, sleep: untilAborted },
    });
    await patient.close(1_000);
    expect(out.lines).toHaveLength(1);
  });

  test('a reader that went away is not fatal', async () => {
    const { out, logger } = setUp({});
    out.destroy(new Error('EPIPE'));
    await new Promise((resolve) => setImmediate(resolve));
    logger.error('nobody hears');
    await logger.close(1_000);
    expect(out.lines).toEqual([]);
  });
});

function untilAborted(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
