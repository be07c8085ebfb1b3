import * as fc from 'fast-check';
import { KclMetrics } from '../../../../consumer/kcl';
import { VirtualClock } from '../../../../consumer/kcl/testing';
import { healthLimits } from '../../../../consumer/kcl/metrics/health';
import { batch, checkpointed, processorFailed, taken } from './events';

const shard = 'shardId-000000000000';
const minute = 60_000;

function setUp() {
  const clock = new VirtualClock();
  const metrics = new KclMetrics({ clock });
  return { clock, metrics, problems: () => metrics.health().problems.map(({ problem }) => problem) };
}

describe('health', () => {
  test('the limit is thirty failover times, five minutes by default and never below one', () => {
    expect(healthLimits()).toEqual({ stalledAfterMs: 5 * minute, tableFailingAfterMs: 5 * minute });
    expect(healthLimits(1_000).stalledAfterMs).toBe(minute);
    expect(healthLimits(20_000).stalledAfterMs).toBe(10 * minute);
  });

  test('a worker without a shard is healthy, however long', async () => {
    const { clock, metrics } = setUp();
    await clock.advance(60 * minute);
    expect(metrics.health()).toEqual({ healthy: true, problems: [] });
  });

  test('a shard without data is healthy as long as it is read', async () => {
    const { clock, metrics } = setUp();
    metrics.observe(taken(shard));
    for (let i = 0; i < 20; i += 1) {
      await clock.advance(minute);
      metrics.observe(batch(shard, 0, 0));
    }
    expect(metrics.health().healthy).toBe(true);
  });

  test('a shard that lags and advances is healthy', async () => {
    const { clock, metrics } = setUp();
    metrics.observe(taken(shard));
    for (let i = 0; i < 20; i += 1) {
      await clock.advance(minute);
      metrics.observe(batch(shard, 10, 3_600_000));
    }
    expect(metrics.health().healthy).toBe(true);
  });

  test('a batch that stays in work, or a read that stays pending, makes it unhealthy after the limit', async () => {
    const { clock, metrics } = setUp();
    metrics.observe(taken(shard));
    metrics.observe(batch(shard, 10, 5_000));
    await clock.advance(5 * minute);
    expect(metrics.health().healthy).toBe(true);
    await clock.advance(1);
    expect(metrics.health()).toEqual({
      healthy: false,
      problems: [
        {
          problem: 'shard-stalled',
          shardId: shard,
          detail: `${shard} has not advanced for 300 s; its last batch was 5 s behind the tip`,
        },
      ],
    });
    metrics.observe(batch(shard, 1, 0));
    expect(metrics.health().healthy).toBe(true);
  });

  test('reads that come back empty though the shard has data make it unhealthy, unless they come nearer to the tip', async () => {
    const { clock, metrics, problems } = setUp();
    metrics.observe(taken(shard));
    for (let lagMs = 1_000_000; lagMs > 0; lagMs -= 100_000) {
      await clock.advance(minute);
      metrics.observe(batch(shard, 0, lagMs));
    }
    expect(problems()).toEqual([]);
    for (let i = 0; i < 7; i += 1) {
      await clock.advance(minute);
      metrics.observe(batch(shard, 0, 100_000));
    }
    expect(problems()).toEqual(['shard-stalled']);
  });

  test('a processor that fails on one record and repeats what comes before it does not count as advancing', async () => {
    const { clock, metrics, problems } = setUp();
    metrics.observe(taken(shard));
    for (let i = 0; i < 12; i += 1) {
      await clock.advance(30_000);
      metrics.observe(batch(shard, 10, 5_000));
      metrics.observe(processorFailed(shard));
    }
    expect(problems()).toEqual(['shard-stalled']);
    metrics.observe(checkpointed(shard, '7'));
    expect(problems()).toEqual([]);
  });

  test.each([
    ['lost', { type: 'lease-lost', shardId: shard, reason: 'taken' }],
    ['released', { type: 'lease-released', shardId: shard, reason: 'worker-stopped' }],
    ['ended', { type: 'shard-ended', shardId: shard, childShardIds: [] }],
  ] as const)('a shard that is %s is nobody’s fault any more', async (_how, event) => {
    const { clock, metrics } = setUp();
    metrics.observe(taken(shard));
    await clock.advance(10 * minute);
    expect(metrics.health().healthy).toBe(false);
    metrics.observe(event);
    expect(metrics.health().healthy).toBe(true);
  });

  test('a table that fails again and again makes it unhealthy after the limit, and healthy once it is quiet', async () => {
    const { clock, metrics, problems } = setUp();
    const failed = { type: 'round-failed', round: 'take', error: new Error('no answer') } as const;
    for (let i = 0; i < 31; i += 1) {
      metrics.observe(failed);
      await clock.advance(10_000);
    }
    expect(problems()).toEqual(['lease-table-failing']);
    await clock.advance(20_000);
    expect(problems()).toEqual([]);
  });

  test('failures now and then are no failing table', async () => {
    const { clock, metrics, problems } = setUp();
    for (let i = 0; i < 20; i += 1) {
      metrics.observe({ type: 'round-failed', round: 'take', error: new Error('no answer') });
      await clock.advance(minute);
      metrics.observe({ type: 'round-failed', round: 'shard-sync', error: new Error('the stream, not the table') });
    }
    expect(problems()).toEqual([]);
  });

  test('a worker that cannot go on is unhealthy', () => {
    const { metrics } = setUp();
    metrics.observe({ type: 'fatal', error: new Error('the stream is gone') });
    expect(metrics.health().problems).toEqual([{ problem: 'fatal', detail: 'the stream is gone' }]);
  });

  test('no shard is ever stalled for longer than it is held, and only a shard that is held can be', async () => {
    const shards = ['a', 'b', 'c'];
    const event = fc.oneof(
      fc.constantFrom(...shards).map(taken),
      fc.tuple(fc.constantFrom(...shards), fc.nat(3), fc.nat(2)).map(([id, records, lag]) => batch(id, records, lag * 1000)),
      fc.constantFrom(...shards).map((id) => checkpointed(id, '5')),
      fc.constantFrom(...shards).map(processorFailed),
      fc.constantFrom(...shards).map((shardId) => ({ type: 'lease-lost', shardId, reason: 'taken' }) as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(event, fc.nat(120_000)), { maxLength: 30 }), async (events) => {
        let nowMs = 0;
        const clock = { monotonicMs: () => nowMs, wallMs: () => nowMs, sleep: async () => undefined };
        const metrics = new KclMetrics({ clock });
        const held = new Set<string>();
        for (const [one, ms] of events) {
          metrics.observe(one);
          if (one.type === 'lease-taken') {
            held.add(one.shardId);
          } else if (one.type === 'lease-lost') {
            held.delete(one.shardId);
          }
          nowMs += ms;
          const snapshot = metrics.snapshot();
          expect(new Set(snapshot.shards.map(({ shardId }) => shardId))).toEqual(held);
          for (const { stalledMs, heldMs } of snapshot.shards) {
            expect(stalledMs).toBeGreaterThanOrEqual(0);
            expect(stalledMs).toBeLessThanOrEqual(heldMs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
