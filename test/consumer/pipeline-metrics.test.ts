import { pipelineMetrics } from '../../core/metrics';
import type { LedgerEntry } from '../../core/ledger';
import { Rejection } from '../../consumer/pipeline/rejection';
import { PipelineMetrics } from '../../consumer/pipeline-metrics';

const entry: LedgerEntry = {
  event: 'ledger',
  shardId: 's0',
  after: '1',
  through: '2',
  received: 10,
  delivered: 6,
  rows: { readings: 12 },
  quarantined: { malformed_json: 2, missing_field: 1 },
  duplicatesDropped: 1,
};

function values(metrics: PipelineMetrics): Readonly<Record<string, unknown>> {
  return Object.fromEntries(metrics.take().map(({ name, value }) => [name, value]));
}

const nothing = Object.fromEntries(Object.values(pipelineMetrics).map((name) => [name, 0]));

describe('PipelineMetrics', () => {
  it('counts records by the ledger, whose balance they keep', () => {
    const metrics = new PipelineMetrics();
    metrics.observe({ type: 'ledger', entry });
    metrics.observe({ type: 'ledger', entry: { ...entry, quarantined: {}, received: 7 } });
    const { RecordsReceived, RecordsDelivered, RecordsQuarantined, DuplicatesDropped } = values(metrics);
    expect({ RecordsReceived, RecordsDelivered, RecordsQuarantined, DuplicatesDropped }).toEqual({
      RecordsReceived: 17,
      RecordsDelivered: 12,
      RecordsQuarantined: 3,
      DuplicatesDropped: 2,
    });
  });

  it('counts what Firehose took and bills, and what had to be sent again', () => {
    const metrics = new PipelineMetrics();
    metrics.observe({ type: 'flushed', shardId: 's0', records: 2, payloadBytes: 6_000, billedBytes: 10_240, durationMs: 3 });
    metrics.observe({
      type: 'delivery-retried',
      shardId: 's0',
      stream: 'd',
      failures: 1,
      failed: 2,
      of: 2,
      codes: ['ServiceUnavailableException'],
      delayMs: 100,
    });
    expect(values(metrics)).toMatchObject({ FirehoseBytes: 6_000, FirehoseBilledBytes: 10_240, DeliveryRetries: 1 });
  });

  it('counts alerts by what became of them', () => {
    const metrics = new PipelineMetrics();
    metrics.observe({ type: 'alerts-sent', shardId: 's0', alerts: 3, ids: [] });
    metrics.observe({ type: 'alerts-withheld', shardId: 's0', alerts: 7, ids: [] });
    metrics.observe({ type: 'alert-lost', shardId: 's0', code: 'NotFound', message: '{}' });
    expect(values(metrics)).toMatchObject({ AlertsSent: 3, AlertsWithheld: 7, AlertsLost: 1 });
  });

  it('counts devices that were stored, looked up, start over, or were written by another', () => {
    const metrics = new PipelineMetrics();
    metrics.observe({ type: 'device-states-stored', shardId: 's0', devices: 7, bytes: 9_000, durationMs: 3 });
    metrics.observe({ type: 'device-states-loaded', shardId: 's0', devices: 9, found: 5, durationMs: 3 });
    metrics.observe({ type: 'device-state-unreadable', shardId: 's0', devices: 5, deviceId: 'a', reason: 'layout' });
    metrics.observe({ type: 'device-state-contested', shardId: 's0', devices: 2, deviceId: 'a', by: 'shard' });
    const retry = { code: 'ThrottlingException', message: 'm', delayMs: 5 } as const;
    metrics.observe({ type: 'device-state-retried', shardId: 's0', call: 'store', failures: 1, ...retry });
    expect(values(metrics)).toMatchObject({
      DeviceStatesWritten: 7,
      DeviceStatesLoaded: 9,
      DeviceStatesUnreadable: 5,
      DeviceStatesContested: 2,
      DeviceStateRetries: 1,
    });
  });

  it('begins anew each time it is asked, and names every metric even when there was nothing', () => {
    const metrics = new PipelineMetrics();
    metrics.observe({ type: 'ledger', entry });
    metrics.take();
    expect(values(metrics)).toEqual(nothing);
  });

  it('counts a rejected record by the ledger, not a second time', () => {
    const metrics = new PipelineMetrics();
    const rejection = new Rejection('malformed_json', 'no JSON');
    metrics.observe({ type: 'record-rejected', shardId: 's0', sequenceNumber: '1', rejection });
    expect(values(metrics)).toEqual(nothing);
  });

  it('gives bytes as bytes and the rest as counts', () => {
    const units = Object.fromEntries(new PipelineMetrics().take().map(({ name, unit }) => [name, unit]));
    expect(Object.entries(units).filter(([, unit]) => unit === 'Bytes')).toEqual([
      ['FirehoseBytes', 'Bytes'],
      ['FirehoseBilledBytes', 'Bytes'],
    ]);
  });
});
