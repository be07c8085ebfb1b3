import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import type { GetRecordsCommandOutput, Shard, ShardIteratorType } from '@aws-sdk/client-kinesis';
import { startKinesis, type KinesisProps, type KinesisService } from '../../../../local/aws/kinesis/kinesis';

/** A service with a clock set by hand, and the real client of the SDK. */
export interface Harness {
  readonly service: KinesisService;
  readonly client: KinesisClient;
  /** Moves the service's clock. */
  advance(ms: number): void;
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
export async function startHarness(shards: number, props: Partial<KinesisProps> = {}): Promise<Harness> {
  let now = startTime;
  const service = await startKinesis({
    streams: [{ name: stream, shards, mode: 'PROVISIONED', retentionHours: 24 }],
    clock: () => now,
    ...props,
  });
  const client = new KinesisClient({
    endpoint: service.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    service,
    client,
    advance: (ms) => (now += ms),
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
