/**
 * The attributes of a device's item in the device state table: what the consumer writes, and what may be read of it by others. The
 * key is `device_id`, a string.
 */
export const deviceItem = {
  deviceId: 'device_id',
  /** The shard on which the device was heard last. */
  shardId: 'shard_id',
  /** The fencing token of the processor that wrote it. */
  fence: 'fence',
  /** The record after which `state` was the state. Text whose order is that of the records. */
  position: 'position',
  /** What is remembered of the device: bytes of the consumer's own. */
  state: 'state',
  /** The state before, which the checkpoint covered; as it differs from `state`. */
  previous: 'previous',
  previousPosition: 'previous_position',
  /** Of the last message. */
  sequence: 'sequence',
  /** Of the last message, ISO 8601, UTC. */
  eventTime: 'event_time',
  /** When the item was written, ISO 8601, UTC: a checkpoint after the message, at most. */
  updated: 'updated',
  /** A map: the columns that the domain names in `latest`, of the device's last row. */
  latest: 'latest',
} as const;
