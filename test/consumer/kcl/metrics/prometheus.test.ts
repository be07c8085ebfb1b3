import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Registry } from 'prom-client';
import { KclMetrics, registerKclMetrics } from '../../../../consumer/kcl';
import { VirtualClock } from '../../../../consumer/kcl/testing';
import { catalogue } from '../../../../consumer/kcl/metrics/catalogue';
import { maxShardSeries } from '../../../../consumer/kcl/metrics/prometheus';
import { batch, checkpointed, complete, taken } from './events';

function setUp() {
  const clock = new VirtualClock();
  const metrics = new KclMetrics({ clock });
  const registry = new Registry();
  registerKclMetrics(registry, metrics);
  return { clock, metrics, registry, lines: async () => (await registry.metrics()).split('\n') };
}

describe('the Prometheus metrics', () => {
  test('are named by the conventions: kcl_, base units, and _total for counters alone', () => {
    for (const [name, { kind, help, labels }] of Object.entries(catalogue)) {
      expect(name).toMatch(/^kcl_[a-z_]+[a-z]$/);
      expect(name).not.toMatch(/(ms|millis|kb|minutes)(_|$)/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
      expect(kind === 'counter' && labels.includes('shard')).toBe(false);
    }
  });

  test('have help and type each, and counters stand at 0 before anything happens', async () => {
    const { lines } = setUp();
    const text = await lines();
    for (const [name, { kind, labels }] of Object.entries(catalogue)) {
      expect(text).toContain(`# TYPE ${name} ${kind}`);
      if (kind === 'counter' && labels.length === 0) {
        expect(text).toContain(`${name} 0`);
      }
    }
    expect(text).toContain('kcl_healthy 1');
  });

  test('tell how each shard stands, and forget it when its lease goes', async () => {
    const { clock, metrics, lines } = setUp();
    metrics.observe(taken('shard-a'));
    await clock.advance(3_000);
    metrics.observe(batch('shard-a', 50, 4_500, 70));
    metrics.observe(checkpointed('shard-a', '12'));
    await clock.advance(2_000);
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'kcl_leases_held 1',
        'kcl_lag_seconds_max 4.5',
        'kcl_shard_lag_seconds{shard="shard-a"} 4.5',
        'kcl_shard_batch_age_seconds{shard="shard-a"} 2',
        'kcl_shard_checkpoint_age_seconds{shard="shard-a"} 2',
        'kcl_shard_records{shard="shard-a"} 50',
        'kcl_records_total 50',
        'kcl_record_bytes_total 10000',
        'kcl_leases_taken_total{reason="unowned"} 1',
        'kcl_batch_processing_seconds_bucket{le="0.05"} 0',
        'kcl_batch_processing_seconds_bucket{le="0.1"} 1',
        'kcl_batch_processing_seconds_bucket{le="+Inf"} 1',
        'kcl_batch_processing_seconds_sum 0.07',
        'kcl_batch_processing_seconds_count 1',
        'kcl_shard_start_seconds_sum 3',
      ]),
    );
    metrics.observe({ type: 'lease-lost', shardId: 'shard-a', reason: 'taken' });
    const after = await lines();
    expect(after.filter((line) => line.includes('shard-a'))).toEqual([]);
    expect(after).toEqual(
      expect.arrayContaining(['kcl_leases_held 0', 'kcl_records_total 50', 'kcl_leases_lost_total{reason="taken"} 1']),
    );
  });

  test('tell how far each shard is complete, and how long one has been held that claims nothing', async () => {
    const { clock, metrics, lines } = setUp();
    metrics.observe(taken('shard-a', clock.wallMs() - 30_000));
    metrics.observe(taken('shard-b'));
    await clock.advance(5_000);
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'kcl_shard_watermark_age_seconds{shard="shard-a"} 35',
        'kcl_shard_watermark_age_seconds{shard="shard-b"} 5',
      ]),
    );
    metrics.observe(complete('shard-a', clock.wallMs() - 6_000));
    // The stream's clock may be ahead of this machine's.
    metrics.observe(complete('shard-b', clock.wallMs() + 2_000));
    metrics.observe({ type: 'watermark-overtaken', shardId: 'shard-b', records: 2, sequenceNumber: '1', byMs: 10 });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'kcl_shard_watermark_age_seconds{shard="shard-a"} 6',
        'kcl_shard_watermark_age_seconds{shard="shard-b"} 0',
        'kcl_records_overtaken_total 2',
      ]),
    );
  });

  test('tell how long hand-offs take, apart for those who give and those who get', async () => {
    const { metrics, lines } = setUp();
    const peer = 'other';
    metrics.observe({ type: 'hand-off-completed', shardId: 's', role: 'requester', peer, durationMs: 450 });
    metrics.observe({ type: 'hand-off-completed', shardId: 's', role: 'holder', peer, durationMs: 20 });
    metrics.observe({ type: 'hand-off-timed-out', shardId: 's', holder: peer, waitedMs: 30_000 });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'kcl_hand_offs_total{role="requester"} 1',
        'kcl_hand_offs_timed_out_total 1',
        'kcl_hand_off_seconds_bucket{role="requester",le="0.25"} 0',
        'kcl_hand_off_seconds_bucket{role="requester",le="0.5"} 1',
        'kcl_hand_off_seconds_sum{role="holder"} 0.02',
      ]),
    );
  });

  test('have a bound on the series: of many shards those that lag most', async () => {
    const { metrics, lines } = setUp();
    for (let i = 0; i < maxShardSeries + 50; i += 1) {
      metrics.observe(taken(`s${i}`));
      metrics.observe(batch(`s${i}`, 1, i));
    }
    const lags = (await lines()).filter((line) => line.startsWith('kcl_shard_lag_seconds{'));
    expect(lags).toHaveLength(maxShardSeries);
    expect(lags[0]).toBe(`kcl_shard_lag_seconds{shard="s${maxShardSeries + 49}"} 0.249`);
    expect(await lines()).toContain(`kcl_leases_held ${maxShardSeries + 50}`);
  });

  test('say 0 when the worker is not healthy', async () => {
    const { metrics, lines } = setUp();
    metrics.observe({ type: 'fatal', error: 'gone' });
    expect(await lines()).toContain('kcl_healthy 0');
  });

  test('cannot be registered twice in one registry', () => {
    const { metrics, registry } = setUp();
    expect(() => registerKclMetrics(registry, metrics)).toThrow(/already been registered/);
  });

  test('are refused where the format is another', () => {
    const { metrics } = setUp();
    const registry = { registerMetric: () => undefined, contentType: Registry.OPENMETRICS_CONTENT_TYPE };
    expect(() => registerKclMetrics(registry, metrics)).toThrow(/Prometheus text format only/);
  });
});

test('the README names every metric with its labels and its meaning, and no other', () => {
  const readme = readFileSync(path.join(__dirname, '../../../../consumer/kcl/README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(kcl_\w+)(?:\{([\w, ]+)\})?` +\| (\w+) +\| (.*?) +\|$/gm)];
  const documented = rows.map(([, name, labels = '', kind, help]) => [
    name,
    { kind, labels: labels.split(', ').filter(Boolean), help: `${help ?? ''}.` },
  ]);
  expect(Object.fromEntries(documented)).toEqual(catalogue);
});
