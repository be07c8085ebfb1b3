import type { Scenario } from './load';
import { cpuSecondsPerMessage, parquetBytesPerRowByte, rowBytesPerMessageByte, secondsPerMonth, shardUse } from './measured';

const kiB = 1024;
const miB = 1024 * kiB;
/** A GB in AWS's bills for these services has 2^30 bytes. */
export const gB = 1024 * miB;

/** Of a shard: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const shardBytesPerSecond = miB;
const shardRecordsPerSecond = 1_000;
/** An on-demand stream begins with four shards, and makes room for twice the peak that it has seen: the same page. */
const leastShardsOnDemand = 4;
/** The KPL sends an aggregate when it has this much, or is this old. https://docs.aws.amazon.com/streams/latest/dev/kinesis-kpl-config.html */
const aggregateBytes = 50 * kiB;
const aggregateSeconds = 0.1;

/** What flows, in a month unless it says otherwise. */
export interface Traffic {
  readonly messages: number;
  readonly messagesPerSecond: number;
  /** Records on the stream; fewer than messages when they are aggregated. */
  readonly records: number;
  /** Bytes of a record on the stream. */
  readonly recordBytes: number;
  readonly shards: number;
  /** Bytes of a row as JSON, and in a file of the lake. */
  readonly rowBytes: number;
  readonly storedBytes: number;
  /** Tasks of the consumer. */
  readonly tasks: number;
  /** Tasks that the load asks for; more than the stage allows is told as a warning. */
  readonly tasksNeeded: number;
}

/** Follows the messages through the pipeline. */
export function trafficOf({ config, load }: Scenario): Traffic {
  const { bytes, devices, intervalSeconds, sender } = load;
  const messagesPerSecond = devices / intervalSeconds;
  const messages = messagesPerSecond * secondsPerMonth;
  const { capacity } = config.ingestion;
  const aggregated = sender === 'kpl';
  const needed = shardsNeeded(messagesPerSecond, bytes, aggregated);
  const shards = capacity.mode === 'provisioned' ? capacity.shards : Math.max(leastShardsOnDemand, Math.ceil(needed * 2));
  const perRecord = aggregated
    ? Math.max(1, Math.min((messagesPerSecond * aggregateSeconds) / shards, Math.floor(aggregateBytes / bytes)))
    : 1;
  const { cpu, scaleOutCpuPercent, tasks } = config.consumer;
  const tasksNeeded = Math.ceil((messagesPerSecond * cpuSecondsPerMessage) / ((cpu / 1024) * (scaleOutCpuPercent / 100)));
  const rowBytes = bytes * rowBytesPerMessageByte;
  return {
    messages,
    messagesPerSecond,
    records: messages / perRecord,
    recordBytes: bytes * perRecord,
    shards,
    rowBytes,
    storedBytes: messages * rowBytes * parquetBytesPerRowByte,
    tasks: Math.max(tasks, tasksNeeded),
    tasksNeeded,
  };
}

/** Shards that the load fills to the last, which is fewer than one would provision. */
function shardsNeeded(messagesPerSecond: number, bytes: number, aggregated: boolean): number {
  const byBytes = (messagesPerSecond * bytes) / shardBytesPerSecond;
  return aggregated ? byBytes : Math.max(byBytes, messagesPerSecond / shardRecordsPerSecond);
}

/** Shards that one would provision for a load, with room for peaks. */
export function shardsToProvision({ load }: Scenario): number {
  const { bytes, devices, intervalSeconds, sender } = load;
  return Math.max(1, Math.ceil(shardsNeeded(devices / intervalSeconds, bytes, sender === 'kpl') / shardUse));
}
