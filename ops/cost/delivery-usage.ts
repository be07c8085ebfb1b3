import { billedPacked, billedUnpacked } from './firehose-packing';
import type { Scenario } from './load';
import { daysPerMonth, secondsPerMonth } from './measured';
import { averageStored } from './storage';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

const miB = 1024 * 1024;

/** Firehose: what it takes in, rounded up by the record, and the same again for the conversion to Parquet or ORC. */
export function firehoseUsage({ config, packed = true }: Scenario, traffic: Traffic): readonly Usage[] {
  const service = 'Data Firehose';
  const { messages, messagesPerSecond, rowBytes, shards } = traffic;
  const rowsPerFlush = (messagesPerSecond / shards) * (config.consumer.flushIntervalMs / 1_000);
  const bytes = packed ? billedPacked(messages, rowBytes, rowsPerFlush) : billedUnpacked(messages, rowBytes);
  return [
    { service, item: 'ingested, steps of 5 KB', price: 'firehose.ingested', quantity: bytes / gB },
    { service, item: 'converted', price: 'firehose.converted', quantity: bytes / gB },
  ];
}

/** Files that the busy delivery stream writes in a month: when its buffer is full or its interval over, whichever comes first. */
export function filesPerMonth({ config }: Scenario, { messages, rowBytes }: Traffic): number {
  const { bufferIntervalSeconds, bufferSizeMiB } = config.delivery;
  return Math.min(messages, Math.max(secondsPerMonth / bufferIntervalSeconds, (messages * rowBytes) / (bufferSizeMiB * miB)));
}

/** The lake in one of its months: what lies there, by storage class, and the requests that put it there. */
export function lakeUsage(scenario: Scenario, traffic: Traffic, month: number): readonly Usage[] {
  const service = 'S3';
  const { infrequentAccessAfterDays = Infinity, expireAfterDays = Infinity } = scenario.config.lake;
  const perMonth = traffic.storedBytes / gB;
  const expired = expireAfterDays / daysPerMonth;
  const infrequent = Math.min(infrequentAccessAfterDays / daysPerMonth, expired);
  const files = filesPerMonth(scenario, traffic);
  return [
    { service, item: `lake, month ${month}`, price: 's3.standard', quantity: averageStored(perMonth, month, 0, infrequent) },
    {
      service,
      item: 'lake, infrequent access',
      price: 's3.infrequent',
      quantity: averageStored(perMonth, month, infrequent, expired),
    },
    { service, item: 'files written', price: 's3.put', quantity: files },
    {
      service,
      item: 'moved to infrequent',
      price: 's3.transition',
      quantity: infrequent < expired && month > infrequent ? files : 0,
    },
  ];
}
