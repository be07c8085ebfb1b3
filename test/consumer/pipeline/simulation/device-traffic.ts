import { aggregate, misplaced, type RecordToPut, type UserRecord } from '../../../../consumer/kcl';
import type { HashRange } from '../../../../consumer/kcl/decisions/hash-range';
import type { Traffic, WorkloadWorld } from '../../../../consumer/kcl/simulator/workload';
import type { KinesisRecord } from '../../../../consumer/kcl/record';
import { bytes } from '../fixture-domain';
import type { MessageSource } from './messages';

/** A record as the consumer has to see it, in the order in which it was put. */
export interface PutRecord extends KinesisRecord {
  readonly shardId: string;
}

/** Puts what devices send at random times, under their ids; in some runs as KPL aggregates, by what is known of the shards. */
export class DeviceTraffic implements Traffic {
  /** Everything that a consumer has to deal with, oldest first. */
  readonly put: PutRecord[] = [];
  misplaced = 0;
  private stopped = false;
  private known: readonly HashRange[] = [];

  constructor(
    private readonly world: WorkloadWorld,
    private readonly messages: MessageSource,
    /** Mean time between two puts, in milliseconds. */
    private readonly everyMs: number,
  ) {}

  start(): void {
    const { random, scenario, scheduler } = this.world;
    scheduler.after(random.exponential(this.everyMs), () => {
      if (!this.stopped) {
        const records: UserRecord[] = [];
        for (let count = random.integer(1, scenario.putRecords); count > 0; count -= 1) {
          const next = this.messages.next();
          records.push(...(next.done === true ? [] : [next.value]));
        }
        if (scenario.aggregates && random.chance(0.7)) {
          this.putAggregated(records);
        } else {
          records.forEach(({ data, partitionKey }) => this.keep(this.putRecord(partitionKey, { data })));
        }
        this.start();
      }
    });
  }

  stop(): void {
    this.stopped = true;
  }

  putEverywhere(): void {
    const { stream } = this.world;
    for (const id of stream.openShardIds) {
      // Of no device: it goes to quarantine.
      this.keep(this.putRecord('nobody', { data: bytes('{'), explicitHashKey: stream.startOf(id) }));
    }
  }

  private putAggregated(records: readonly UserRecord[]): void {
    const { random, stream } = this.world;
    if (this.known.length === 0 || random.chance(0.1)) {
      this.known = stream.openRanges;
    }
    for (const record of aggregate(records, { shards: this.known, maxRecords: 5 })) {
      this.putAggregate(record);
    }
  }

  private putAggregate(toPut: RecordToPut): void {
    const { data, explicitHashKey, partitionKey, userRecords } = toPut;
    const { stream } = this.world;
    const hash = explicitHashKey === undefined ? {} : { explicitHashKey: BigInt(explicitHashKey) };
    const record = this.putRecord(partitionKey, { data, ...hash });
    const left = new Set(misplaced(toPut, stream.rangeOf(record.shardId)));
    this.misplaced += left.size;
    userRecords.forEach((userRecord, subSequenceNumber) => {
      if (!left.has(userRecord)) {
        this.keep({ ...record, subSequenceNumber, partitionKey: userRecord.partitionKey, data: userRecord.data });
      }
    });
  }

  private putRecord(partitionKey: string, what: Parameters<WorkloadWorld['stream']['put']>[1]): PutRecord {
    const { stream, watermarks } = this.world;
    const record = stream.put(partitionKey, what);
    watermarks.put(record.shardId, record.arrivalTimeMs);
    return record;
  }

  private keep(record: PutRecord): void {
    this.put.push(record);
    this.world.book.add(record.shardId, record, record.arrivalTimeMs, record.data);
  }
}
