import type { InMemoryStream } from '../in-memory/in-memory-stream';
import type { ShardProcessor } from '../shard-processor';
import type { Network } from './network';
import type { ProcessorProps } from './processors';
import type { RecordBook } from './record-book';
import type { Scenario } from './scenario';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';
import type { WatermarkWatch } from './watermark-watch';

/** Who puts records on the stream. */
export interface Traffic {
  start(): void;
  stop(): void;
  /** One record in every open shard. */
  putEverywhere(): void;
  /** User records put into shards that they do not belong to; consumers leave them out, and tell how many. */
  readonly misplaced: number;
}

/** What a workload works with. */
export interface WorkloadWorld {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly stream: InMemoryStream;
  readonly book: RecordBook;
  /** Is told of each record of the stream, as it is put. */
  readonly watermarks: WatermarkWatch;
  readonly network: Network;
  /** Whether the sink takes nothing just now. */
  readonly isSinkFull: () => boolean;
}

/** An application, in place of the simulator's own records and processors: it goes through the same faults, under the same invariants. */
export interface Workload {
  readonly traffic: Traffic;
  /** Makes the processor of a shard. It tells `given` what it is given, and the book what it has dealt with before it checkpoints it. */
  readonly processor: (props: ProcessorProps) => ShardProcessor;
  /**
   * How much longer than without data leases may move after the last record, in milliseconds: they weigh what their shards bring, by an
   * average that is slow to forget.
   */
  readonly settleMs: number;
}

/** @param world - of the run; nothing has happened in it yet */
export type WorkloadFactory = (world: WorkloadWorld) => Workload;
