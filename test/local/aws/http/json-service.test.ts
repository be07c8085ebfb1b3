import { KinesisClient, ListShardsCommand, ListStreamsCommand, DescribeStreamCommand } from '@aws-sdk/client-kinesis';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../../../local/aws/http/aws-error';
import { startJsonService } from '../../../../local/aws/http/json-service';
import type { LocalService } from '../../../../local/aws/service';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('a service that speaks AWS JSON', () => {
  let service: LocalService;
  let kinesis: KinesisClient;

  beforeAll(async () => {
    service = await startJsonService({
      name: 'kinesis',
      targetPrefix: 'Kinesis_20131202',
      operations: {
        ListShards: (input) => ({ Shards: [{ ShardId: `of ${String(input.StreamName)}` }] }),
        DescribeStream: () => {
          throw new AwsError('ResourceNotFoundException', 'no such stream');
        },
      },
    });
    kinesis = new KinesisClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    kinesis.destroy();
    await service.close();
    await service.close();
  });

  test('answers the Kinesis client, which speaks HTTP/2', async () => {
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: 'telemetry' }));
    expect(Shards?.[0]?.ShardId).toBe('of telemetry');
  });

  test('answers HTTP/1.1 on the same port', async () => {
    const response = await fetch(service.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'Kinesis_20131202.ListShards', 'content-type': 'application/x-amz-json-1.1' },
      body: '{"StreamName":"x"}',
    });
    expect(await response.json()).toEqual({ Shards: [{ ShardId: 'of x' }] });
  });

  test('gives an error of the API under its own name', async () => {
    await expect(kinesis.send(new DescribeStreamCommand({ StreamName: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'no such stream',
    });
  });

  test('names an operation that it does not support', async () => {
    await expect(kinesis.send(new ListStreamsCommand({}))).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: expect.stringContaining('Kinesis_20131202.ListStreams') as string,
    });
  });

  test('does not answer for another service', async () => {
    const dynamo = new DynamoDBClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(dynamo.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'NotImplementedException' });
    dynamo.destroy();
  });
});
