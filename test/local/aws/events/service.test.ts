import { EventBridgeClient, ListRulesCommand, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { BusEvent, EventRule } from '../../../../local/aws/events/bus';
import { parsePattern } from '../../../../local/aws/events/pattern';
import { startEventBridge, type EventBridgeService } from '../../../../local/aws/events/service';
import { targetInput } from '../../../../local/aws/events/target-input';
import type { ApiCall } from '../../../../local/aws/http/api-call';

const credentials = { accessKeyId: 'workflow', secretAccessKey: 'local' };
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:deploy';
const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:score';

const rules: readonly EventRule[] = [
  {
    name: 'approved',
    matches: parsePattern({ source: ['iot-to-model'], detail: { status: ['Approved'] } }),
    targets: [
      { kind: 'function', arn: functionArn, input: targetInput({}) },
      { kind: 'state-machine', arn: machineArn, input: targetInput({ path: '$.detail' }) },
    ],
  },
  { name: 'all', matches: parsePattern({ source: [{ exists: true }] }), targets: [] },
];

/** One that is right; tests change what they are about. */
const entry = (change: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  Source: 'iot-to-model',
  DetailType: 'Model',
  Detail: '{"status":"Approved"}',
  ...change,
});

describe('the local EventBridge', () => {
  let service: EventBridgeService;
  let client: EventBridgeClient;
  let seen: BusEvent[];
  let called: unknown[];
  let calls: ApiCall[];
  let outcome: () => Promise<unknown>;

  beforeEach(async () => {
    seen = [];
    called = [];
    calls = [];
    outcome = async () => 'done';
    service = await startEventBridge({
      rules,
      start: ({ kind, arn }, input) => {
        called.push([kind, arn, input]);
        return outcome();
      },
      onEvent: (event) => void seen.push(event),
      clock: { now: () => Date.parse('2026-11-20T08:00:00Z') },
      recorder: (call) => void calls.push(call),
    });
    client = new EventBridgeClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
  });

  const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
  test('calls the targets of the rules that match, and tells of it', async () => {
    const { FailedEntryCount, Entries } = await put(entry({ Resources: ['arn:one'], Time: new Date('2026-11-19T07:00:00Z') }));
    expect(FailedEntryCount).toBe(0);
    const eventId = Entries?.[0]?.EventId;
    await service.bus.idle();
    const event = {
      version: '0',
      id: eventId,
      'detail-type': 'Model',
      source: 'iot-to-model',
      account: '000000000000',
      time: '2026-11-19T07:00:00Z',
      region: 'us-east-1',
      resources: ['arn:one'],
      detail: { status: 'Approved' },
    };
    expect(called).toEqual([
      ['function', functionArn, event],
      ['state-machine', machineArn, { status: 'Approved' }],
    ]);
    const about = (target: string) => ({ eventId, rule: 'approved', target });
    expect(seen).toEqual([
      { type: 'put', event, rules: ['approved', 'all'] },
      { type: 'started', ...about(functionArn) },
      { type: 'started', ...about(machineArn) },
      { type: 'ended', ...about(functionArn) },
      { type: 'ended', ...about(machineArn) },
    ]);
    expect(calls).toMatchObject([{ caller: 'workflow', service: 'eventbridge', operation: 'PutEvents' }]);
  });

  test('tells of a target that fails, once, and of nothing when no rule matches', async () => {
    outcome = () => Promise.reject(new Error('no such function'));
    await put(entry());
    await service.bus.idle();
    expect(seen.filter(({ type }) => type === 'failed')).toMatchObject([
      { target: functionArn, reason: 'no such function' },
      { target: machineArn, reason: 'no such function' },
    ]);
    expect(called).toHaveLength(2);
    await put(entry({ Detail: '{"status":"Rejected"}' }));
    await service.bus.idle();
    expect(called).toHaveLength(2);
    expect(seen.at(-1)).toMatchObject({ type: 'put', rules: ['all'], event: { time: '2026-11-20T08:00:00Z' } });
  });

  test('is idle only when what a target has caused is over as well', async () => {
    let isFirst = true;
    outcome = async () => {
      if (isFirst) {
        isFirst = false;
        service.bus.put({ source: 'iot-to-model', detailType: 'Model', resources: [], detail: { status: 'Approved' } });
      }
    };
    await put(entry());
    await service.bus.idle();
    expect(seen.filter(({ type }) => type === 'ended')).toHaveLength(4);
  });

  test('takes the entries that are right, and says of each other what is wrong with it', async () => {
    const { FailedEntryCount, Entries } = await put(
      entry(),
      entry({ Source: undefined }),
      entry({ Detail: '[1]' }),
      entry({ Detail: '{' }),
      entry({ Source: 'aws.sagemaker' }),
      entry({ DetailType: 'x'.repeat(129) }),
    );
    expect(FailedEntryCount).toBe(5);
    expect(
      Entries?.map(({ EventId, ErrorCode, ErrorMessage }) => (EventId === undefined ? [ErrorCode, ErrorMessage] : 'taken')),
    ).toEqual([
      'taken',
      ['InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['NotAuthorizedForSourceException', 'Not authorized for the source.'],
      ['InvalidArgument', expect.stringContaining('over 128 characters') as string],
    ]);
    await service.bus.idle();
  });

  test.each<[string, readonly PutEventsRequestEntry[], string, string]>([
    ['no entries', [], 'ValidationException', 'length from 1 to 10'],
    ['eleven entries', Array.from({ length: 11 }, () => entry()), 'ValidationException', 'length from 1 to 10'],
    ['a megabyte', [entry({ Detail: JSON.stringify({ x: 'x'.repeat(2 ** 20) }) })], 'ValidationException', 'over the limit'],
    ['nothing but incomplete entries', [entry({ Detail: undefined })], 'ValidationException', 'None of the entries'],
    ['another bus', [entry({ EventBusName: 'orders' })], 'NotImplementedException', 'eventbridge: the event bus orders'],
    ['a trace', [entry({ TraceHeader: 'Root=1' })], 'NotImplementedException', 'eventbridge: TraceHeader of PutEvents'],
  ])('refuses %s as a whole', async (_, entries, name, message) => {
    await expect(put(...entries)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
    expect(seen).toEqual([]);
  });

  test('knows the default bus by its names, and no other operations', async () => {
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
    expect(await put(entry({ EventBusName: 'default' }), entry({ EventBusName: arn }))).toMatchObject({ FailedEntryCount: 0 });
    await service.bus.idle();
    await expect(client.send(new ListRulesCommand({}))).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: expect.stringContaining('AWSEvents.ListRules') as string,
    });
  });
});
