import type { Scenario } from './load';
import { hoursPerMonth } from './measured';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';
import { topicBytes } from './measured';

const kiB = 1024;
const iotMeterBytes = 5 * kiB;
const putUnitBytes = 25 * kiB;
const freeRetentionHours = 24;
const extendedRetentionHours = 7 * 24;

/**
 * IoT Core: minutes of connection; messages, rules and actions in steps of 5 KB of payload and topic. A gateway does without.
 *
 * @see https://aws.amazon.com/iot-core/pricing/additional-details/
 */
export function iotUsage({ load }: Scenario, { messages }: Traffic): readonly Usage[] {
  const { sender, devices, bytes } = load;
  if (sender === 'put-records' || sender === 'kpl') {
    return [];
  }
  const service = 'IoT Core';
  const metered = messages * Math.ceil((bytes + topicBytes) / iotMeterBytes);
  return [
    { service, item: 'connection', price: 'iot.connectivity', quantity: devices * hoursPerMonth * 60 },
    ...(sender === 'iot-core' ? [{ service, item: 'messages', price: 'iot.message', quantity: metered } as const] : []),
    { service, item: 'rules', price: 'iot.rule', quantity: metered },
    { service, item: 'actions', price: 'iot.action', quantity: metered },
  ];
}

/**
 * The stream. On demand: the hour, and each record in steps of 1 KB, in and (taken to be the same) out. Provisioned: shards by the
 * hour, and records in steps of 25 KB. Retention beyond a day, and beyond a week, comes to either; fan-out too.
 *
 * @see https://aws.amazon.com/kinesis/data-streams/pricing/
 */
export function streamUsage({ config }: Scenario, traffic: Traffic): readonly Usage[] {
  const service = 'Kinesis Data Streams';
  const { retentionHours, capacity } = config.ingestion;
  const { records, recordBytes, shards } = traffic;
  const fanOut = config.consumer.reading === 'fan-out';
  const shardHours = shards * hoursPerMonth;
  const billedGB = (records * Math.ceil(recordBytes / kiB) * kiB) / gB;
  const actualGB = (records * recordBytes) / gB;
  /** Of what comes in during a month, how much lies in the stream between two ages. */
  const kept = (from: number, to: number): number => Math.max(0, Math.min(retentionHours, to) - from) / hoursPerMonth;
  const extended = kept(freeRetentionHours, extendedRetentionHours);
  const longTerm = kept(extendedRetentionHours, Infinity);
  const usages: readonly Usage[] =
    capacity.mode === 'on-demand'
      ? [
          { service, item: 'stream, on demand', price: 'kinesis.on-demand.stream', quantity: hoursPerMonth },
          { service, item: 'in, in steps of 1 KB', price: 'kinesis.on-demand.in', quantity: billedGB },
          fanOut
            ? { service, item: 'out, by fan-out', price: 'kinesis.on-demand.fan-out', quantity: billedGB }
            : { service, item: 'out, in steps of 1 KB', price: 'kinesis.on-demand.out', quantity: billedGB },
          { service, item: 'kept from 1 to 7 days', price: 'kinesis.on-demand.extended', quantity: billedGB * extended },
        ]
      : [
          { service, item: `${shards} shards`, price: 'kinesis.shard', quantity: shardHours },
          {
            service,
            item: 'put, in units of 25 KB',
            price: 'kinesis.put',
            quantity: records * Math.ceil(recordBytes / putUnitBytes),
          },
          { service, item: 'kept from 1 to 7 days', price: 'kinesis.shard.extended', quantity: extended > 0 ? shardHours : 0 },
          { service, item: 'fan-out, shards', price: 'kinesis.fan-out.shard', quantity: fanOut ? shardHours : 0 },
          { service, item: 'fan-out, data', price: 'kinesis.fan-out.data', quantity: fanOut ? actualGB : 0 },
        ];
  return [...usages, { service, item: 'kept beyond 7 days', price: 'kinesis.long-term', quantity: actualGB * longTerm }];
}
