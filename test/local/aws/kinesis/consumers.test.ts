import {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
} from '@aws-sdk/client-kinesis';
import { startKinesis } from '../../../../local/aws/kinesis/kinesis';
import { startHarness, startTime, stream, type Harness } from './harness';
import { wires } from './wires';

const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;

describe.each(wires)('consumers with enhanced fan-out, in %s', (wire) => {
  let kinesis: Harness;
  beforeEach(async () => {
    kinesis = await startHarness(1, {}, wire);
  });
  afterEach(() => kinesis.close());

  const register = async (ConsumerName: string) =>
    (await kinesis.client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }))).Consumer;
  const describeConsumer = async (input: object) =>
    (await kinesis.client.send(new DescribeStreamConsumerCommand(input))).ConsumerDescription;
  const deregister = (input: object) => kinesis.client.send(new DeregisterStreamConsumerCommand(input));
  const list = (more: object = {}) => kinesis.client.send(new ListStreamConsumersCommand({ StreamARN, ...more }));

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html
  test('a consumer is CREATING, then ACTIVE, and is found by its ARN, or by its stream and name', async () => {
    const consumer = await register('trainer');
    expect(consumer).toEqual({
      ConsumerName: 'trainer',
      ConsumerARN: `${StreamARN}/consumer/trainer:${startTime / 1000}`,
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: new Date(startTime),
    });
    kinesis.advance(500);
    const { ConsumerARN } = consumer ?? {};
    for (const input of [
      { ConsumerARN },
      { StreamARN, ConsumerName: 'trainer' },
      { ConsumerARN, StreamARN, ConsumerName: 'trainer' },
    ]) {
      expect(await describeConsumer(input)).toEqual({ ...consumer, ConsumerStatus: 'ACTIVE', StreamARN });
    }
    const { StreamDescriptionSummary } = await kinesis.client.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
    expect(StreamDescriptionSummary?.ConsumerCount).toBe(1);
  });

  test('what does not name one consumer is refused', async () => {
    const consumer = await register('trainer');
    for (const input of [
      {},
      { StreamARN },
      { ConsumerName: 'trainer' },
      { ConsumerARN: consumer?.ConsumerARN, ConsumerName: 'x' },
    ]) {
      await expect(describeConsumer(input)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    }
    for (const input of [{ ConsumerARN: 'arn:x' }, { StreamARN, ConsumerName: 'x' }, { StreamARN: 'arn:x', ConsumerName: 'x' }]) {
      await expect(describeConsumer(input)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
    await expect(register('no spaces')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(register('trainer')).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
  test('a stream has at most twenty consumers, five of which may be CREATING, and five calls are answered per second', async () => {
    for (let index = 0; index < 20; index++) {
      await register(`consumer-${index}`);
      kinesis.advance(200);
    }
    await expect(register('one-too-many')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringContaining('20 consumers') as string,
    });
    kinesis.advance(1000);
    await deregister({ StreamARN, ConsumerName: 'consumer-0' });
    kinesis.advance(500);
    await register('one-more');
    for (let call = 1; call < 5; call++) {
      await expect(register('one-more')).rejects.toMatchObject({ name: 'ResourceInUseException' });
    }
    await expect(register('one-more')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringContaining('per second') as string,
    });
  });

  test('no more than five consumers are CREATING at the same time', async () => {
    const slow = await startHarness(1, { limits: { consumerChangeMs: 60_000 } }, wire);
    const create = (ConsumerName: string) => slow.client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
    for (let index = 0; index < 5; index++) {
      await create(`consumer-${index}`);
    }
    slow.advance(1000);
    await expect(create('a-sixth')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringContaining('being created') as string,
    });
    slow.advance(60_000);
    await create('a-sixth');
    await slow.close();
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html
  test('a consumer that is deregistered is DELETING, and then gone', async () => {
    await register('trainer');
    kinesis.advance(500);
    await deregister({ StreamARN, ConsumerName: 'trainer' });
    expect((await describeConsumer({ StreamARN, ConsumerName: 'trainer' }))?.ConsumerStatus).toBe('DELETING');
    await expect(deregister({ StreamARN, ConsumerName: 'trainer' })).rejects.toMatchObject({ name: 'ResourceInUseException' });
    kinesis.advance(500);
    await expect(deregister({ StreamARN, ConsumerName: 'trainer' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await list()).Consumers).toEqual([]);
    await register('trainer');
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html
  test('consumers are listed by name, a page at a time', async () => {
    for (const name of ['c', 'a', 'b']) {
      await register(name);
    }
    const first = await list({ MaxResults: 2 });
    expect(first.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(['a', 'b']);
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect(second.Consumers?.map(({ ConsumerName }) => ConsumerName)).toEqual(['c']);
    expect(second.NextToken).toBeUndefined();
    expect((await list({ StreamCreationTimestamp: new Date(startTime) })).Consumers).toHaveLength(3);
    await expect(list({ NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    kinesis.advance(5 * 60 * 1000 + 1);
    await expect(list({ NextToken: first.NextToken })).rejects.toMatchObject({ name: 'ExpiredNextTokenException' });
  });
});

describe('consumers that the template has', () => {
  const settings = { name: stream, shards: 1, mode: 'PROVISIONED', retentionHours: 24 } as const;

  test('are ACTIVE from the start, under the ARN that was chosen for them', async () => {
    const consumers = [{ name: 'trainer', arn: 'arn:of:trainer' }];
    const kinesis = await startHarness(1, { streams: [{ ...settings, consumers }] });
    const added = kinesis.service.createConsumer(stream, { name: 'other' });
    const { Consumers } = await kinesis.client.send(new ListStreamConsumersCommand({ StreamARN }));
    expect(Consumers).toMatchObject([
      { ConsumerName: 'other', ConsumerARN: added, ConsumerStatus: 'ACTIVE' },
      { ConsumerName: 'trainer', ConsumerARN: 'arn:of:trainer', ConsumerStatus: 'ACTIVE' },
    ]);
    expect(() => kinesis.service.createConsumer(stream, { name: 'other' })).toThrow('already registered');
    expect(() => kinesis.service.createConsumer('none', { name: 'x' })).toThrow(RangeError);
    await kinesis.close();
  });

  test('must have a name that AWS allows', async () => {
    await expect(startKinesis({ streams: [{ ...settings, consumers: [{ name: 'no spaces' }] }] })).rejects.toThrow(RangeError);
  });
});
