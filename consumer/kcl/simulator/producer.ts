import { maxHashKey, type HashRange } from '../decisions/hash-range';
import type { InMemoryStream } from '../in-memory/in-memory-stream';
import { aggregate, misplaced, type RecordToPut, type UserRecord } from '../kpl/aggregator';
import type { RecordBook } from './record-book';
import type { Scenario } from './scenario';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';
import type { WatermarkWatch } from './watermark-watch';
import type { Traffic } from './workload';

export interface ProducerProps {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly stream: InMemoryStream;
  readonly book: RecordBook;
  readonly watermarks: WatermarkWatch;
}

/** Puts records at random times with random hash keys; in some runs as KPL aggregates. */
export class Producer implements Traffic {
  private stopped = false;
  private made = 0;
  /** The shards as the producer knows them, which is not always as they are. */
  private known: readonly HashRange[] = [];
  misplaced = 0;

  constructor(private readonly props: ProducerProps) {}

  start(): void {
    const { random, scenario, scheduler } = this.props;
    scheduler.after(random.exponential(scenario.putEveryMs), () => {
      if (!this.stopped) {
        const aggregated = scenario.aggregates && random.chance(0.7);
        const hash = this.hash();
        // Most of a put goes to one shard, as a busy device does; those of an aggregate lie side by side.
        const hashes = Array.from({ length: random.integer(1, scenario.putRecords) }, () =>
          random.chance(0.8) ? (aggregated ? this.near(hash) : hash) : this.hash(),
        );
        if (aggregated) {
          this.putAggregated(hashes);
        } else {
          hashes.forEach((each) => this.put(each));
        }
        this.start();
      }
    });
  }

  stop(): void {
    this.stopped = true;
  }

  putEverywhere(): void {
    for (const id of this.props.stream.openShardIds) {
      this.put(this.props.stream.startOf(id));
    }
  }

  private hash(): bigint {
    return (maxHashKey * BigInt(Math.floor(this.props.random.next() * 1e9))) / 1_000_000_000n;
  }

  private near(hash: bigint): bigint {
    const distance = (maxHashKey * BigInt(this.props.random.integer(0, 100_000))) / 1_000_000n;
    return hash + distance > maxHashKey ? hash - distance : hash + distance;
  }

  private put(explicitHashKey: bigint): void {
    const { book, stream, watermarks } = this.props;
    const record = stream.put('device', { explicitHashKey });
    watermarks.put(record.shardId, record.arrivalTimeMs);
    book.add(record.shardId, record, record.arrivalTimeMs);
  }

  private putAggregated(hashes: readonly bigint[]): void {
    const { random, stream } = this.props;
    if (this.known.length === 0 || random.chance(0.1)) {
      this.known = stream.openRanges;
    }
    const userRecords = hashes.map((hash): UserRecord => {
      this.made += 1;
      const data = Buffer.alloc(8);
      data.writeUInt32BE(this.made, 0);
      return { partitionKey: `device-${this.made}`, explicitHashKey: String(hash), data };
    });
    for (const record of aggregate(userRecords, { shards: this.known, maxRecords: 5 })) {
      this.putAggregate(record);
    }
  }

  private putAggregate(toPut: RecordToPut): void {
    const { book, stream, watermarks } = this.props;
    const { data, explicitHashKey, partitionKey, userRecords } = toPut;
    const record = stream.put(partitionKey, {
      data,
      ...(explicitHashKey !== undefined && { explicitHashKey: BigInt(explicitHashKey) }),
    });
    watermarks.put(record.shardId, record.arrivalTimeMs);
    const left = new Set(misplaced(toPut, stream.rangeOf(record.shardId)));
    this.misplaced += left.size;
    userRecords.forEach((userRecord, subSequenceNumber) => {
      if (!left.has(userRecord)) {
        book.add(record.shardId, { ...record, subSequenceNumber }, record.arrivalTimeMs, userRecord.data);
      }
    });
  }
}
