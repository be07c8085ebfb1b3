import {
  CreateStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-kinesis';
import { startKinesis, type KinesisProps } from '../../../../local/aws/kinesis/kinesis';
import { startHarness as startWired, stream, type Harness } from './harness';
import { wires } from './wires';

const settings = { name: stream, shards: 1, mode: 'PROVISIONED', retentionHours: 24 } as const;

describe.each(wires)('the local Kinesis, in %s', (wire) => {
  const startHarness = (shards: number, props?: Partial<KinesisProps>) => startWired(shards, props, wire);
  let kinesis: Harness;
  beforeEach(async () => {
    kinesis = await startHarness(1, { streams: ['a', 'b', stream].map((name) => ({ ...settings, name })) });
  });
  afterEach(() => kinesis.close());

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html
  test('lists its streams by name, a page at a time', async () => {
    const first = await kinesis.client.send(new ListStreamsCommand({ Limit: 2 }));
    expect(first).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
    expect(first.StreamSummaries?.[0]).toMatchObject({ StreamName: 'a', StreamStatus: 'ACTIVE' });
    const second = await kinesis.client.send(new ListStreamsCommand({ Limit: 2, NextToken: first.NextToken }));
    expect(second).toMatchObject({ StreamNames: [stream], HasMoreStreams: false });
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html
  test('describes a stream', async () => {
    const { StreamDescriptionSummary } = await kinesis.client.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
    expect(StreamDescriptionSummary).toMatchObject({ OpenShardCount: 1, ConsumerCount: 0, MaxRecordSizeInKiB: 1024 });
  });

  // https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html#kds-api-limits
  test('answers no more than ten DescribeStream calls per second', async () => {
    const describe = () => kinesis.client.send(new DescribeStreamCommand({ StreamName: stream }));
    for (let call = 0; call < 10; call++) {
      await describe();
    }
    await expect(describe()).rejects.toMatchObject({ name: 'LimitExceededException' });
    kinesis.advance(100);
    await describe();
  });

  test('names what it does not support: an operation, an option, another form of the protocol', async () => {
    const refused = { name: 'NotImplementedException' };
    await expect(kinesis.client.send(new CreateStreamCommand({ StreamName: 'x' }))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('CreateStream') as string,
    });
    await expect(kinesis.client.send(new GetRecordsCommand({ ShardIterator: 'x', StreamId: 'stream-1' }))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('option StreamId of GetRecords') as string,
    });
    const smithy = await fetch(kinesis.service.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'Kinesis_20131202.ListStreams', 'content-type': 'application/cbor' },
      body: new Uint8Array([0xa0]),
    });
    expect(smithy.status).toBe(501);
    expect(await smithy.text()).toContain('content type application/cbor');
  });

  test('answers a request that breaks the model of the API with the API’s own error, and lives on', async () => {
    const call = async (operation: string, body: string): Promise<unknown> => {
      const headers = { 'x-amz-target': `Kinesis_20131202.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
      const reply = await fetch(kinesis.service.endpoint, { method: 'POST', headers, body });
      return ((await reply.json()) as { __type?: string }).__type;
    };
    const put = (records: unknown) => call('PutRecords', JSON.stringify({ StreamName: stream, Records: records }));
    expect(await call('PutRecords', '{')).toBe('SerializationException');
    expect(await put('no list')).toBe('ValidationException');
    expect(await put([null])).toBe('ValidationException');
    expect(await put([{ PartitionKey: 'k' }])).toBe('ValidationException');
    expect(await put([{ PartitionKey: 7, Data: '' }])).toBe('ValidationException');
    expect(await put([{ PartitionKey: 'k', Data: 'not base64"' }])).toBe('SerializationException');
    expect(await call('ListShards', '{}')).toBe('InvalidArgumentException');
    expect(await call('ListShards', `{"StreamName":"${stream}","MaxResults":0}`)).toBe('ValidationException');
    expect(await call('ListShards', `{"StreamName":"${stream}","ShardFilter":"x"}`)).toBe('ValidationException');
    expect(await call('GetRecords', '{"ShardIterator":7}')).toBe('ValidationException');
    expect(await call('ListShards', `{"StreamName":"${stream}"}`)).toBeUndefined();
  });

  test('does not start with a stream that AWS would refuse', async () => {
    for (const wrong of [
      { name: 'no spaces' },
      { shards: 0 },
      { shards: 1.5 },
      { retentionHours: 23 },
      { retentionHours: 8761 },
    ]) {
      await expect(startKinesis({ streams: [{ ...settings, ...wrong }] })).rejects.toThrow(RangeError);
    }
    await expect(startKinesis({ streams: [settings, settings] })).rejects.toThrow('named twice');
  });
});
