import { gzipSync } from 'node:zlib';
import { maxFirehoseRecordBytes } from './firehose-record';
import type { QuarantineRecord } from './quarantine';
import type { Rejection } from './rejection';

/** The record that was rejected, as it came from the stream. */
export interface RejectedRecord {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly data: Uint8Array;
  readonly arrivalTimeMs: number;
}

/** Space in a line for everything beside `data`: a key of 256 characters, messages of a few hundred, escapes included. */
const otherMembersBytes = 16 * 1024;

/**
 * The quarantine's JSON lines for a rejected record, each ending in a newline and small enough for a Firehose record: one line
 * with the bytes as base64; when that is too long, gzipped first; when that is too long still, the shorter of the two in several
 * lines. The parts' `data`, decoded and joined by `part`, are the whole; each part decodes by itself as well.
 */
export function quarantineLines(
  rejection: Rejection,
  record: RejectedRecord,
  origin: { readonly domain: string; readonly shardId: string },
  maxLineBytes = maxFirehoseRecordBytes,
): readonly string[] {
  // Three bytes become four characters of base64; whole groups of three keep padding out of all parts but the last.
  const perPart = Math.floor(Math.max(4, maxLineBytes - otherMembersBytes) / 4) * 3;
  const { data } = record;
  const zipped = data.byteLength > perPart ? gzipSync(data) : undefined;
  const useZipped = zipped !== undefined && zipped.byteLength < data.byteLength;
  const bytes = asBuffer(useZipped ? zipped : data);
  const parts = Math.max(1, Math.ceil(bytes.length / perPart));
  return Array.from({ length: parts }, (_, part) => {
    const line: QuarantineRecord = {
      reason: rejection.reason,
      message: rejection.message,
      ...(rejection.field !== undefined && { field: rejection.field }),
      domain: origin.domain,
      shard_id: origin.shardId,
      sequence_number: record.sequenceNumber,
      sub_sequence_number: record.subSequenceNumber,
      partition_key: record.partitionKey,
      arrival_time: new Date(record.arrivalTimeMs).toISOString(),
      data: bytes.subarray(part * perPart, (part + 1) * perPart).toString('base64'),
      encoding: useZipped ? 'gzip+base64' : 'base64',
      size_bytes: data.byteLength,
      part,
      parts,
    };
    return `${JSON.stringify(line)}\n`;
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
