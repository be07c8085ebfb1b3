import { Registry } from 'prom-client';
import { KclMetrics, registerKclMetrics, startMonitoringServer, type MonitoringServer } from '../../../../consumer/kcl';
import { VirtualClock } from '../../../../consumer/kcl/testing';
import { batch, checkpointed, complete, taken } from './events';

describe('the monitoring server', () => {
  const clock = new VirtualClock();
  const metrics = new KclMetrics({ clock });
  let server: MonitoringServer;

  beforeAll(async () => {
    const registry = new Registry();
    registerKclMetrics(registry, metrics);
    server = await startMonitoringServer({ metrics, registry, port: 0 });
    metrics.observe(taken('shard-b'));
    metrics.observe(taken('shard-a'));
    metrics.observe(batch('shard-a', 7, 1_500));
    metrics.observe(checkpointed('shard-a', '49590338271490256608559692538361571095921575989136588898'));
    metrics.observe(complete('shard-a', Date.UTC(2025, 11, 31, 23, 59, 52)));
  });
  afterAll(() => server.close());

  test('answers /health with 200 while all is well, and with 503 and the reasons when it is not', async () => {
    const well = await fetch(`${server.url}/health`);
    expect([well.status, await well.json()]).toEqual([200, { healthy: true, problems: [] }]);
    await clock.advance(301_000);
    const ill = await fetch(`${server.url}/health`);
    expect(ill.status).toBe(503);
    expect(await ill.json()).toMatchObject({
      healthy: false,
      problems: [
        { problem: 'shard-stalled', shardId: 'shard-b', detail: expect.stringContaining('not one batch') as string },
        { problem: 'shard-stalled', shardId: 'shard-a' },
      ],
    });
  });

  test('answers /shards with position and lag of each, those not known as null', async () => {
    const reply = await fetch(`${server.url}/shards`);
    expect(reply.headers.get('content-type')).toContain('application/json');
    const { shards } = (await reply.json()) as { shards: unknown[] };
    expect(shards).toMatchObject([
      {
        shardId: 'shard-a',
        checkpoint: '49590338271490256608559692538361571095921575989136588898',
        arrivalWatermark: '2025-12-31T23:59:52.000Z',
        // Asked for after the 301 seconds above.
        watermarkAgeSeconds: 309,
        lagSeconds: 1.5,
        records: 7,
        bytes: 1400,
      },
      {
        shardId: 'shard-b',
        checkpoint: 'TRIM_HORIZON',
        lagSeconds: null,
        secondsSinceCheckpoint: null,
        arrivalWatermark: null,
        watermarkAgeSeconds: null,
      },
    ]);
  });

  test('answers /metrics in the Prometheus text format', async () => {
    const reply = await fetch(`${server.url}/metrics`);
    expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await reply.text()).toContain('\nkcl_leases_held 2\n');
  });

  test('names what there is when asked for something else, and changes nothing', async () => {
    expect((await fetch(server.url)).status).toBe(404);
    expect((await fetch(`${server.url}/health?verbose=1`)).status).not.toBe(404);
    const post = await fetch(`${server.url}/health`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('rejects when the port is taken, and may be closed twice', async () => {
    const registry = new Registry();
    await expect(startMonitoringServer({ metrics, registry, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await startMonitoringServer({ metrics, registry, port: 0 });
    await Promise.all([other.close(), other.close()]);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
