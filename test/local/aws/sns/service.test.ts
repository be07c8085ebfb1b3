import {
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  type PublishBatchRequestEntry,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import type { ApiCall } from '../../../../local/aws/http/api-call';
import { AwsError } from '../../../../local/aws/http/aws-error';
import type { Fault } from '../../../../local/aws/http/faults';
import type { LocalService } from '../../../../local/aws/service';
import type { SnsMessage } from '../../../../local/aws/sns/message';
import { startSns } from '../../../../local/aws/sns/service';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:alerts';
const credentials = { accessKeyId: 'consumer', secretAccessKey: 'local' };

/** The limit of 256 KiB. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const limit = 262_144;

describe('the local SNS', () => {
  let service: LocalService;
  let client: SNSClient;
  let told: SnsMessage[];
  let calls: ApiCall[];
  let fault: Fault | undefined;

  beforeAll(async () => {
    service = await startSns({
      topics: [TopicArn],
      onMessage: (message) => void told.push(message),
      recorder: (call) => void calls.push(call),
      faults: () => fault,
    });
    client = new SNSClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  beforeEach(() => {
    told = [];
    calls = [];
    fault = undefined;
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  const publish = (input: Partial<PublishCommandInput> = {}) =>
    client.send(new PublishCommand({ TopicArn, Message: 'hot', ...input }));
  const publishBatch = (entries: readonly PublishBatchRequestEntry[]) =>
    client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [...entries] }));

  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  test('hands over what is published, and answers with its id', async () => {
    const Message = '{"device":"machine-7","text":"90 °C <&> \\"warm\\" + 1%"}';
    const { MessageId } = await publish({
      Message,
      Subject: 'machine-7: temperature',
      MessageAttributes: {
        device: { DataType: 'String', StringValue: 'machine-7' },
        score: { DataType: 'Number', StringValue: '7.25' },
        signals: { DataType: 'String.Array', StringValue: '["temperature","load"]' },
        raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
      },
    });
    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(told).toEqual([
      {
        topicArn: TopicArn,
        messageId: MessageId,
        message: Message,
        subject: 'machine-7: temperature',
        attributes: {
          device: { type: 'String', value: 'machine-7' },
          score: { type: 'Number', value: '7.25' },
          signals: { type: 'String.Array', value: '["temperature","load"]' },
          raw: { type: 'Binary', value: 'AQL/' },
        },
      },
    ]);
    expect(calls).toMatchObject([{ caller: 'consumer', service: 'sns', operation: 'Publish', input: { TopicArn, Message } }]);
  });

  test('takes what is exactly as long as the limit, attributes included', async () => {
    await publish({ Message: 'ä'.repeat(limit / 2) });
    const MessageAttributes = { device: { DataType: 'String', StringValue: 'one' } };
    const room = limit - 'device'.length - 'String'.length - 'one'.length;
    await publish({ Message: 'x'.repeat(room), MessageAttributes });
    expect(told).toHaveLength(2);
    await expect(publish({ Message: 'x'.repeat(room + 1), MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Message too long',
    });
  });

  test.each<[string, Partial<PublishCommandInput>, string, string]>([
    ['no message', { Message: '' }, 'InvalidParameterException', 'Empty message'],
    ['an ARN that is none', { TopicArn: 'alerts' }, 'InvalidParameterException', 'alerts is no topic'],
    ['no topic', { TopicArn: undefined }, 'InvalidParameterException', 'TopicArn'],
    ['a topic that is not there', { TopicArn: `${TopicArn}2` }, 'NotFoundException', 'Topic does not exist'],
    ['a subject of 101 characters', { Subject: 'x'.repeat(101) }, 'InvalidParameterException', 'Subject'],
    ['a subject of two lines', { Subject: 'two\nlines' }, 'InvalidParameterException', 'Subject'],
    [
      'an attribute of no type',
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
      'InvalidParameterValueException',
      "attribute 'a' has an invalid message attribute type",
    ],
    [
      'an empty attribute',
      { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterValueException',
      "attribute 'a' must contain a non-empty value",
    ],
    [
      'a number that is none',
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'seven' } } },
      'InvalidParameterValueException',
      "attribute 'a' value to number",
    ],
    [
      'an array of objects',
      { MessageAttributes: { a: { DataType: 'String.Array', StringValue: '[{}]' } } },
      'InvalidParameterValueException',
      "attribute 'a' must be a JSON array",
    ],
    [
      'a name of AWS',
      { MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: 'b' } } },
      'InvalidParameterValueException',
      "'AWS.a' is no name",
    ],
    ['a phone', { TopicArn: undefined, PhoneNumber: '+1' }, 'NotImplementedException', 'sns: PhoneNumber of Publish'],
    ['a message per protocol', { MessageStructure: 'json' }, 'NotImplementedException', 'sns: MessageStructure of Publish'],
    ['a message group', { MessageGroupId: 'a' }, 'NotImplementedException', 'sns: MessageGroupId of Publish'],
  ])('refuses %s', async (_, input, name, message) => {
    await expect(publish(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
    expect(told).toEqual([]);
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
  test('publishes a batch, each entry for itself', async () => {
    const { Successful, Failed } = await publishBatch([
      { Id: 'a', Message: 'one', MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } } },
      { Id: 'b', Message: 'two', Subject: 'two\nlines' },
      { Id: 'c', Message: 'three', Subject: 'third' },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(Failed).toEqual([
      { Id: 'b', Code: 'InvalidParameter', Message: expect.stringContaining('Subject') as string, SenderFault: true },
    ]);
    expect(told).toMatchObject([
      { message: 'one', attributes: { n: { type: 'Number', value: '1' } }, messageId: Successful?.[0]?.MessageId },
      { message: 'three', subject: 'third' },
    ]);
  });

  const entries = (count: number, Message = 'x') => Array.from({ length: count }, (_, index) => ({ Id: `id-${index}`, Message }));

  test.each<[string, readonly PublishBatchRequestEntry[], string]>([
    ['an empty batch', [], 'EmptyBatchRequestException'],
    ['eleven entries', entries(11), 'TooManyEntriesInBatchRequestException'],
    ['an id twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinctException'],
    ['an id with a space', [{ Id: 'a b', Message: 'x' }], 'InvalidBatchEntryIdException'],
    ['more than 256 KiB together', entries(2, 'x'.repeat(limit / 2 + 1)), 'BatchRequestTooLongException'],
    ['what is not supported', [{ Id: 'a', Message: 'x', MessageGroupId: 'g' }], 'NotImplementedException'],
  ])('refuses %s as a whole', async (_, batch, name) => {
    await expect(publishBatch(batch)).rejects.toMatchObject({ name });
    expect(told).toEqual([]);
  });

  test('takes a full batch', async () => {
    expect((await publishBatch(entries(10, 'x'.repeat(limit / 10 - 1)))).Successful).toHaveLength(10);
  });

  test('can be told to throttle, and to lose a reply', async () => {
    fault = { error: new AwsError('Throttled', 'Rate exceeded', 429) };
    await expect(publish()).rejects.toMatchObject({ name: 'ThrottledException' });
    expect(told).toEqual([]);
    fault = { drop: 'request' };
    await expect(publish()).rejects.toThrow();
    expect(told).toEqual([]);
    fault = { drop: 'reply', delayMs: 1 };
    await expect(publish()).rejects.toThrow();
    expect(told).toHaveLength(1);
  });

  test('does not know other operations, and says what is wrong with a request that is none', async () => {
    await expect(client.send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: 'sns: operation ListTopics is not supported by the local AWS',
    });
    const post = async (body: string) => (await fetch(service.endpoint, { method: 'POST', body })).text();
    expect(await post('Action=Publish&Message=a&Message=b')).toContain('<Message>Message is given twice</Message>');
    expect(await post('Action=Publish&Message.member.2=a')).toContain('none with the number 1');
    expect(await post('')).toContain('operation POST / is not supported');
  });
});
