import { Writable } from 'node:stream';
import { ledgerEvent, type LedgerEntry } from '../../core/ledger';
import { logKclEvent, logPipelineEvent } from '../../consumer/event-log';
import { Logger, type LogLevel } from '../../consumer/logger';
import { Rejection } from '../../consumer/pipeline/rejection';
import { Totals } from '../../consumer/totals';
import { SkippingClock } from './pipeline/skipping-clock';

function setUp(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines.push(JSON.parse(chunk) as Record<string, unknown>);
      done();
    },
  });
  return { lines, logger: new Logger({ out, clock: new SkippingClock(), level }) };
}

const entry: LedgerEntry = {
  event: ledgerEvent,
  shardId: 's',
  after: 'TRIM_HORIZON',
  through: '7',
  received: 6,
  delivered: 3,
  rows: { readings: 3 },
  quarantined: { wrong_type: 1, oversized: 1 },
  duplicatesDropped: 1,
};

const retried = { type: 'delivery-retried', shardId: 's', stream: 'd', failed: 1, of: 2, codes: ['X'], delayMs: 5 } as const;

const alertEvents = [
  { type: 'alerts-sent', shardId: 's', alerts: 3, ids: ['a/b/1'] },
  { type: 'alerts-withheld', shardId: 's', alerts: 7, ids: ['a/b/2'] },
  { type: 'alert-lost', shardId: 's', code: 'InternalError', message: '{"text":"hot"}' },
] as const;

describe('the log', () => {
  test('holds the ledger entry as it is, even when only errors are wanted', () => {
    const { lines, logger } = setUp('error');
    logPipelineEvent(logger, { type: 'ledger', entry });
    expect(lines).toEqual([{ time: '2026-11-20T00:00:00.000Z', level: 'info', ...entry }]);
  });

  test('tells everyday failures from a shard that stands still, and bad input from a fault of ours', () => {
    const { lines, logger } = setUp('info');
    logPipelineEvent(logger, { ...retried, failures: 1 });
    logPipelineEvent(logger, { ...retried, failures: 9 });
    for (const reason of ['wrong_type', 'processing_failed'] as const) {
      logPipelineEvent(logger, {
        type: 'record-rejected',
        shardId: 's',
        sequenceNumber: '1',
        rejection: new Rejection(reason, 'm', 'f'),
      });
    }
    expect(lines.map(({ level, event }) => `${String(level)} ${String(event)}`)).toEqual([
      'warn delivery-retried',
      'error delivery-retried',
      'info record-rejected',
      'error record-rejected',
    ]);
    expect(lines[3]).toMatchObject({ reason: 'processing_failed', field: 'f', message: 'm', sequenceNumber: '1' });
    expect(lines[0]).not.toHaveProperty('type');
  });

  test('says which alerts were sent and which withheld, and what a lost one would have said', () => {
    const { lines, logger } = setUp('info');
    alertEvents.forEach((event) => logPipelineEvent(logger, event));
    expect(lines).toMatchObject([
      { level: 'info', event: 'alerts-sent', alerts: 3, ids: ['a/b/1'] },
      { level: 'warn', event: 'alerts-withheld', alerts: 7 },
      { level: 'error', event: 'alert-lost', code: 'InternalError', message: '{"text":"hot"}' },
    ]);
  });

  test('tells of device states by what they mean', () => {
    const { lines, logger } = setUp('info');
    const devices = { shardId: 's', devices: 2, deviceId: 'a' } as const;
    logPipelineEvent(logger, { type: 'device-states-loaded', shardId: 's', devices: 2, found: 1, durationMs: 1 });
    logPipelineEvent(logger, { type: 'device-states-stored', shardId: 's', devices: 2, bytes: 9, durationMs: 1 });
    logPipelineEvent(logger, { type: 'device-state-unreadable', reason: 'layout', ...devices });
    logPipelineEvent(logger, { type: 'device-state-unreadable', reason: 'damaged', ...devices });
    logPipelineEvent(logger, { type: 'device-state-contested', by: 'fence', ...devices });
    const retry = { type: 'device-state-retried', shardId: 's', call: 'load', code: 'C', message: 'm', delayMs: 1 } as const;
    logPipelineEvent(logger, { ...retry, failures: 1 });
    logPipelineEvent(logger, { ...retry, failures: 9 });
    expect(lines.map(({ level, event }) => `${String(level)} ${String(event)}`)).toEqual([
      'info device-state-unreadable',
      'error device-state-unreadable',
      'warn device-state-contested',
      'warn device-state-retried',
      'error device-state-retried',
    ]);
    expect(lines[0]).toMatchObject({ reason: 'layout', devices: 2, deviceId: 'a', shardId: 's' });
  });

  test("names the client library's events by their type, the chatty ones on debug only", () => {
    const { lines, logger } = setUp('info');
    logKclEvent(logger, { type: 'batch-processed', shardId: 's', records: 1, bytes: 2, millisBehindLatest: 0, durationMs: 1 });
    logKclEvent(logger, { type: 'fatal', error: new Error('told by the service') });
    logKclEvent(logger, { type: 'lease-lost', shardId: 's', reason: 'taken' });
    expect(lines).toMatchObject([{ level: 'warn', event: 'lease-lost', shardId: 's', reason: 'taken' }]);
  });
});

test('totals add up ledger entries and flushes', () => {
  const totals = new Totals();
  totals.add({ type: 'ledger', entry });
  totals.add({ type: 'ledger', entry });
  totals.add({ type: 'flushed', shardId: 's', records: 2, payloadBytes: 10_000, billedBytes: 10_240, durationMs: 4 });
  totals.add({ ...retried, failures: 1 });
  alertEvents.forEach((event) => totals.add(event));
  totals.add({ type: 'device-states-stored', shardId: 's', devices: 12, bytes: 9_000, durationMs: 3 });
  expect(totals.counts).toEqual({
    received: 12,
    delivered: 6,
    duplicatesDropped: 2,
    quarantined: { wrong_type: 2, oversized: 2 },
    rows: { readings: 6 },
    firehoseRecords: 2,
    payloadBytes: 10_000,
    billedBytes: 10_240,
    alerts: { sent: 3, withheld: 7, lost: 1 },
    deviceStatesWritten: 12,
  });
});
