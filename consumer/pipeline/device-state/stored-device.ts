/**
 * What is stored of a device, and what of it may be believed. The state goes with the checkpoint: at a checkpoint Firehose first
 * accepts the rows, then the states of the devices that have changed are stored, then the checkpoint moves. A crash in between leaves
 * states that are ahead of the checkpoint, and the records after it are processed again. So two versions are kept: the newest, and the
 * newest of those that the checkpoint covered when it was written. The one that goes on is the newest that lies before the record in hand.
 *
 * What a worker writes that has lost its lease, and does not know, is refused by its fencing token; what comes late, by its position. All
 * of it is in decision 23.
 */

/** What was remembered of a device after one of its records. */
export interface DeviceVersion {
  /** That of the record: see `positionText`. */
  readonly position: string;
  /** See `device-envelope.ts`. */
  readonly bytes: Uint8Array;
}

/** A device as it is stored. */
export interface StoredDevice {
  /** The shard on which it was heard. */
  readonly shardId: string;
  /** The fencing token of the processor that wrote it; compares with others of the same shard. */
  readonly fence: number;
  /** The newest version. Ahead of the shard's checkpoint, when its writer did not come to move it. */
  readonly state: DeviceVersion;
  /** The newest version that the checkpoint covered when `state` was written; undefined = the device was not known before. */
  readonly previous: DeviceVersion | undefined;
}

/** Who has written what stands in a write's way. */
export type Refusal =
  /** A processor of the same shard with a higher token, or this one later: this one's time is over, or the lease table was made anew. */
  | 'fence'
  /** A processor of another shard, on which the device was heard later. */
  | 'shard';

/**
 * The version that goes on with a record: the newest that lies before it. Every record after the checkpoint is given again, so a version
 * that lies before the first record of the device that is given holds exactly what the checkpoint covers.
 *
 * @param position of the first record of the device that a processor has to handle
 * @returns undefined when the device begins anew
 */
export function versionBefore(stored: StoredDevice | undefined, position: string): DeviceVersion | undefined {
  return [stored?.state, stored?.previous].find((version) => version !== undefined && version.position < position);
}

/**
 * Whether what is stored says that somebody else has gone on with the device: a processor of the same shard with a higher token, or one of
 * another shard from this record on. A worker that finds that has lost the shard, as a rule, and does not know: the versions that are
 * stored may all lie behind its record, and what it would begin anew is wrong.
 *
 * @param reader - the position is that of the first record that it has to handle
 */
export function overtakenBy(
  stored: StoredDevice | undefined,
  reader: Pick<StoredDevice, 'shardId' | 'fence'> & { readonly position: string },
): Refusal | undefined {
  if (stored === undefined) {
    return undefined;
  }
  if (stored.shardId !== reader.shardId) {
    return stored.state.position < reader.position ? undefined : 'shard';
  }
  return stored.fence > reader.fence ? 'fence' : undefined;
}

/**
 * Whether a write has to be refused, and by whom; undefined = it may replace what is stored.
 *
 * On one shard a higher token wins, whatever the position: the successor of a worker that wrote ahead of the checkpoint may stop before
 * it. Of one processor's own writes none may undo a later one. From one shard to another the position decides.
 */
export function refusalOf(
  stored: Pick<StoredDevice, 'shardId' | 'fence'> & { readonly state: Pick<DeviceVersion, 'position'> },
  write: Pick<StoredDevice, 'shardId' | 'fence'> & { readonly state: Pick<DeviceVersion, 'position'> },
): Refusal | undefined {
  const [was, is] = [stored.state.position, write.state.position];
  if (stored.shardId !== write.shardId) {
    return was < is ? undefined : 'shard';
  }
  return stored.fence < write.fence || (stored.fence === write.fence && was <= is) ? undefined : 'fence';
}
