import type { ChildShard } from '@aws-sdk/client-kinesis';
import type { KinesisRecord } from '../../record';

/** What a GetRecords reply says. */
export interface RecordsReply {
  readonly records: readonly KinesisRecord[];
  /** Of the records' data. */
  readonly bytes: number;
  readonly nextIterator: string | undefined;
  /** Undefined when the reply does not say. */
  readonly millisBehindLatest: number | undefined;
  readonly children: readonly ChildShard[];
}

/** The reply as it stands in AWS JSON 1.1: binary values in base64, times in seconds since the epoch with a fraction. */
interface WireReply {
  readonly Records?: readonly (WireRecord | null)[];
  readonly NextShardIterator?: string | null;
  readonly MillisBehindLatest?: number | null;
  readonly ChildShards?: readonly ChildShard[] | null;
}

interface WireRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp?: number | null;
  readonly Data: string;
  readonly PartitionKey: string;
}

/**
 * Reads the body of a GetRecords reply. This is where a consumer spends its time, so it does in one pass what the SDK does in
 * several, field by field by the service's model; `npm run bench` compares the two.
 *
 * @throws Error when the body is not such a reply, as when a proxy has answered
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export function parseRecordsReply(body: Uint8Array): RecordsReply {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const reply = parse(text);
  let bytes = 0;
  const records = reply.Records.map((record) => {
    if (
      typeof record?.Data !== 'string' ||
      typeof record.SequenceNumber !== 'string' ||
      typeof record.PartitionKey !== 'string'
    ) {
      throw new Error('the stream answered GetRecords with a record without Data, SequenceNumber or PartitionKey');
    }
    const data = Buffer.from(record.Data, 'base64');
    bytes += data.byteLength;
    return {
      partitionKey: record.PartitionKey,
      sequenceNumber: record.SequenceNumber,
      subSequenceNumber: 0,
      data,
      arrivalTimeMs: Math.round((record.ApproximateArrivalTimestamp ?? 0) * 1000),
    };
  });
  return {
    records,
    bytes,
    nextIterator: reply.NextShardIterator ?? undefined,
    millisBehindLatest: reply.MillisBehindLatest ?? undefined,
    children: reply.ChildShards ?? [],
  };
}

function parse(text: string): Required<Pick<WireReply, 'Records'>> & WireReply {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch (error: unknown) {
    throw new Error('the stream answered GetRecords with something that is not JSON', { cause: error });
  }
  const { Records } = (reply ?? {}) as WireReply;
  if (!Array.isArray(Records)) {
    throw new Error('the stream answered GetRecords without Records');
  }
  return { ...(reply as WireReply), Records };
}
