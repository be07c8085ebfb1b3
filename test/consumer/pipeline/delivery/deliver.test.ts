import * as fc from 'fast-check';
import { backoffMs } from '../../../../consumer/pipeline/delivery/backoff';
import { batches, deliver, type DeliverOptions, type DeliveryRetried } from '../../../../consumer/pipeline/delivery/deliver';
import { putLimits } from '../../../../consumer/pipeline/delivery/delivery-port';
import { Limiter } from '../../../../consumer/pipeline/delivery/limiter';
import { MemoryDelivery, type Trouble } from '../../../../consumer/pipeline/delivery/memory-delivery';
import { SkippingClock } from '../skipping-clock';

function setUp(troubles: (Trouble | undefined)[]) {
  const port = new MemoryDelivery(['s'], () => troubles.shift());
  const clock = new SkippingClock();
  const abort = new AbortController();
  const retries: DeliveryRetried[] = [];
  const options: DeliverOptions = {
    port,
    clock,
    limiter: new Limiter(1),
    random: () => 0.5,
    signal: abort.signal,
    onRetry: (event) => retries.push(event),
  };
  return { port, clock, abort, retries, options, accepted: () => (port.accepted.get('s') ?? []).map(String) };
}

const records = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe('deliver', () => {
  test('sends again only what failed', async () => {
    const { port, options, retries, accepted } = setUp([{ failed: [0, 2] }, { failed: [1] }]);
    await expect(deliver('s', records('a', 'b', 'c'), options)).resolves.toBe('accepted');
    expect(accepted()).toEqual(['b', 'a', 'c']);
    expect(port.requests).toBe(3);
    expect(retries.map(({ failures, failed, of }) => [failures, failed, of])).toEqual([
      [0, 2, 3],
      [0, 1, 2],
    ]);
  });

  test('waits longer after each failure in a row, and says so', async () => {
    const throttled = { unavailable: 'ServiceUnavailableException' };
    const { options, retries, clock, accepted } = setUp([throttled, throttled, throttled, { failed: [0] }]);
    await deliver('s', records('a'), options);
    expect(clock.sleeps).toEqual([75, 150, 300, 600]);
    expect(retries.map(({ codes }) => codes[0])).toEqual([
      ...Array<string>(3).fill('ServiceUnavailableException'),
      'InternalFailure',
    ]);
    expect(accepted()).toEqual(['a']);
  });

  test('stops when the signal is aborted', async () => {
    const { options, abort, accepted, port } = setUp([{ unavailable: 'ServiceUnavailableException' }]);
    const withAbort = { ...options, onRetry: () => abort.abort() };
    await expect(deliver('s', records('a'), withAbort)).resolves.toBe('aborted');
    expect(port.requests).toBe(1);
    expect(accepted()).toEqual([]);
  });

  test('splits into requests within the limits, in order', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 900_000, max: 1_024_000 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 1_100 }), (large, small) => {
        const given = [...large, ...Array<number>(small).fill(1)].map((byteLength) => ({ byteLength }) as Uint8Array);
        const split = [...batches(given)];
        expect(split.flat()).toEqual(given);
        for (const batch of split) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(putLimits.records);
          expect(batch.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(putLimits.bytes);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('the backoff grows to its cap and never waits less than half of its bound', () => {
  expect([1, 2, 3, 8, 100].map((failures) => backoffMs(failures, () => 0))).toEqual([50, 100, 200, 5_000, 5_000]);
  expect(backoffMs(100, () => 0.999_999)).toBeLessThanOrEqual(10_000);
});

test('the limiter never runs more tasks at once than it may, and runs them all', async () => {
  const limiter = new Limiter(2);
  let running = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  };
  await Promise.all([1, 2, 3, 4, 5].map(() => limiter.run(task)));
  await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await limiter.run(task);
  expect([most, running]).toEqual([2, 0]);
});
