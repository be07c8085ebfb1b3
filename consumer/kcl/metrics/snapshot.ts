import type { Position } from '../decisions/position';
import type { CounterName, HistogramName } from './catalogue';
import type { HistogramSnapshot } from './histogram';
import type { Labels } from './labelled';

/** A shard whose lease the worker holds, as it stands. Ages are in milliseconds before the snapshot. */
export interface ShardSnapshot {
  readonly shardId: string;
  readonly heldMs: number;
  /** On the monotonic clock: tells this holding of the lease from one before it. */
  readonly heldSinceMs: number;
  /** The last checkpoint that was stored; where the shard started, until there is one. */
  readonly checkpoint: Position;
  /** Since that checkpoint was stored; undefined when this worker has not stored one. */
  readonly checkpointAgeMs: number | undefined;
  /**
   * What the lease claims: all that arrived before this, by the stream's clock, is checkpointed. Milliseconds since the epoch; undefined
   * when it claims nothing.
   */
  readonly arrivalWatermarkMs: number | undefined;
  /** How far that time lies back on this machine's wall clock; undefined when nothing is claimed. */
  readonly watermarkAgeMs: number | undefined;
  /** How far the last batch was behind the tip, in milliseconds; undefined before the first. */
  readonly lagMs: number | undefined;
  /** Since the last batch was dealt with; undefined before the first. */
  readonly batchAgeMs: number | undefined;
  /**
   * For how long the shard has not advanced though it has data, or no read and no batch has come to its end. About the interval
   * between two reads when all is well.
   */
  readonly stalledMs: number;
  /** Since the lease was taken. */
  readonly records: number;
  /** Of the records' data. */
  readonly bytes: number;
}

/** What a worker did so far, and how it stands. */
export interface KclSnapshot {
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
  /** In the order in which the leases were taken. */
  readonly shards: readonly ShardSnapshot[];
  /** Since the start; metrics without labels are there from the start. */
  readonly counters: Readonly<Record<CounterName, readonly { readonly labels: Labels; readonly value: number }[]>>;
  readonly histograms: Readonly<Record<HistogramName, readonly { readonly labels: Labels; readonly value: HistogramSnapshot }[]>>;
  /** For how long reading or writing the lease table has been failing; undefined when the last failure was followed by quiet. */
  readonly tableFailingMs: number | undefined;
  /** Why the worker ended, if it had to. */
  readonly fatal: string | undefined;
}

/** For how long the shard that has stood still longest has, in milliseconds; 0 when there is none. */
export function greatestStallMs(shards: readonly ShardSnapshot[]): number {
  return shards.reduce((most, { stalledMs }) => Math.max(most, stalledMs), 0);
}

/** How long the time that a shard claims to be complete until lies back, or, when it claims nothing, how long its lease has been held. */
export function incompleteMs({ heldMs, watermarkAgeMs }: ShardSnapshot): number {
  return watermarkAgeMs ?? heldMs;
}

/** How far the shard that lags most is behind, in milliseconds; 0 when there is none. */
export function greatestLagMs(shards: readonly ShardSnapshot[]): number {
  return shards.reduce((most, { lagMs }) => Math.max(most, lagMs ?? 0), 0);
}
