import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { replayCommand } from '../../consumer/replay-command';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb';
import { startKinesis, type KinesisService } from '../../local/aws/kinesis/kinesis';
import { startJsonService } from '../../local/aws/http/json-service';
import type { LocalService } from '../../local/aws/service';

function text(): Writable & { text: () => string } {
  const chunks: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(out, { text: () => chunks.join('') });
}

/** Ends what a test that fails leaves behind. */
const over = new AbortController();
afterAll(() => over.abort());

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  const [out, err] = [text(), text()];
  const code = await replayCommand(args, { environment, out, err, signal: signal ?? over.signal });
  return { code, out: out.text(), err: err.text() };
}

describe('the replay command', () => {
  test('prints its help', async () => {
    const { code, out } = await run(['--help']);
    expect([code, out]).toEqual([0, expect.stringContaining('npm run replay -- --application NAME')]);
  });

  test('says what is wrong with its options, or with its environment', async () => {
    expect(await run(['--application', 'again', '--from', 'now', '--to', 'now'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--from "now".*\n.*--help/) as string,
    });
    const range = ['--application', 'again', '--from', '2026-01-01', '--to', '2026-01-02'];
    expect(await run(range)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/DOMAIN is not set[^]*DELIVERY_STREAMS/) as string,
    });
    expect(await run([...range, '--processor', 'count'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('STREAM_NAME is not set, and --stream is not given') as string,
    });
  });

  describe('against the local services', () => {
    const services: LocalService[] = [];
    const stream = 'telemetry';
    const saved = { ...process.env };
    /** What Firehose accepted: the delivery stream, and the record. */
    const delivered: (readonly [string, string])[] = [];
    let kinesis: KinesisClient;
    let dynamodb: DynamoDBClient;
    /** The stream's clock runs, since its read limits are refilled by it; it is set back for what happened before. */
    let behindMs = 3_600_000;
    const began = Date.now() - behindMs;
    const ago = (minutes: number): string => new Date(began + minutes * 60_000).toISOString();

    beforeAll(async () => {
      const local: KinesisService = await startKinesis({
        streams: [{ name: stream, shards: 2, mode: 'PROVISIONED', retentionHours: 24 }],
        clock: () => Date.now() - behindMs,
      });
      services.push(local, await startDynamoDb({ tables: [{ name: 'live', partitionKey: 'leaseKey' }] }));
      const accepted = { RecordId: 'r' };
      const firehose = await startJsonService({
        name: 'firehose',
        targetPrefix: 'Firehose_20150804',
        operations: {
          PutRecordBatch: ({ DeliveryStreamName, Records }) => {
            const records = Records as { readonly Data: string }[];
            delivered.push(
              ...records.map(({ Data }) => [String(DeliveryStreamName), Buffer.from(Data, 'base64').toString()] as const),
            );
            return { FailedPutCount: 0, RequestResponses: records.map(() => accepted) };
          },
        },
      });
      services.push(firehose);
      Object.assign(process.env, {
        AWS_ENDPOINT_URL_KINESIS: services[0]?.endpoint,
        AWS_ENDPOINT_URL_DYNAMODB: services[1]?.endpoint,
        AWS_ENDPOINT_URL_FIREHOSE: firehose.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      });
      kinesis = new KinesisClient({});
      dynamodb = new DynamoDBClient({});
      const put = (): Promise<unknown> =>
        kinesis.send(
          new PutRecordsCommand({
            StreamName: stream,
            Records: Array.from({ length: 100 }, () => ({ PartitionKey: randomUUID(), Data: Buffer.from('{}') })),
          }),
        );
      for (let minute = 0; minute < 10; minute += 1) {
        await put();
        if (minute === 5) {
          await kinesis.send(
            new SplitShardCommand({
              StreamName: stream,
              ShardToSplit: 'shardId-000000000000',
              NewStartingHashKey: String(2n ** 126n),
            }),
          );
        }
        behindMs -= 60_000;
      }
      behindMs = 0;
    });
    afterAll(async () => {
      kinesis.destroy();
      dynamodb.destroy();
      await Promise.all(services.map((service) => service.close()));
      process.env = saved;
    });

    const count = (...more: string[]): Promise<{ code: number; out: string; err: string }> =>
      run(['--stream', stream, '--processor', 'count', ...more], { LEASE_TABLE_NAME: 'live' });

    test('counts a range with a split in it, says what remains, and ends', async () => {
      const { code, out, err } = await count('--application', 'again', '--from', ago(2), '--to', ago(8));
      expect(err).not.toContain('failed');
      expect(out).toMatch(/records +600, 1,200 bytes/);
      expect(out).toContain('aws dynamodb delete-table --table-name again');
      expect(out.match(/shardId-\d+ +(done|ended)/g)).toHaveLength(4);
      expect(code).toBe(0);
    });

    test('keeps to its own table: neither the live application’s nor that of another range is touched', async () => {
      expect(await count('--application', 'live', '--from', ago(2), '--to', ago(8))).toMatchObject({
        code: 2,
        err: expect.stringContaining('live is a live application') as string,
      });
      expect(await count('--application', 'again', '--from', ago(3), '--to', ago(8))).toMatchObject({
        code: 2,
        err: expect.stringContaining('belongs to another replay') as string,
      });
    });

    test('deletes its table when asked to', async () => {
      const { code, out } = await count('--application', 'once', '--from', ago(0), '--to', ago(1), '--delete-table');
      expect(out).toMatch(/records +100,/);
      expect([code, out]).toEqual([0, expect.stringContaining('was deleted')]);
      await expect(dynamodb.send(new DescribeTableCommand({ TableName: 'once' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    test('delivers by the service’s own processors and configuration', async () => {
      const environment = {
        DOMAIN: 'factory',
        STREAM_NAME: stream,
        LEASE_TABLE_NAME: 'live',
        DELIVERY_STREAMS: JSON.stringify({ telemetry: 'rows', maintenance: 'repairs' }),
        QUARANTINE_STREAM: 'quarantine',
      };
      const range = ['--from', ago(2), '--to', ago(4)];
      const { code, out } = await run(['--application', 'delivered', ...range, '--delete-table'], environment);
      expect(out).toMatch(/delivered +0\n +quarantined +200\n/);
      expect(code).toBe(0);
      const lines = delivered.flatMap(([name, text]) =>
        text
          .split('\n')
          .filter(Boolean)
          .map((line) => [name, line] as const),
      );
      expect(lines).toHaveLength(200);
      expect(new Set(lines.map(([name]) => name))).toEqual(new Set(['quarantine']));
    });

    test('says that a stream is missing, and makes no table for it', async () => {
      const args = ['--stream', 'other', '--processor', 'count', '--application', 'nothing', '--from', ago(0), '--to', ago(1)];
      const { code, err } = await run(args);
      expect([code, err]).toEqual([1, expect.stringContaining('The replay failed')]);
      await expect(dynamodb.send(new DescribeTableCommand({ TableName: 'nothing' }))).rejects.toThrow();
    });

    test('ends in good order when it is interrupted', async () => {
      const args = ['--stream', stream, '--processor', 'count', '--application', 'stopped', '--from', ago(0), '--to', ago(8)];
      const interruption = new AbortController();
      const running = run(args, {}, interruption.signal);
      interruption.abort();
      expect(await running).toMatchObject({ code: 130, out: expect.stringContaining('The same command goes on') as string });
    });
  });
});
