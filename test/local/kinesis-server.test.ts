import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamConsumerCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';

const script = path.join(__dirname, '../../local/kinesis-server.ts');

const start = (...options: string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', script, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });

const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 };

describe('Kinesis and DynamoDB alone', () => {
  test('say where they are, have what was asked for, and end when they are told to', async () => {
    const server = start('--stream', 'one', '--stream', 'two', '--shards', '3', '--consumer', 'trainer', '--unlimited');
    const exit = once(server, 'exit');
    const [line] = (await once(createInterface({ input: server.stdout as NodeJS.ReadableStream }), 'line')) as [string];
    const ready = JSON.parse(line) as {
      kinesis: string;
      dynamodb: string;
      streams: Record<string, { consumers: Record<string, string> }>;
    };
    const kinesis = new KinesisClient({ ...common, endpoint: ready.kinesis });
    const dynamodb = new DynamoDBClient({ ...common, endpoint: ready.dynamodb });
    expect((await kinesis.send(new ListShardsCommand({ StreamName: 'two' }))).Shards).toHaveLength(3);
    const ConsumerARN = ready.streams.two?.consumers.trainer;
    const { ConsumerDescription } = await kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    expect(ConsumerDescription).toMatchObject({ ConsumerName: 'trainer', ConsumerStatus: 'ACTIVE' });
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    kinesis.destroy();
    dynamodb.destroy();
    server.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  test.each([
    [['--strem', 'one'], "Unknown option '--strem'"],
    [['--stream', 'no spaces'], 'stream name'],
  ])('end with exit code 2 when called with %j, and say what is wrong', async (options, message) => {
    const server = start(...options);
    let text = '';
    server.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [code] = (await once(server, 'close')) as [number];
    expect([code, text]).toEqual([2, expect.stringContaining(message) as string]);
  });
});
