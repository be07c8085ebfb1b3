import type { Column } from './column';
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

/** The table of quarantined records in the lake's catalogue. No table of a domain may be called so. */
export const quarantineTableName = 'quarantine';

/** The members of a quarantined record as columns, in their order: what SQL over the quarantine sees. */
export const quarantineColumns = [
  { name: 'reason', type: 'string', doc: 'Why it was put into quarantine: a stable code.' },
  { name: 'message', type: 'string', doc: 'What was wrong, for a person.' },
  { name: 'field', type: 'string', doc: 'The field at fault; null for the record as a whole.' },
  { name: 'domain', type: 'string', doc: 'The domain that the record was meant for.' },
  { name: 'shard_id', type: 'string', doc: 'The shard, or the delivery stream, that it came by.' },
  { name: 'sequence_number', type: 'string', doc: "The stream's number of the record." },
  {
    name: 'sub_sequence_number',
    type: 'int',
    doc: 'Its index inside an aggregate, or its line inside a file; 0 for a record of its own.',
  },
  { name: 'partition_key', type: 'string', doc: 'The partition key that it was sent with: the device, as a rule.' },
  { name: 'arrival_time', type: 'timestamp', doc: 'When it was received, UTC.' },
  { name: 'data', type: 'string', doc: 'The original bytes, encoded as encoding says.' },
  { name: 'encoding', type: 'string', doc: 'base64 or gzip+base64.' },
  { name: 'size_bytes', type: 'bigint', doc: 'The size of the original bytes.' },
  { name: 'part', type: 'int', doc: 'Which part of data this is, from 0.' },
  { name: 'parts', type: 'int', doc: 'How many parts the record has.' },
] as const satisfies readonly (Column & { readonly name: keyof QuarantineRecord })[];
