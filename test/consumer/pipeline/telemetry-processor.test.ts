import * as fc from 'fast-check';
import type { Domain } from '../../../core/domain';
import type { LedgerEntry } from '../../../core/ledger';
import type { KinesisRecord } from '../../../consumer/kcl/record';
import type { CheckpointResult, RecordPosition, ShardProcessor } from '../../../consumer/kcl/shard-processor';
import { createTelemetryProcessors, type PipelineEvent, type PipelineLimits } from '../../../consumer/pipeline';
import { MessageProcessor } from '../../../consumer/pipeline/message-processor';
import { MemoryDelivery, type Trouble } from '../../../consumer/pipeline/delivery/memory-delivery';
import { deliveredRow } from './delivered-row';
import { arrivalTimeMs, bytes, fixtureDomain, reading } from './fixture-domain';
import { rememberedDevices } from './remembered-devices';
import { SkippingClock } from './skipping-clock';

const streams = { readings: 'readings-stream', repairs: 'repairs-stream' };
const quarantine = 'quarantine-stream';

interface SetUp {
  readonly trouble?: (stream: string, records: number) => Trouble | undefined;
  readonly limits?: Partial<PipelineLimits>;
  readonly checkpoint?: (position: RecordPosition) => CheckpointResult;
  readonly startAfter?: string;
  readonly checkpointIntervalMs?: number;
  readonly startAfterSubSequenceNumber?: number;
}

class Bench {
  readonly events: PipelineEvent[] = [];
  readonly checkpoints: RecordPosition[] = [];
  /** Ledger entries and checkpoints in the order in which they happened. */
  readonly order: string[] = [];
  readonly clock = new SkippingClock();
  readonly abort = new AbortController();
  readonly delivery: MemoryDelivery;
  readonly processor: ShardProcessor;
  onCheckpoint: (position: RecordPosition) => void = () => undefined;

  constructor(setUp: SetUp = {}) {
    const { trouble, limits = {}, checkpoint = () => 'stored' } = setUp;
    this.delivery = new MemoryDelivery([...Object.values(streams), quarantine], trouble);
    const factory = createTelemetryProcessors({
      domain: fixtureDomain,
      deliveryStreams: streams,
      quarantineStream: quarantine,
      delivery: this.delivery,
      flushIntervalMs: 5_000,
      checkpointIntervalMs: setUp.checkpointIntervalMs ?? 5_000,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => {
        this.events.push(event);
        this.order.push(...(event.type === 'ledger' ? [`ledger ${event.entry.through}`] : []));
      },
      limits,
    });
    this.processor = factory({
      shardId: 'shardId-000000000001',
      startAfter: setUp.startAfter ?? 'TRIM_HORIZON',
      startAfterSubSequenceNumber: setUp.startAfterSubSequenceNumber ?? 0,
      fencingToken: 1,
      confirmLease: async () => 'held',
      signal: this.abort.signal,
      checkpointer: {
        checkpoint: async (position) => {
          this.order.push(`checkpoint ${position.sequenceNumber}`);
          this.onCheckpoint(position);
          const result = checkpoint(position);
          if (result === 'stored') {
            this.checkpoints.push(position);
          }
          return result;
        },
      },
    }) as ShardProcessor;
  }

  give(...records: KinesisRecord[]): Promise<void> {
    return this.processor.process({ records, millisBehindLatest: 0 });
  }

  get ledger(): LedgerEntry[] {
    return this.events.flatMap((event) => (event.type === 'ledger' ? [event.entry] : []));
  }

  /** Documents that Firehose accepted. */
  documents(stream: string): Record<string, unknown>[] {
    const text = Buffer.concat(this.delivery.accepted.get(stream) ?? []).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((document) =>
        stream === quarantine ? document : deliveredRow(fixtureDomain as Domain, stream.replace('-stream', ''), document),
      );
  }
}

function record(position: number, document: unknown, subSequenceNumber = 0): KinesisRecord {
  return {
    partitionKey: 'machine-1',
    sequenceNumber: String(1_000 + position),
    subSequenceNumber,
    data: bytes(document),
    arrivalTimeMs,
  };
}

describe('the processor of a shard', () => {
  test('delivers rows, quarantines what is bad, drops duplicates, and accounts for all of it in the ledger', async () => {
    const bench = new Bench();
    await bench.give(
      record(1, reading({ temperature: 10 })),
      record(2, reading({ sequence: 2, temperature: 20 })),
      record(3, reading({ sequence: 1, temperature: 10 })),
      record(4, '{broken'),
      record(5, { source_type: 'repair', device_id: 'machine-1', sequence: 3, event_time: arrivalTimeMs, part: 'belt' }),
      record(6, reading({ sequence: 4, mode: 'explode' })),
      record(7, reading({ sequence: 5, mode: 'none' })),
    );
    await bench.processor.handOver();

    expect(bench.documents('readings-stream')).toMatchObject([
      {
        device_id: 'machine-1',
        sequence: 1,
        sequence_number: '1001',
        shard_id: 'shardId-000000000001',
        temperature_mean: 10,
        seen: 1,
      },
      { sequence: 2, sequence_number: '1002', temperature_mean: 15, seen: 2 },
    ]);
    expect(bench.documents('repairs-stream')).toMatchObject([{ sequence: 3, part: 'belt' }]);
    expect(bench.documents(quarantine)).toMatchObject([
      { reason: 'malformed_json', sequence_number: '1004', data: Buffer.from('{broken').toString('base64') },
      {
        reason: 'processing_failed',
        sequence_number: '1006',
        message: expect.stringContaining('the domain has a fault') as string,
      },
    ]);
    expect(bench.ledger).toEqual([
      {
        event: 'ledger',
        shardId: 'shardId-000000000001',
        after: 'TRIM_HORIZON',
        through: '1007',
        received: 7,
        delivered: 4,
        rows: { readings: 2, repairs: 1 },
        quarantined: { malformed_json: 1, processing_failed: 1 },
        duplicatesDropped: 1,
      },
    ]);
    expect(bench.order).toEqual(['ledger 1007', 'checkpoint 1007']);
  });

  test.each(['nan', 'stray'])('a row that its table cannot hold (%s) is quarantined as a fault of the domain', async (mode) => {
    const bench = new Bench();
    await bench.give(record(1, reading({ mode })), record(2, reading({ sequence: 2 })));
    await bench.processor.handOver();
    expect(bench.ledger).toMatchObject([{ delivered: 1, quarantined: { processing_failed: 1 } }]);
  });

  test('whatever the domain throws and whatever of the pipeline fails on a message, it is quarantined and the shard goes on', async () => {
    const bench = new Bench();
    await bench.give(record(1, reading({ mode: 'mumble' })), record(3, reading({ sequence: 3 })));
    await bench.processor.handOver();
    expect(bench.ledger).toMatchObject([{ delivered: 1, quarantined: { processing_failed: 1 } }]);
    const broken = { ...record(4, reading()), shardId: 's', data: undefined as unknown as Uint8Array };
    const outcome = new MessageProcessor(fixtureDomain).handle(broken, rememberedDevices());
    expect(outcome).toMatchObject({ reason: 'processing_failed' });
  });

  test('a message in the name of another device is quarantined, and that device does not notice', async () => {
    const bench = new Bench();
    await bench.give(
      record(1, reading()),
      { ...record(2, reading({ sequence: 2, temperature: 99 })), partitionKey: 'machine-2' },
      // Two parsers may take two ids from this one; what counts is the one that rows would be written under.
      {
        ...record(3, `{"device_id":"machine-2",${JSON.stringify(reading({ sequence: 3 })).slice(1)}`),
        partitionKey: 'machine-2',
      },
      record(4, reading({ sequence: 2, temperature: 20 })),
    );
    await bench.processor.handOver();
    expect(bench.documents(quarantine)).toMatchObject([
      {
        reason: 'device_mismatch',
        field: 'device_id',
        partition_key: 'machine-2',
        message: 'device_id is "machine-1", but the record came under the partition key "machine-2"',
      },
      { reason: 'device_mismatch', sequence_number: '1003' },
    ]);
    expect(bench.documents('readings-stream').map(({ seen }) => seen)).toEqual([1, 2]);
    expect(bench.ledger).toMatchObject([{ delivered: 2, duplicatesDropped: 0, quarantined: { device_mismatch: 2 } }]);
  });

  test('a device starts over after the domain failed on one of its messages', async () => {
    const bench = new Bench();
    await bench.give(
      record(1, reading()),
      record(2, reading({ sequence: 2, mode: 'explode' })),
      record(3, reading({ sequence: 3 })),
    );
    await bench.processor.handOver();
    expect(bench.documents('readings-stream').map(({ seen }) => seen)).toEqual([1, 1]);
  });

  test('flushes when the oldest record has waited long enough, not before', async () => {
    const bench = new Bench();
    await bench.give(record(1, reading()));
    bench.clock.nowMs += 4_999;
    await bench.processor.idle?.();
    expect(bench.checkpoints).toEqual([]);
    bench.clock.nowMs += 1;
    await bench.processor.idle?.();
    expect(bench.checkpoints).toEqual([{ sequenceNumber: '1001', subSequenceNumber: 0 }]);
    bench.clock.nowMs += 60_000;
    await bench.processor.idle?.();
    expect(bench.checkpoints).toHaveLength(1);
  });

  test('delivers when the buffer is full, and the ledger chains from checkpoint to checkpoint', async () => {
    const bench = new Bench({ limits: { shardBufferBytes: 600 }, checkpointIntervalMs: 0, startAfter: '900' });
    await bench.give(...Array.from({ length: 9 }, (_, index) => record(index, reading({ sequence: index }))));
    await bench.processor.handOver();
    expect(bench.ledger.length).toBeGreaterThan(2);
    expect(bench.ledger[0]?.after).toBe('900');
    expect(bench.ledger.slice(1).map(({ after }) => after)).toEqual(bench.ledger.slice(0, -1).map(({ through }) => through));
    expect(bench.ledger.map(({ through }) => through)).toEqual(bench.checkpoints.map(({ sequenceNumber }) => sequenceNumber));
  });

  test('delivers more often than it checkpoints, and the ledger tells of all that was delivered since', async () => {
    const bench = new Bench({ checkpointIntervalMs: 12_000 });
    for (let position = 1; position <= 3; position += 1) {
      await bench.give(record(position, reading({ sequence: position })));
      bench.clock.nowMs += 5_000;
      await bench.processor.idle?.();
    }
    expect(bench.events.filter(({ type }) => type === 'flushed')).toHaveLength(3);
    expect(bench.order).toEqual(['ledger 1003', 'checkpoint 1003']);
    expect(bench.ledger).toMatchObject([{ received: 3, delivered: 3, rows: { readings: 3 } }]);
    // The next interval begins with the next record, not with the clock.
    bench.clock.nowMs += 60_000;
    await bench.give(record(4, reading({ sequence: 4 })));
    await bench.processor.idle?.();
    expect(bench.checkpoints).toHaveLength(1);
    await bench.processor.handOver();
    expect(bench.order.slice(2)).toEqual(['ledger 1004', 'checkpoint 1004']);
  });

  test('checkpoints what it kept nothing of, too', async () => {
    const bench = new Bench();
    await bench.give(record(1, reading({ mode: 'none' })));
    bench.clock.nowMs += 5_000;
    await bench.processor.idle?.();
    expect([bench.events.filter(({ type }) => type === 'flushed'), bench.checkpoints.length]).toEqual([[], 1]);
  });

  test('may checkpoint inside an aggregate, and the ledger names the place', async () => {
    const bench = new Bench({
      limits: { shardBufferBytes: 1 },
      checkpointIntervalMs: 0,
      startAfter: '1000',
      startAfterSubSequenceNumber: 1,
    });
    await bench.give(
      record(0, reading({ sequence: 1 }), 2),
      record(1, reading({ sequence: 2 }), 0),
      record(1, reading({ sequence: 3 }), 1),
    );
    expect(bench.checkpoints).toEqual([
      { sequenceNumber: '1000', subSequenceNumber: 2 },
      { sequenceNumber: '1001', subSequenceNumber: 0 },
      { sequenceNumber: '1001', subSequenceNumber: 1 },
    ]);
    expect(bench.ledger.map(({ after, through }) => [after, through])).toEqual([
      ['1000.1', '1000.2'],
      ['1000.2', '1001'],
      ['1001', '1001.1'],
    ]);
  });

  test('process waits while Firehose accepts nothing, so reading waits too', async () => {
    let open = false;
    const bench = new Bench({
      limits: { shardBufferBytes: 1 },
      checkpointIntervalMs: 0,
      trouble: () => (open ? undefined : { unavailable: 'ServiceUnavailableException' }),
    });
    let done = false;
    const given = bench.give(record(1, reading()), record(2, reading({ sequence: 2 }))).then(() => {
      done = true;
    });
    while (bench.clock.sleeps.length < 20) {
      await Promise.resolve();
    }
    expect([done, bench.checkpoints.length]).toEqual([false, 0]);
    open = true;
    await given;
    expect(bench.checkpoints).toHaveLength(2);
    expect(bench.events.filter(({ type }) => type === 'delivery-retried').length).toBeGreaterThanOrEqual(20);
  });

  test('after the lease is lost nothing is written any more', async () => {
    const bench = new Bench();
    await bench.give(record(1, reading()));
    bench.processor.leaseLost();
    await bench.give(record(2, reading({ sequence: 2 })));
    await bench.processor.idle?.();
    await expect(bench.processor.shardEnded()).rejects.toMatchObject({ code: 'delivery_aborted' });
    expect([bench.delivery.requests, bench.ledger, bench.checkpoints]).toEqual([0, [], []]);
  });

  test('a lease that is lost during a retry ends the retry, without a ledger entry', async () => {
    const bench = new Bench({ limits: { shardBufferBytes: 1 }, trouble: () => ({ unavailable: 'ServiceUnavailableException' }) });
    const given = bench.give(record(1, reading()), record(2, reading({ sequence: 2 })));
    await Promise.resolve();
    bench.abort.abort();
    await given;
    expect([bench.ledger, bench.checkpoints]).toEqual([[], []]);
  });

  test('a checkpoint that finds the lease lost ends the work', async () => {
    const bench = new Bench({ limits: { shardBufferBytes: 1 }, checkpointIntervalMs: 0, checkpoint: () => 'lost' });
    await bench.give(record(1, reading()), record(2, reading({ sequence: 2 })), record(3, reading({ sequence: 3 })));
    expect(bench.order).toEqual(['ledger 1001', 'checkpoint 1001']);
    expect(bench.documents('readings-stream')).toHaveLength(1);
  });

  test('a delivery stream that refuses is an error for the runtime, and nothing is checkpointed', async () => {
    const bench = new Bench();
    bench.delivery.accepted.delete('readings-stream');
    await bench.give(record(1, reading()));
    await expect(bench.processor.handOver()).rejects.toMatchObject({ code: 'delivery_refused' });
    expect(bench.checkpoints).toEqual([]);
  });

  test('a flood of bad records is one event per reason and flush', async () => {
    const bench = new Bench();
    await bench.give(...Array.from({ length: 50 }, (_, index) => record(index, '{')));
    await bench.processor.handOver();
    expect(bench.events.filter(({ type }) => type === 'record-rejected')).toHaveLength(1);
    expect(bench.ledger).toMatchObject([{ quarantined: { malformed_json: 50 } }]);
  });

  test('a table without a delivery stream is refused at the start', () => {
    const create = (): unknown =>
      createTelemetryProcessors({
        domain: fixtureDomain,
        deliveryStreams: { readings: 'readings-stream' },
        quarantineStream: quarantine,
        delivery: new MemoryDelivery([]),
        flushIntervalMs: 1,
        checkpointIntervalMs: 1,
        clock: new SkippingClock(),
        random: Math.random,
        onEvent: () => undefined,
      });
    expect(create).toThrow(/repairs has no delivery stream/);
  });
});

test('whatever fails, a checkpoint never passes a record that is not accounted for, and the ledger balances', async () => {
  const kind = fc.constantFrom('good', 'good', 'good', 'duplicate', 'broken', 'explode', 'repair');
  const troubles = fc.array(
    fc.oneof(fc.constant('none'), fc.constant('unavailable'), fc.array(fc.nat({ max: 3 }), { maxLength: 3 })),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(kind, { maxLength: 12 }), { minLength: 1, maxLength: 5 }),
      troubles,
      fc.integer({ min: 1, max: 3_000 }),
      fc.option(fc.nat({ max: 30 }), { nil: undefined }),
      async (batches, troublesInOrder, shardBufferBytes, loseAfter) => {
        const script = [...troublesInOrder];
        let requests = 0;
        const bench = new Bench({
          limits: { shardBufferBytes },
          trouble: (_, count) => {
            requests += 1;
            if (requests === loseAfter) {
              bench.abort.abort();
            }
            const next = script.shift();
            if (next === undefined || next === 'none') {
              return undefined;
            }
            return typeof next === 'string' ? { unavailable: 'Timeout' } : { failed: next.filter((index) => index < count) };
          },
        });
        const needed = new Map<number, string>();
        bench.onCheckpoint = ({ sequenceNumber }) => {
          const accepted = new Set(
            [...Object.values(streams), quarantine].flatMap((stream) =>
              bench.documents(stream).map(({ sequence_number: number }) => `${stream} ${String(number)}`),
            ),
          );
          for (const [position, stream] of needed) {
            if (1_000 + position <= Number(sequenceNumber)) {
              expect(accepted).toContain(`${stream} ${1_000 + position}`);
            }
          }
        };
        let position = 0;
        let sent = 0;
        for (const batch of batches) {
          const records = batch.map((what) => {
            position += 1;
            if (what === 'broken') {
              needed.set(position, quarantine);
              return record(position, '{');
            }
            if (what !== 'duplicate' || sent === 0) {
              sent += 1;
              needed.set(position, what === 'explode' ? quarantine : what === 'repair' ? 'repairs-stream' : 'readings-stream');
            }
            const envelope = { device_id: 'machine-1', sequence: sent, event_time: arrivalTimeMs };
            return record(
              position,
              what === 'repair'
                ? { source_type: 'repair', ...envelope, part: 'belt' }
                : reading({ ...envelope, mode: what === 'explode' ? 'explode' : 'auto' }),
            );
          });
          await bench.give(...records);
        }
        await bench.processor.handOver().catch(() => undefined);

        for (const { received, delivered, quarantined, duplicatesDropped } of bench.ledger) {
          expect(received).toBe(delivered + Object.values(quarantined).reduce((sum, n) => sum + n, 0) + duplicatesDropped);
        }
        const accounted = bench.ledger.reduce((sum, { received }) => sum + received, 0);
        expect(accounted).toBe(Number(bench.checkpoints.at(-1)?.sequenceNumber ?? 1_000) - 1_000);
        if (!bench.abort.signal.aborted) {
          expect(accounted).toBe(position);
        }
      },
    ),
    { numRuns: 60 },
  );
});
