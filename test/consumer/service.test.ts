import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { whatToDo } from '../../consumer/advice';
import { KclError } from '../../consumer/kcl/errors';
import { Logger } from '../../consumer/logger';
import { DeliveryRefusedError } from '../../consumer/pipeline';
import { Service } from '../../consumer/service';

/** A clock whose sleeps end only when the test says so, or when they are aborted. */
class HeldClock {
  private readonly wakers: (() => void)[] = [];
  readonly monotonicMs = (): number => 0;
  readonly wallMs = (): number => 0;
  readonly sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      this.wakers.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  wakeAll(): void {
    this.wakers.splice(0).forEach((wake) => wake());
  }
}

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines.push(JSON.parse(chunk) as Record<string, unknown>);
      done();
    },
  });
  const clock = new HeldClock();
  const signals = new EventEmitter();
  const ended = deferred();
  const stops: unknown[] = [];
  const exits: number[] = [];
  const worker = {
    workerId: 'w1',
    run: () => ended.promise,
    stop: async (options?: { graceMs?: number }) => {
      stops.push(options?.graceMs);
    },
  };
  const service = new Service({
    worker,
    logger: new Logger({ out, clock, level: 'info' }),
    clock,
    signals,
    graceMs: 5_000,
    exitNow: (code) => exits.push(code),
    startedFields: () => ({ streamName: 's' }),
    stoppedFields: () => ({ received: 3, maxRssBytes: 1 }),
  });
  return { lines, clock, signals, ended, stops, exits, service, events: () => lines.map(({ event }) => event) };
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}

describe('Service', () => {
  test.each(['SIGTERM', 'SIGINT'])('%s drains within the grace and ends with 0', async (signal) => {
    const { service, signals, ended, stops, lines, exits } = setUp();
    const code = service.run();
    signals.emit(signal, signal);
    ended.resolve();
    await expect(code).resolves.toBe(0);
    expect(stops).toEqual([5_000]);
    expect(exits).toEqual([]);
    expect(lines).toMatchObject([
      { event: 'started', workerId: 'w1', streamName: 's' },
      { event: 'stopping', signal, graceMs: 5_000 },
      { event: 'stopped', workerId: 'w1', exitCode: 0, received: 3, maxRssBytes: 1 },
    ]);
    expect(signals.eventNames()).toEqual([]);
  });

  test('a second signal exits at once', async () => {
    const { service, signals, stops, exits } = setUp();
    void service.run();
    signals.emit('SIGTERM', 'SIGTERM');
    signals.emit('SIGINT', 'SIGINT');
    expect([stops, exits]).toEqual([[5_000], [1]]);
  });

  test('the first signal does not cut short the draining that a fault has begun', async () => {
    const { service, signals, stops, exits } = setUp();
    void service.run();
    service.fatal(new Error('broken'));
    signals.emit('SIGTERM', 'SIGTERM');
    expect([stops, exits]).toEqual([[5_000], []]);
    signals.emit('SIGTERM', 'SIGTERM');
    expect(exits).toEqual([1]);
  });

  test('a worker that does not stop in time is left behind', async () => {
    const { service, signals, clock, exits, events } = setUp();
    void service.run();
    signals.emit('SIGTERM', 'SIGTERM');
    clock.wakeAll();
    await Promise.resolve();
    expect(exits).toEqual([1]);
    expect(events()).toContain('fatal');
  });

  test('a worker that cannot go on is fatal, with what to do', async () => {
    const { service, ended, lines } = setUp();
    const code = service.run();
    ended.reject(new KclError('LEASE_TABLE_MISSING', 'no table leases'));
    await expect(code).resolves.toBe(1);
    expect(lines[1]).toMatchObject({
      level: 'error',
      event: 'fatal',
      error: { code: 'LEASE_TABLE_MISSING', message: 'no table leases' },
      whatToDo: expect.stringContaining('LEASE_TABLE_NAME') as string,
    });
    expect(lines[2]).toMatchObject({ event: 'stopped', exitCode: 1 });
  });

  test('what is found to be broken elsewhere is told once, drains what it can, and ends with 1', async () => {
    const { service, ended, stops, events } = setUp();
    const code = service.run();
    service.fatal(new Error('broken'));
    service.fatal(new Error('broken again'));
    ended.resolve();
    await expect(code).resolves.toBe(1);
    expect(stops).toEqual([5_000]);
    expect(events()).toEqual(['started', 'fatal', 'stopped']);
  });
});

describe('whatToDo', () => {
  test('knows an error by its code, its reason or its name, or by its cause', () => {
    expect(whatToDo(new KclError('STREAM_MISSING', ''))).toContain('STREAM_NAME');
    expect(whatToDo(new DeliveryRefusedError('d', 'AccessDeniedException', 'no'))).toContain('role');
    expect(whatToDo(new Error('x', { cause: Object.assign(new Error('y'), { code: 'ECONNREFUSED' }) }))).toContain(
      'AWS_ENDPOINT_URL_*',
    );
  });

  test('has something to say about anything', () => {
    expect(whatToDo('a text')).toContain('last checkpoints');
    expect(whatToDo(undefined)).toContain('last checkpoints');
  });
});
