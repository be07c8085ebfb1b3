import type { KinesisRecord } from '../../../../consumer/kcl/record';
import type { CheckpointResult, ShardProcessor } from '../../../../consumer/kcl/shard-processor';
import { createTelemetryProcessors, type PipelineEvent } from '../../../../consumer/pipeline';
import { MemoryAlerts, type AlertTrouble } from '../../../../consumer/pipeline/alerts/memory-alerts';
import { MemoryDelivery, type Trouble } from '../../../../consumer/pipeline/delivery/memory-delivery';
import { arrivalTimeMs, bytes, fixtureDomain, reading } from '../fixture-domain';
import { SkippingClock } from '../skipping-clock';

/** A shard's processor with a topic. `order` has what happened, in turn. */
class Bench {
  readonly order: string[] = [];
  readonly events: PipelineEvent[] = [];
  readonly clock = new SkippingClock();
  readonly abort = new AbortController();
  readonly alerts: MemoryAlerts;
  readonly processor: ShardProcessor;

  constructor(
    setUp: {
      readonly trouble?: (messages: number) => AlertTrouble | undefined;
      readonly deliveryTrouble?: () => Trouble | undefined;
      readonly checkpoint?: () => CheckpointResult;
      readonly hasTopic?: boolean;
    } = {},
  ) {
    const { checkpoint = () => 'stored', deliveryTrouble = () => undefined, hasTopic = true, trouble = () => undefined } = setUp;
    this.alerts = new MemoryAlerts((messages) => {
      this.order.push(`alerts ${messages}`);
      return trouble(messages);
    });
    const delivery = new MemoryDelivery(['rows', 'repairs', 'quarantine'], (stream) => {
      this.order.push(stream);
      return deliveryTrouble();
    });
    const factory = createTelemetryProcessors({
      domain: fixtureDomain,
      deliveryStreams: { readings: 'rows', repairs: 'repairs' },
      quarantineStream: 'quarantine',
      delivery,
      ...(hasTopic && { alerts: { port: this.alerts, perMinute: 10 } }),
      flushIntervalMs: 5_000,
      checkpointIntervalMs: 5_000,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
    });
    this.processor = factory({
      shardId: 'shardId-000000000001',
      startAfter: 'TRIM_HORIZON',
      startAfterSubSequenceNumber: 0,
      fencingToken: 1,
      confirmLease: async () => 'held',
      signal: this.abort.signal,
      checkpointer: {
        checkpoint: async ({ sequenceNumber }) => {
          const result = checkpoint();
          this.order.push(`checkpoint ${sequenceNumber} ${result}`);
          return result;
        },
      },
    }) as ShardProcessor;
  }

  give(...documents: unknown[]): Promise<void> {
    const records = documents.map((document, index): KinesisRecord => ({
      partitionKey: 'machine-1',
      sequenceNumber: String(1_001 + index),
      subSequenceNumber: 0,
      data: bytes(document),
      arrivalTimeMs,
    }));
    return this.processor.process({ records, millisBehindLatest: 0 });
  }

  get ids(): readonly unknown[] {
    return this.alerts.accepted.map(({ attributes }) => attributes['alert_id']);
  }

  ofType(type: PipelineEvent['type']): readonly PipelineEvent[] {
    return this.events.filter((event) => event.type === type);
  }
}

const alarming = (sequence: number, changes: Readonly<Record<string, unknown>> = {}) =>
  reading({ sequence, note: 'alert', ...changes });

describe('the alerts of a shard', () => {
  test('are sent when their rows are delivered, and before the checkpoint', async () => {
    const bench = new Bench();
    await bench.give(reading(), alarming(2), alarming(3));
    expect(bench.order).toEqual([]);
    await bench.processor.handOver();
    expect(bench.order).toEqual(['rows', 'alerts 2', 'checkpoint 1003 stored']);
    expect(bench.ids).toEqual(['machine-1/temperature/2', 'machine-1/temperature/3']);
    expect(JSON.parse(bench.alerts.accepted[0]?.body ?? '')).toMatchObject({
      unit: 'degC',
      row: { table: 'readings', sequence: 2 },
    });
  });

  test('are none of a message that is dropped as a duplicate, rejected, or becomes no row', async () => {
    const bench = new Bench();
    await bench.give(alarming(1), alarming(1), alarming(2, { mode: 'nan' }), alarming(3, { speed: 'fast' }));
    await bench.processor.handOver();
    expect(bench.ids).toEqual(['machine-1/temperature/1']);
  });

  test('wait for Firehose', async () => {
    let refusals = 3;
    const bench = new Bench({ deliveryTrouble: () => ((refusals -= 1) >= 0 ? { unavailable: 'Throttled' } : undefined) });
    await bench.give(alarming(1));
    await bench.processor.handOver();
    expect(bench.order).toEqual(['rows', 'rows', 'rows', 'rows', 'alerts 1', 'checkpoint 1001 stored']);
  });

  test('come again under the same id when the checkpoint was not stored', async () => {
    const first = new Bench({ checkpoint: () => 'lost' });
    await first.give(alarming(1));
    await expect(first.processor.handOver()).rejects.toThrow('stopped before everything was delivered');
    const second = new Bench();
    await second.give(alarming(1));
    await second.processor.handOver();
    expect(second.ids).toEqual(first.ids);
    expect(second.alerts.accepted).toEqual(first.alerts.accepted);
  });

  test('do not keep rows from being checkpointed when the topic takes nothing', async () => {
    const bench = new Bench({ trouble: () => ({ unavailable: 'InternalError' }) });
    for (let round = 1; round <= 3; round += 1) {
      await bench.give(alarming(round));
      bench.clock.nowMs += 5_000;
      await bench.processor.idle?.();
    }
    expect(bench.order.filter((each) => each.startsWith('checkpoint'))).toHaveLength(3);
    expect(bench.ofType('alert-lost')).toHaveLength(3);
    expect(bench.ids).toEqual([]);
  });

  test('are left to the next owner when the shard is lost while they are sent', async () => {
    const bench: Bench = new Bench({
      trouble: () => {
        bench.abort.abort();
        return { unavailable: 'Throttled' };
      },
    });
    await bench.give(alarming(1));
    await expect(bench.processor.handOver()).rejects.toThrow();
    expect(bench.order).toEqual(['rows', 'alerts 1']);
    expect([...bench.ofType('ledger'), ...bench.ofType('alert-lost')]).toEqual([]);
  });

  test('go nowhere without a topic', async () => {
    const bench = new Bench({ hasTopic: false });
    await bench.give(alarming(1));
    await bench.processor.handOver();
    expect(bench.order).toEqual(['rows', 'checkpoint 1001 stored']);
  });
});
