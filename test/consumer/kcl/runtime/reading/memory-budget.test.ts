import fc from 'fast-check';
import type { Reservation } from '../../../../../consumer/kcl/ports/shard-source';
import { MemoryBudget } from '../../../../../consumer/kcl/runtime/reading/memory-budget';

const never = new AbortController().signal;

/** Lets promises that are settled go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a promise gave so far; undefined while it is pending. */
function outcome<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const seen: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  );
  return seen;
}

describe('the memory budget of a worker', () => {
  it('gives a shard its part and what is free of the shared half, and no more', async () => {
    const budget = new MemoryBudget(1000);
    const [a, b] = [budget.open(), budget.open()];
    expect((await a.reserve(5000, 1, never)).bytes).toBe(750);
    expect((await b.reserve(5000, 1, never)).bytes).toBe(250);
    expect(budget.heldBytes).toBe(1000);
  });

  it('keeps a part for each shard, however much others hold', async () => {
    const budget = new MemoryBudget(1000);
    const shards = Array.from({ length: 5 }, () => budget.open());
    await shards[0]?.reserve(5000, 1, never);
    for (const shard of shards.slice(1)) {
      expect((await shard.reserve(5000, 100, never)).bytes).toBe(100);
    }
  });

  it('serves those who wait for the shared half in the order of asking', async () => {
    const budget = new MemoryBudget(1000);
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    const held = await a.reserve(5000, 600, never);
    const large = outcome(b.reserve(500, 500, never));
    const small = outcome(c.reserve(200, 200, never));
    await settled();
    expect([large.value, small.value]).toEqual([undefined, undefined]);
    held.settle(300);
    await settled();
    expect([large.value?.bytes, small.value]).toEqual([500, undefined]);
    large.value?.release();
    await settled();
    expect(small.value?.bytes).toBe(200);
  });

  it('lets a read go that is larger than everything, when the shared half is free', async () => {
    const budget = new MemoryBudget(1000);
    const [a, b] = [budget.open(), budget.open()];
    const busy = await b.reserve(300, 300, never);
    const large = outcome(a.reserve(10_000, 10_000, never));
    await settled();
    expect(large.value?.bytes).toBe(700);
    large.value?.settle(10_000);
    const next = outcome(b.reserve(300, 300, never));
    await settled();
    expect(next.value).toBeUndefined();
    busy.release();
    large.value?.release();
    await settled();
    expect(next.value?.bytes).toBe(300);
  });

  it('forgets who gives up waiting, and lets those behind it go', async () => {
    const budget = new MemoryBudget(1000);
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    await a.reserve(500, 500, never);
    const impatient = new AbortController();
    const large = outcome(b.reserve(500, 500, impatient.signal));
    impatient.abort(new Error('stopped'));
    const small = outcome(c.reserve(250, 250, never));
    await settled();
    expect(large.error).toEqual(new Error('stopped'));
    expect(small.value?.bytes).toBe(250);
    await expect(b.reserve(1, 1, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  });

  it('counts no longer what a closed shard holds, even when that is released later', async () => {
    const budget = new MemoryBudget(1000);
    const [a, b] = [budget.open(), budget.open()];
    const held = await a.reserve(700, 700, never);
    a.close();
    held.release();
    held.release();
    a.close();
    expect(budget.heldBytes).toBe(0);
    expect((await b.reserve(5000, 1, never)).bytes).toBe(1000);
  });

  it('never holds more than its limit while reads bring what was expected, and leaves nobody waiting in the end', async () => {
    const action = fc.record({
      shard: fc.nat(7),
      wanted: fc.integer({ min: 1, max: 3000 }),
      release: fc.nat(5),
      close: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const budget = new MemoryBudget(4000);
        const shards = Array.from({ length: 8 }, () => budget.open());
        const held: Reservation[] = [];
        let waiting = 0;
        for (const { shard, wanted, release, close } of actions) {
          waiting += 1;
          void shards[shard]?.reserve(wanted, Math.min(wanted, 250), never).then((reservation) => {
            waiting -= 1;
            held.push(reservation);
          });
          await settled();
          expect(budget.heldBytes).toBeLessThanOrEqual(4000 + 1e-6);
          if (release > 2) {
            held.shift()?.release();
          }
          if (close === 0) {
            shards[shard]?.close();
            shards[shard] = budget.open();
          }
          expect(budget.heldBytes).toBeLessThanOrEqual(4000 + 1e-6);
        }
        for (let i = 0; i <= actions.length; i += 1) {
          held.splice(0).forEach((reservation) => reservation.release());
          await settled();
        }
        expect(waiting).toBe(0);
        expect(budget.heldBytes).toBeCloseTo(0);
      }),
      { numRuns: 60 },
    );
  });
});
