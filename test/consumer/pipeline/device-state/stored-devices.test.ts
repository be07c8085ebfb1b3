import type { CheckpointResult, KinesisRecord, ShardProcessor } from '../../../../consumer/kcl';
import { createTelemetryProcessors, type PipelineEvent, type PipelineLimits } from '../../../../consumer/pipeline';
import { MemoryDelivery } from '../../../../consumer/pipeline/delivery/memory-delivery';
import { MemoryDeviceStateStore, type StoreTrouble } from '../../../../consumer/pipeline/device-state/memory-device-state-store';
import { deliveredRow } from '../delivered-row';
import { arrivalTimeMs, bytes, fixtureLayout, reading, storedFixtureDomain } from '../fixture-domain';
import { SkippingClock } from '../skipping-clock';

const streams = { readings: 'readings-stream', repairs: 'repairs-stream' };
const quarantine = 'quarantine-stream';

interface ShardSetUp {
  readonly shardId?: string;
  readonly fencingToken?: number;
  readonly startAfter?: string;
  readonly limits?: Partial<PipelineLimits>;
  readonly checkpoint?: () => CheckpointResult;
  readonly confirm?: () => 'held' | 'lost';
}

/** One table, one Firehose, and processors of shards that come and go. */
class World {
  readonly clock = new SkippingClock();
  readonly events: PipelineEvent[] = [];
  readonly order: string[] = [];
  readonly delivery = new MemoryDelivery([...Object.values(streams), quarantine], (stream) => {
    this.order.push(`deliver ${stream}`);
    return undefined;
  });
  trouble: ((call: 'load' | 'store') => StoreTrouble | undefined) | undefined;
  readonly states = new MemoryDeviceStateStore((call) => {
    this.order.push(call);
    return this.trouble?.(call);
  });

  processor({
    checkpoint = () => 'stored',
    confirm = () => 'held',
    fencingToken = 1,
    limits = {},
    shardId = 'shard-1',
    startAfter = 'TRIM_HORIZON',
  }: ShardSetUp = {}): {
    readonly processor: ShardProcessor;
    readonly abort: AbortController;
    readonly give: (...records: KinesisRecord[]) => Promise<void>;
  } {
    const abort = new AbortController();
    const processor = createTelemetryProcessors({
      domain: storedFixtureDomain,
      deliveryStreams: streams,
      quarantineStream: quarantine,
      delivery: this.delivery,
      deviceStates: this.states,
      flushIntervalMs: 1_000,
      checkpointIntervalMs: 5_000,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => {
        this.events.push(event);
        this.order.push(...(event.type === 'ledger' ? ['ledger'] : []));
      },
      limits,
    })({
      shardId,
      startAfter,
      startAfterSubSequenceNumber: 0,
      fencingToken,
      confirmLease: async () => {
        this.order.push('confirm');
        if (confirm() === 'lost') {
          abort.abort();
        }
        return confirm();
      },
      signal: abort.signal,
      checkpointer: {
        checkpoint: async () => {
          this.order.push('checkpoint');
          return checkpoint();
        },
      },
    }) as ShardProcessor;
    return { processor, abort, give: (...records) => processor.process({ records, millisBehindLatest: 0 }) };
  }

  /** Of the rows that Firehose accepted: device, sequence and the features, in order. */
  rows(): string[] {
    return Buffer.concat(this.delivery.accepted.get('readings-stream') ?? [])
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => deliveredRow(storedFixtureDomain as never, 'readings', JSON.parse(line) as Record<string, unknown>))
      .map(
        (row) =>
          `${String(row['device_id'])}/${String(row['sequence'])} seen ${String(row['seen'])}, mean ${String(row['temperature_mean'])}`,
      );
  }

  of<Type extends PipelineEvent['type']>(type: Type): Extract<PipelineEvent, { readonly type: Type }>[] {
    return this.events.filter((event): event is Extract<PipelineEvent, { readonly type: Type }> => event.type === type);
  }
}

let position = 0;
beforeEach(() => {
  position = 0;
  fixtureLayout.version = 1;
});

function record(
  deviceId: string,
  sequence: number,
  change: Readonly<Record<string, unknown>> = {},
  subSequenceNumber = 0,
): KinesisRecord {
  position += subSequenceNumber === 0 ? 1 : 0;
  return {
    partitionKey: deviceId,
    sequenceNumber: String(1_000 + position),
    subSequenceNumber,
    data: bytes(reading({ device_id: deviceId, sequence, temperature: sequence * 10, ...change })),
    arrivalTimeMs,
  };
}

describe('devices that are stored', () => {
  test('go on after the processor is gone: features, duplicates, and what is counted', async () => {
    const world = new World();
    const first = world.processor();
    await first.give(record('a', 1), record('a', 2), record('b', 1));
    await first.processor.handOver();
    const second = world.processor({ fencingToken: 2, startAfter: '1003' });
    await second.give(record('a', 2), record('a', 3), record('b', 2));
    await second.processor.handOver();
    expect(world.rows()).toEqual([
      'a/1 seen 1, mean 10',
      'a/2 seen 2, mean 15',
      'b/1 seen 1, mean 10',
      'a/3 seen 3, mean 20',
      'b/2 seen 2, mean 15',
    ]);
    expect(world.of('ledger').map(({ entry }) => [entry.received, entry.delivered, entry.duplicatesDropped])).toEqual([
      [3, 3, 0],
      [3, 2, 1],
    ]);
    expect(world.of('device-states-loaded')).toMatchObject([
      { devices: 2, found: 0 },
      { devices: 2, found: 2 },
    ]);
    expect(world.of('device-states-stored')).toMatchObject([{ devices: 2 }, { devices: 2 }]);
  });

  test('are stored after Firehose has the rows and before the checkpoint, once however often they reported', async () => {
    const world = new World();
    const { give, processor } = world.processor();
    for (let sequence = 1; sequence <= 5; sequence += 1) {
      await give(record('a', sequence));
      world.clock.nowMs += 1_000;
      await processor.idle?.();
    }
    const end = ['deliver readings-stream', 'store', 'ledger', 'checkpoint'];
    expect(world.order.slice(-4)).toEqual(end);
    expect(world.states.calls).toEqual({ load: 1, store: 1 });
    // Nothing has changed since: nothing is stored.
    await give(record('a', 5));
    await processor.handOver();
    expect(world.states.calls).toEqual({ load: 1, store: 1 });
    expect(world.order.slice(-2)).toEqual(['ledger', 'checkpoint']);
  });

  test('are replayed from the version that the checkpoint covers, when a crash left them ahead of it', async () => {
    const world = new World();
    const first = world.processor();
    await first.give(record('a', 1));
    await first.processor.handOver();
    const crashed = world.processor({ fencingToken: 2, startAfter: '1001', checkpoint: () => 'lost' });
    const more = [record('a', 2), record('b', 1), record('a', 3)];
    await crashed.give(...more);
    await expect(crashed.processor.handOver()).rejects.toMatchObject({ code: 'delivery_aborted' });
    const before = world.rows();
    const second = world.processor({ fencingToken: 3, startAfter: '1001' });
    await second.give(...more);
    await second.processor.handOver();
    // The same rows again, which queries drop: not duplicates that the ledger would count as dropped.
    expect(world.rows()).toEqual([...before, ...before.slice(1)]);
    expect(world.of('ledger').at(-1)?.entry).toMatchObject({ received: 3, delivered: 3, duplicatesDropped: 0 });
  });

  test('are as they were after a crash in the middle of storing them', async () => {
    const world = new World();
    const records = ['a', 'b', 'c', 'd'].map((device) => record(device, 1));
    const crashed = world.processor();
    let stored = 0;
    world.trouble = (call) => {
      stored += call === 'store' ? 1 : 0;
      if (stored > 2) {
        crashed.abort.abort();
      }
      return stored > 2 ? { unavailable: 'AbortError' } : undefined;
    };
    await crashed.give(...records);
    await expect(crashed.processor.handOver()).rejects.toMatchObject({ code: 'delivery_aborted' });
    expect(world.states.devices.size).toBe(2);
    world.trouble = undefined;
    const before = world.rows();
    const next = world.processor({ fencingToken: 2 });
    await next.give(...records);
    await next.processor.handOver();
    expect(world.rows()).toEqual([...before, ...before]);
  });

  test('are taken up by the children of a shard, and once written by a child no longer by the parent', async () => {
    const world = new World();
    const [one, two, three] = [1, 2, 3].map((sequence) => record('a', sequence)) as [KinesisRecord, KinesisRecord, KinesisRecord];
    const paused = world.processor({ shardId: 'parent', fencingToken: 800, checkpoint: () => 'lost' });
    await paused.give(one, two);
    const parent = world.processor({ shardId: 'parent', fencingToken: 900 });
    await parent.give(one, two);
    await parent.processor.shardEnded();
    const child = world.processor({ shardId: 'child', checkpoint: () => 'lost' });
    await child.give(three);
    await child.processor.handOver().catch(() => undefined);
    expect(world.order).not.toContain('confirm');
    await paused.processor.handOver().catch(() => undefined);
    expect(world.of('device-state-contested')).toMatchObject([{ shardId: 'parent', by: 'shard', devices: 1, deviceId: 'a' }]);
    // A child that had not checkpointed begins at what its parent left.
    const again = world.processor({ shardId: 'child', fencingToken: 2 });
    await again.give(three);
    await again.processor.handOver();
    expect(world.rows().filter((row) => row.startsWith('a/3'))).toEqual(['a/3 seen 3, mean 20', 'a/3 seen 3, mean 20']);
  });

  test('are written by the successor whatever the worker that was paused has written, before it or after', async () => {
    const world = new World();
    const [one, two] = [record('a', 1), record('a', 2)];
    const [before, after] = [1, 2].map((fencingToken) => world.processor({ fencingToken, checkpoint: () => 'lost' }));
    await before?.give(one, two);
    await after?.give(one, two);
    const successor = world.processor({ fencingToken: 3 });
    await successor.give(one);
    await before?.processor.handOver().catch(() => undefined);
    await successor.processor.handOver();
    await after?.processor.handOver().catch(() => undefined);
    expect(world.of('device-state-contested')).toMatchObject([{ by: 'fence', deviceId: 'a' }]);
    const next = world.processor({ fencingToken: 4, startAfter: '1001' });
    await next.give(two);
    await next.processor.handOver();
    expect(world.rows().slice(-1)).toEqual(['a/2 seen 2, mean 15']);
  });

  test.each([
    ['the same shard', 'shard-1', 3],
    ['a child', 'child', 1],
  ])(
    'are not begun anew by a worker that has lost the shard and finds what its successor on %s has written',
    async (_, shardId, fencingToken) => {
      const world = new World();
      const records = [record('a', 1), record('a', 2), record('a', 3)];
      const first = world.processor({ fencingToken: 1 });
      await first.give(records[0] as KinesisRecord);
      await first.processor.handOver();
      const successor = world.processor({ shardId, fencingToken });
      for (const each of records.slice(1)) {
        await successor.give(each);
        world.clock.nowMs += 5_000;
        await successor.processor.idle?.();
      }
      // Both versions lie at or behind the record that it has to handle.
      const paused = world.processor({ fencingToken: 2, startAfter: '1001', confirm: () => 'lost' });
      await paused.give(records[1] as KinesisRecord);
      expect(world.order.slice(-2)).toEqual(['load', 'confirm']);
      await expect(paused.processor.handOver()).rejects.toMatchObject({ code: 'delivery_aborted' });
      expect(world.rows()).toEqual(['a/1 seen 1, mean 10', 'a/2 seen 2, mean 15', 'a/3 seen 3, mean 20']);
      expect(world.of('device-state-contested')).toEqual([]);
    },
  );

  test('are begun anew, and it is told, when the lease is held all the same: its table was made anew', async () => {
    const world = new World();
    const old = world.processor({ fencingToken: 9_000_000 });
    await old.give(record('a', 1));
    await old.processor.handOver();
    position = 0;
    const anew = world.processor({ fencingToken: 1_000_000 });
    await anew.give(record('a', 1));
    await anew.processor.handOver();
    expect(world.rows()).toEqual(['a/1 seen 1, mean 10', 'a/1 seen 1, mean 10']);
    expect(world.of('device-state-contested').map(({ by, devices }) => [by, devices])).toEqual([
      ['fence', 1],
      ['fence', 1],
    ]);
    expect(world.of('ledger')).toHaveLength(2);
  });

  test('may be more than memory holds: those that have not changed leave, and a checkpoint makes them so', async () => {
    const world = new World();
    const { give, processor } = world.processor({ limits: { rememberedDevices: 3 } });
    const devices = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      await give(...devices.map((device) => record(device, sequence)));
    }
    await processor.handOver();
    expect(world.rows().filter((row) => row.startsWith('a') || row.startsWith('g'))).toEqual([
      'a/1 seen 1, mean 10',
      'g/1 seen 1, mean 10',
      'a/2 seen 2, mean 15',
      'g/2 seen 2, mean 15',
      'a/3 seen 3, mean 20',
      'g/3 seen 3, mean 20',
      'a/4 seen 4, mean 25',
      'g/4 seen 4, mean 25',
    ]);
    expect(world.of('ledger').reduce((sum, { entry }) => sum + entry.received, 0)).toBe(28);
    expect(world.of('device-states-loaded').every(({ devices: loaded }) => loaded <= 3)).toBe(true);
  });

  test('start over with their features when the windows of the domain have changed; what was seen is still known', async () => {
    const world = new World();
    const first = world.processor();
    await first.give(record('a', 1), record('b', 1));
    await first.processor.handOver();
    fixtureLayout.version = 2;
    const second = world.processor({ fencingToken: 2, startAfter: '1002' });
    await second.give(record('a', 1), record('a', 2), record('b', 2));
    await second.processor.handOver();
    expect(world.rows().slice(2)).toEqual(['a/2 seen 1, mean 20', 'b/2 seen 1, mean 20']);
    expect(world.of('device-state-unreadable')).toEqual([
      { type: 'device-state-unreadable', shardId: 'shard-1', reason: 'layout', devices: 2, deviceId: 'a' },
    ]);
    expect(world.of('ledger').at(-1)?.entry).toMatchObject({ duplicatesDropped: 1 });
  });

  test('are not looked up for records that can be no device’s, which are quarantined as ever', async () => {
    const world = new World();
    const { give, processor } = world.processor();
    await give({ ...record('a', 1), partitionKey: '' }, { ...record('b', 1), partitionKey: 'x'.repeat(200) });
    await processor.handOver();
    expect(world.states.calls).toEqual({ load: 0, store: 0 });
    expect(world.of('ledger')).toMatchObject([{ entry: { quarantined: { device_mismatch: 2 } } }]);
  });

  test('have reading wait while the store does not answer', async () => {
    const world = new World();
    const { give, processor } = world.processor();
    let open = false;
    world.trouble = () => (open ? undefined : { unavailable: 'ThrottlingException' });
    let done = false;
    const given = give(record('a', 1)).then(() => (done = true));
    while (world.of('device-state-retried').length < 20) {
      await Promise.resolve();
    }
    expect(done).toBe(false);
    open = true;
    await given;
    await processor.handOver();
    expect(world.rows()).toEqual(['a/1 seen 1, mean 10']);
    expect(world.of('device-state-retried')[19]).toMatchObject({
      shardId: 'shard-1',
      call: 'load',
      code: 'ThrottlingException',
      failures: 20,
    });
  });

  test('tell the columns of the last row, and when they reported last', async () => {
    const world = new World();
    const { give, processor } = world.processor();
    const repair = { source_type: 'repair', device_id: 'a', sequence: 3, event_time: arrivalTimeMs + 5, part: 'belt' };
    await give(record('a', 1), record('a', 2, { mode: 'manual' }), { ...record('a', 3), data: bytes(repair) });
    await processor.handOver();
    expect(world.states.devices.get('a')).toMatchObject({
      sequence: 3,
      eventTimeMs: arrivalTimeMs + 5,
      latest: { temperature: 20, mode: 'manual', open: null, load: null },
    });
  });

  test('go on inside an aggregate', async () => {
    const world = new World();
    const inAggregate = [record('a', 1), record('a', 2, {}, 1), record('a', 3, {}, 2)];
    const first = world.processor();
    await first.give(...inAggregate.slice(0, 2));
    await first.processor.handOver();
    const second = world.processor({ fencingToken: 2, startAfter: '1001' });
    await second.give(...inAggregate.slice(2));
    await second.processor.handOver();
    expect(world.rows().slice(-1)).toEqual(['a/3 seen 3, mean 20']);
  });

  test('cannot be of a domain without a codec, and what people look up must be columns', () => {
    const create = (domain: typeof storedFixtureDomain) => (): unknown =>
      createTelemetryProcessors({
        domain,
        deliveryStreams: streams,
        quarantineStream: quarantine,
        delivery: new MemoryDelivery([]),
        deviceStates: new MemoryDeviceStateStore(),
        flushIntervalMs: 1,
        checkpointIntervalMs: 1,
        clock: new SkippingClock(),
        random: Math.random,
        onEvent: () => undefined,
      });
    const { stateCodec, ...without } = storedFixtureDomain;
    expect(stateCodec).toBeDefined();
    expect(create(without)).toThrow(/no codec/);
    expect(create({ ...storedFixtureDomain, latest: { table: 'readings', columns: ['colour'] } })).toThrow(
      /column colour of table readings/,
    );
    expect(create({ ...storedFixtureDomain, latest: { table: 'nothing', columns: [] } })).toThrow(/table nothing/);
  });
});
