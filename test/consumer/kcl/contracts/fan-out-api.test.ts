import { KinesisClient, PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { InMemoryFanOut, InMemoryStream, VirtualClock } from '../../../../consumer/kcl/testing';
import { KinesisFanOutApi } from '../../../../consumer/kcl/adapters/kinesis/fan-out-api';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import { startKinesis } from '../../../../local/aws/kinesis/kinesis';
import { fanOutApiContract } from './fan-out-api-contract';

const shardId = 'shardId-000000000000';

fanOutApiContract('in memory', async () => {
  const clock = new VirtualClock();
  const stream = new InMemoryStream(clock, 1);
  return {
    api: new InMemoryFanOut(clock, stream),
    shardId,
    put: async () => stream.put('key').sequenceNumber,
    split: async () => void stream.split(shardId),
    untilFree: () => clock.advance(5000),
    during: async (waiting) => {
      let waits = true;
      const settled = (): boolean => !waits;
      waiting.then(
        () => (waits = false),
        () => (waits = false),
      );
      await clock.advanceUntil(settled, 10_000);
      return waiting;
    },
    close: () => clock.advance(1000),
    nowMs: () => clock.wallMs(),
  };
});

fanOutApiContract('by the SDK over HTTP/2', async () => {
  const StreamName = 'telemetry';
  let aheadMs = 0;
  const service = await startKinesis({
    streams: [{ name: StreamName, shards: 1, mode: 'PROVISIONED', retentionHours: 24 }],
    limits: { consumerChangeMs: 20, updatingMs: 0, heartbeatMs: 50, accountCallsFactor: 100 },
    clock: () => Date.now() + aheadMs,
  });
  const client = new KinesisClient({
    endpoint: service.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const consumer = { consumerName: 'app' };
  return {
    api: new KinesisFanOutApi({ client, stream: StreamName, api: new KinesisStreamApi(client, StreamName), consumer }),
    shardId,
    put: async () => {
      const reply = await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'key', Data: Buffer.from('x') }));
      return reply.SequenceNumber ?? '';
    },
    split: async () => {
      const NewStartingHashKey = String(2n ** 127n);
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit: shardId, NewStartingHashKey }));
    },
    untilFree: async () => void (aheadMs += 5000),
    during: (waiting) => waiting,
    close: async () => {
      client.destroy();
      await service.close();
    },
    nowMs: () => Date.now() + aheadMs,
  };
});
