/** How far a shard has been replayed. */
export interface ShardReplay {
  readonly shardId: string;
  /** `done`: everything in the range was processed and checkpointed; `ended`: and it was the whole shard. */
  readonly state: 'reading' | 'done' | 'ended';
  /** Records of the range that the processor was given, repeats after a failure included. */
  readonly records: number;
  /** Of their data. */
  readonly bytes: number;
  /** Records read and left out, since they arrived before or after the range. */
  readonly outside: number;
  /** When the last record that was read had arrived, in milliseconds since the epoch; undefined before the first. */
  readonly readToMs: number | undefined;
}

/** What a replay came to. */
export interface ReplayResult {
  /** Whether all of the range was processed; false when it was interrupted. Started again with the same range it goes on. */
  readonly complete: boolean;
  readonly shards: readonly ShardReplay[];
  readonly records: number;
  readonly bytes: number;
  readonly outside: number;
}

/** The figures of all shards. */
export function sumOf(complete: boolean, shards: readonly ShardReplay[]): ReplayResult {
  const sum = (field: 'records' | 'bytes' | 'outside'): number => shards.reduce((total, shard) => total + shard[field], 0);
  return { complete, shards, records: sum('records'), bytes: sum('bytes'), outside: sum('outside') };
}
