import type { ReasonCode } from './reason';

/**
 * A record that could not be used, as it is kept: one JSON document per line in gzip files under the quarantine prefix. With the
 * original bytes in it, so that it can be repaired and sent again.
 */
export interface QuarantineRecord {
  readonly reason: ReasonCode;
  /** What was wrong, for a person. */
  readonly message: string;
  /** The field at fault. @default - the record as a whole */
  readonly field?: string;
  readonly domain: string;
  readonly shard_id: string;
  /** The stream's sequence number; with shard_id and sub_sequence_number it identifies the record. */
  readonly sequence_number: string;
  /** Index inside a KPL aggregate; 0 for a record of its own. */
  readonly sub_sequence_number: number;
  readonly partition_key: string;
  /** When the stream received the record, ISO 8601, UTC. */
  readonly arrival_time: string;
  /** The original bytes, encoded as `encoding` says. */
  readonly data: string;
  readonly encoding: 'base64' | 'gzip+base64';
  /** The size of the original bytes. */
  readonly size_bytes: number;
  /** Which part of `data` this is, from 0, and how many there are: a Firehose record holds at most 1,000 KiB. */
  readonly part: number;
  readonly parts: number;
}
