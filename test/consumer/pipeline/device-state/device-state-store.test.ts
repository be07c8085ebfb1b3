import { setMaxListeners } from 'node:events';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeviceStateRefusedError,
  maxDevicesPerLoad,
  type DeviceStateStore,
  type DeviceWrite,
} from '../../../../consumer/pipeline/device-state/device-state-store';
import { DynamoDbDeviceStateStore } from '../../../../consumer/pipeline/device-state/dynamodb-device-state-store';
import { MemoryDeviceStateStore } from '../../../../consumer/pipeline/device-state/memory-device-state-store';
import { positionText } from '../../../../consumer/pipeline/device-state/position-text';
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';
import type { Fault } from '../../../../local/aws/http/faults';
import { AwsError } from '../../../../local/aws/http/aws-error';

interface Subject {
  readonly store: DeviceStateStore;
  /** What the next call meets. */
  trouble: 'throttled' | undefined;
  close(): Promise<void>;
}

async function memory(): Promise<Subject> {
  const store: DeviceStateStore = new MemoryDeviceStateStore(() =>
    subject.trouble === undefined ? undefined : { unavailable: 'ProvisionedThroughputExceededException' },
  );
  const subject: Subject = { store, trouble: undefined, close: async () => undefined };
  return subject;
}

const table = 'device-states';

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
}

async function dynamoDb(): Promise<Subject & { readonly client: DynamoDBClient }> {
  const throttled: Fault = { error: new AwsError('ProvisionedThroughputExceededException', 'Slow down.') };
  const service = await startDynamoDb({
    tables: [{ name: table, partitionKey: 'device_id' }],
    faults: () => (subject.trouble === undefined ? undefined : throttled),
  });
  const client = clientOf(service.endpoint);
  const subject = {
    store: new DynamoDbDeviceStateStore(client, table),
    trouble: undefined as Subject['trouble'],
    client,
    close: async (): Promise<void> => {
      client.destroy();
      await service.close();
    },
  };
  return subject;
}

const never = new AbortController().signal;
setMaxListeners(0, never);
const position = (index: number): string =>
  positionText({ sequenceNumber: `4959033827149025660855969253836157109${index}`, subSequenceNumber: 0 });
const version = (index: number, text = `state after ${index}`) => ({
  position: position(index),
  bytes: new Uint8Array(Buffer.from(text)),
});

function write(index: number, change: Partial<DeviceWrite> = {}): DeviceWrite {
  return {
    deviceId: 'pump-1',
    shardId: 'shardId-000000000001',
    fence: 5_000_000,
    state: version(index),
    previous: undefined,
    sequence: index,
    eventTimeMs: Date.UTC(2026, 10, 20) + index,
    writtenMs: Date.UTC(2026, 10, 21) + index,
    ...change,
  };
}

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamoDb],
])('a device state store %s', (_, create) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await create();
  });
  afterAll(async () => {
    await subject.close();
  });
  /** Each test has devices of its own. */
  let deviceId = '';
  let tests = 0;
  beforeEach(() => {
    tests += 1;
    deviceId = `device-${tests}`;
    subject.trouble = undefined;
  });
  const put = (index: number, change: Partial<DeviceWrite> = {}) =>
    subject.store.store(write(index, { deviceId, ...change }), never);
  const stored = async () => {
    const read = await subject.store.load([deviceId], never);
    return read.type === 'loaded' ? read.devices.get(deviceId) : read;
  };

  test('gives back what was written, and the version before', async () => {
    await expect(put(1)).resolves.toEqual({ type: 'stored' });
    await expect(stored()).resolves.toMatchObject({
      shardId: 'shardId-000000000001',
      fence: 5_000_000,
      state: version(1),
      previous: undefined,
    });
    await put(2, { previous: version(1) });
    await expect(stored()).resolves.toMatchObject({ state: version(2), previous: version(1) });
    // What the version before was is the writer's to say.
    await put(3);
    const device = await stored();
    expect(device).toMatchObject({ state: version(3) });
    expect(device && 'previous' in device && device.previous).toBeUndefined();
  });

  test('keeps bytes as they are, with little in common or much', async () => {
    const bytes = Uint8Array.from({ length: 3_000 }, (__, index) => (index * 7919) % 251);
    const state = { position: position(2), bytes };
    for (const before of [bytes.slice(3), bytes.map((byte) => byte ^ 0xa5), new Uint8Array()]) {
      await put(2, { state, previous: { position: position(1), bytes: before } });
      const device = await stored();
      const read = device !== undefined && 'state' in device ? device : undefined;
      expect(Buffer.compare(read?.state.bytes ?? Buffer.of(0), bytes)).toBe(0);
      expect(Buffer.compare(read?.previous?.bytes ?? Buffer.of(0), before)).toBe(0);
    }
  });

  test('writes the same again without harm', async () => {
    await put(2, { previous: version(1) });
    await expect(put(2, { previous: version(1) })).resolves.toEqual({ type: 'stored' });
    await expect(stored()).resolves.toMatchObject({ state: version(2), previous: version(1) });
  });

  test.each([
    ['an earlier write of the same processor, which comes late', 3, {}, 2, {}, 'fence'],
    ['a worker that was paused, whatever the place', 3, { fence: 6_000_000 }, 9, { fence: 5_000_000 }, 'fence'],
    ['a parent that was paused', 3, { shardId: 'shardId-000000000002', fence: 1 }, 2, { fence: 9_000_000 }, 'shard'],
  ] as const)('refuses %s', async (__, first, firstChange, second, secondChange, by) => {
    await put(first, firstChange);
    await expect(put(second, { ...secondChange, latest: { temperature: 1 } })).resolves.toEqual({ type: 'refused', by });
    await expect(stored()).resolves.toMatchObject({ state: version(first) });
  });

  test.each([
    ['a successor, though it stops before the place that was written of', 3, { fence: 5_000_000 }, 2, { fence: 6_000_000 }],
    ['a child, though its counter has only begun', 3, { fence: 9_000_000 }, 4, { shardId: 'shardId-000000000002', fence: 1 }],
  ] as const)('takes the write of %s', async (__, first, firstChange, second, secondChange) => {
    await put(first, firstChange);
    await expect(put(second, secondChange)).resolves.toEqual({ type: 'stored' });
    await expect(stored()).resolves.toMatchObject({ state: version(second) });
  });

  test('of many writers that race the one with the highest token has the last word', async () => {
    const writers = Array.from({ length: 30 }, (__, index) => ((index * 17) % 30) + 1);
    await Promise.all(writers.map((fence) => put(40 - fence, { fence })));
    await expect(stored()).resolves.toMatchObject({ fence: 30, state: version(10) });
  });

  test('loads many at once, those that there are', async () => {
    const ids = Array.from({ length: maxDevicesPerLoad }, (__, index) => `${deviceId}/é-${index}`);
    await Promise.all(ids.slice(0, 70).map((id) => put(1, { deviceId: id })));
    const read = await subject.store.load(ids, never);
    expect(read).toMatchObject({ type: 'loaded', unprocessed: [] });
    expect(read.type === 'loaded' && [...read.devices.keys()].sort()).toEqual(ids.slice(0, 70).sort());
  });

  test('says so when it is throttled, and that another try is worth it', async () => {
    subject.trouble = 'throttled';
    const outcome = { type: 'unavailable', code: 'ProvisionedThroughputExceededException' };
    await expect(put(1)).resolves.toMatchObject(outcome);
    await expect(stored()).resolves.toMatchObject(outcome);
  });

  test('gives up when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(subject.store.store(write(1), signal)).resolves.toMatchObject({ type: 'unavailable', code: 'AbortError' });
    await expect(subject.store.load([deviceId], signal)).resolves.toMatchObject({ type: 'unavailable', code: 'AbortError' });
  });
});

describe('the item of a device in DynamoDB', () => {
  let subject: Awaited<ReturnType<typeof dynamoDb>>;
  beforeAll(async () => {
    subject = await dynamoDb();
  });
  afterAll(async () => {
    await subject.close();
  });
  const itemOf = async (deviceId: string) =>
    (await subject.client.send(new GetItemCommand({ TableName: table, Key: { device_id: { S: deviceId } } }))).Item;

  test('says when the device reported last, and what the domain names of its last row', async () => {
    const latest = { temperature: 21.5, mode: 'auto', open: false, load: null, tiny: 5e-324, huge: -1e300 };
    await subject.store.store(write(1, { deviceId: 'a', latest }), never);
    await expect(itemOf('a')).resolves.toMatchObject({
      sequence: { N: '1' },
      event_time: { S: '2026-11-20T00:00:00.001Z' },
      updated: { S: '2026-11-21T00:00:00.001Z' },
      // What no number of DynamoDB can hold is there as text.
      latest: {
        M: {
          temperature: { N: '21.5' },
          mode: { S: 'auto' },
          open: { BOOL: false },
          tiny: { S: '5e-324' },
          huge: { S: '-1e+300' },
        },
      },
    });
    // A message without such a row leaves what there is.
    await subject.store.store(write(2, { deviceId: 'a' }), never);
    const item = await itemOf('a');
    expect([item?.['sequence']?.N, item?.['latest']?.M?.['mode']?.S, item?.['latest']?.M?.['load']]).toEqual([
      '2',
      'auto',
      undefined,
    ]);
  });

  test('is written over where it is nothing of ours, and what else is in it stays', async () => {
    const { client, store } = subject;
    await client.send(new PutItemCommand({ TableName: table, Item: { device_id: { S: 'b' }, note: { S: 'kept' } } }));
    await expect(store.load(['b'], never)).resolves.toMatchObject({ devices: new Map() });
    await expect(store.store(write(1, { deviceId: 'b' }), never)).resolves.toEqual({ type: 'stored' });
    await expect(itemOf('b')).resolves.toMatchObject({ note: { S: 'kept' }, sequence: { N: '1' } });
  });

  test('with a version before that cannot be read begins with no bytes, which are no memory', async () => {
    await subject.store.store(write(2, { deviceId: 'c', previous: version(1) }), never);
    const item = await itemOf('c');
    await subject.client.send(new PutItemCommand({ TableName: table, Item: { ...item, previous: { B: Uint8Array.of(7, 7) } } }));
    const read = await subject.store.load(['c'], never);
    expect(read.type === 'loaded' && read.devices.get('c')?.previous?.bytes.length).toBe(0);
  });

  test('that is too large, or in a table that is not there, is refused for good', async () => {
    const bytes = Uint8Array.from({ length: 410_000 }, (_, index) => (index * 7919) % 251);
    const tooLarge = subject.store.store(write(1, { deviceId: 'd', state: { position: position(1), bytes } }), never);
    await expect(tooLarge).rejects.toMatchObject({ code: 'device_state_refused', reason: 'ItemTooLarge', table });
    const elsewhere = new DynamoDbDeviceStateStore(subject.client, 'no-such-table');
    await expect(elsewhere.load(['d'], never)).rejects.toBeInstanceOf(DeviceStateRefusedError);
    await expect(elsewhere.store(write(1), never)).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
  });
});
