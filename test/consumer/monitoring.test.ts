import { Writable } from 'node:stream';
import { systemClock } from '../../consumer/kcl';
import { VirtualClock } from '../../consumer/kcl/testing';
import { Logger } from '../../consumer/logger';
import { Monitoring, type MonitoringOptions } from '../../consumer/monitoring';

function setUp(configuration: Partial<MonitoringOptions['configuration']>) {
  const lines: Record<string, unknown>[] = [];
  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines.push(JSON.parse(chunk) as Record<string, unknown>);
      done();
    },
  });
  const clock = new VirtualClock();
  const monitoring = new Monitoring({
    configuration: {
      cloudWatchMetrics: 'off',
      failoverTimeMs: 10_000,
      leaseTableName: 'leases',
      monitoringHost: '127.0.0.1',
      monitoringPort: undefined,
      streamName: 'telemetry',
      ...configuration,
    },
    clock,
    logger: new Logger({ out, clock: systemClock, level: 'info' }),
  });
  return { clock, lines, monitoring };
}

describe('Monitoring', () => {
  test('listens and writes nothing unless it is told to', async () => {
    const { clock, lines, monitoring } = setUp({});
    await monitoring.start();
    await clock.advance(300_000);
    await monitoring.stop();
    expect(lines).toEqual([]);
  });

  test('answers at a port of the system’s choice, with the worker’s metrics and the process’s own, until it is stopped', async () => {
    const { lines, monitoring } = setUp({ monitoringPort: 0 });
    await monitoring.start();
    const url = String(lines[0]?.['url']);
    expect(lines).toEqual([
      expect.objectContaining({ event: 'monitoring', url: expect.stringMatching(/^http:\/\/127/) as string }),
    ]);
    monitoring.observe({ type: 'lease-take-lost', shardId: 's' });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('\nkcl_lease_takes_lost_total 1\n');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \S+$/m);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await monitoring.stop();
    await monitoring.stop();
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  test('says which port is taken', async () => {
    const first = setUp({ monitoringPort: 0 });
    await first.monitoring.start();
    const monitoringPort = Number(new URL(String(first.lines[0]?.['url'])).port);
    const second = setUp({ monitoringPort });
    await expect(second.monitoring.start()).rejects.toMatchObject({ code: 'EADDRINUSE', port: monitoringPort });
    await Promise.all([first.monitoring.stop(), second.monitoring.stop()]);
  });

  test('writes a document for CloudWatch every minute, and at the end', async () => {
    const { clock, lines, monitoring } = setUp({ cloudWatchMetrics: 'application' });
    await monitoring.start();
    monitoring.observePipeline({
      type: 'ledger',
      entry: {
        event: 'ledger',
        shardId: 's0',
        after: '1',
        through: '2',
        received: 7,
        delivered: 7,
        rows: {},
        quarantined: {},
        duplicatesDropped: 0,
      },
    });
    await clock.advance(60_000);
    await monitoring.stop();
    expect(lines).toHaveLength(2);
    // And two more as soon as a shard is read: 39, from which the documentation counts what they cost.
    expect(lines[0]).toHaveProperty('_aws.CloudWatchMetrics.0.Metrics.length', 37);
    expect(lines[0]).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'IotToModel/Consumer', Dimensions: [['Application', 'Stream']] }] },
      Application: 'leases',
      Stream: 'telemetry',
      LeasesHeld: 0,
      RecordsReceived: 7,
      ResidentMemory: expect.any(Number) as number,
      EventLoopDelayMax: expect.any(Number) as number,
    });
  });
});
