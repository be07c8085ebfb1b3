/** What went through one shard, or all of a stream's, since the service started. */
export interface Traffic {
  /** Records taken in. */
  readonly recordsIn: number;
  /** Bytes taken in: data and partition keys. */
  readonly bytesIn: number;
  /** Records given out; a record read twice counts twice. */
  readonly recordsOut: number;
  /** Bytes given out: data and partition keys. */
  readonly bytesOut: number;
  /** Records refused because the shard's write limits were used up. */
  readonly throttledWrites: number;
  /** GetRecords and GetShardIterator calls refused because the shard's read limits were used up. */
  readonly throttledReads: number;
}

/** What went through one shard. */
export interface ShardStatistics extends Traffic {
  readonly shardId: string;
  /** Whether the shard takes in records; a split or merge closes it. */
  readonly isOpen: boolean;
  /** Records held: taken in and not yet past the retention. */
  readonly recordsHeld: number;
}

/** What went through one stream. */
export interface StreamStatistics extends Traffic {
  readonly streamName: string;
  readonly openShards: number;
  /** In the order in which they were created. */
  readonly shards: readonly ShardStatistics[];
}

/** Adds up what went through several shards. */
export function totalTraffic(parts: readonly Traffic[]): Traffic {
  const sum = (member: keyof Traffic): number => parts.reduce((total, part) => total + part[member], 0);
  return {
    recordsIn: sum('recordsIn'),
    bytesIn: sum('bytesIn'),
    recordsOut: sum('recordsOut'),
    bytesOut: sum('bytesOut'),
    throttledWrites: sum('throttledWrites'),
    throttledReads: sum('throttledReads'),
  };
}
