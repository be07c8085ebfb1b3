import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import type { GetRecordsCommandOutput, Shard, ShardIteratorType } from '@aws-sdk/client-kinesis';
import { startKinesis, type KinesisProps, type KinesisService } from '../../../../local/aws/kinesis/kinesis';
import { cborHandler, type Wire } from './wires';

/** A service with a clock set by hand, and the real client of the SDK. */
export interface Harness {
  readonly service: KinesisService;
  readonly client: KinesisClient;
  /** Moves the service's clock, and runs what is due on the way. */
  advance(ms: number): void;
  /** How many calls are scheduled. */
  readonly scheduled: () => number;
  readonly now: () => number;
  put(partitionKey: string, text: string): Promise<{ shardId: string; sequenceNumber: string }>;
  iterator(shardId: string, type?: ShardIteratorType, more?: object): Promise<string>;
  read(iterator: string | undefined, limit?: number): Promise<GetRecordsCommandOutput>;
  shards(more?: object): Promise<readonly Shard[]>;
  close(): Promise<void>;
}

export const stream = 'telemetry';

/** 2026-11-20T00:00:00Z */
export const startTime = Date.UTC(2026, 10, 20);

/** Starts a stream of `shards` provisioned shards. */
export async function startHarness(shards: number, props: Partial<KinesisProps> = {}, wire: Wire = 'JSON'): Promise<Harness> {
  let now = startTime;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const dueBy = (time: number) => [...timers].filter(({ at }) => at <= time).sort((one, other) => one.at - other.at)[0];
  const service = await startKinesis({
    streams: [{ name: stream, shards, mode: 'PROVISIONED', retentionHours: 24 }],
    clock: () => now,
    schedule: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    ...props,
  });
  const client = new KinesisClient({
    endpoint: service.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...(wire === 'CBOR' ? { requestHandler: cborHandler } : {}),
  });
  return {
    service,
    client,
    advance: (ms) => {
      const until = now + ms;
      for (let due = dueBy(until); due !== undefined; due = dueBy(until)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
    },
    scheduled: () => timers.size,
    now: () => now,
    put: async (PartitionKey, text) => {
      const reply = await client.send(new PutRecordCommand({ StreamName: stream, PartitionKey, Data: Buffer.from(text) }));
      return { shardId: String(reply.ShardId), sequenceNumber: String(reply.SequenceNumber) };
    },
    iterator: async (ShardId, ShardIteratorType = 'TRIM_HORIZON', more = {}) => {
      const command = new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType, ...more });
      return String((await client.send(command)).ShardIterator);
    },
    read: (ShardIterator, Limit) =>
      client.send(new GetRecordsCommand({ ShardIterator, ...(Limit === undefined ? {} : { Limit }) })),
    shards: async (more = {}) => (await client.send(new ListShardsCommand({ StreamName: stream, ...more }))).Shards ?? [],
    close: async () => {
      client.destroy();
      await service.close();
    },
  };
}

/** The data of a reply as texts. */
export function texts(output: GetRecordsCommandOutput): readonly string[] {
  return (output.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
}
