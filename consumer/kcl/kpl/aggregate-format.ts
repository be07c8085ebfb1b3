import { tag, wireType } from './wire';

/**
 * The format of the Kinesis Producer Library's aggregated records: four magic bytes, a protobuf message, and the MD5 of the message.
 *
 *     message AggregatedRecord {
 *       repeated string partition_key_table = 1;
 *       repeated string explicit_hash_key_table = 2;
 *       repeated Record records = 3;
 *     }
 *     message Record {
 *       required uint64 partition_key_index = 1;
 *       optional uint64 explicit_hash_key_index = 2;
 *       required bytes data = 3;
 *       repeated Tag tags = 4;          // written by nobody; passed over
 *     }
 *
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */

export const magic = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);
export const digestBytes = 16;

/** The tags of AggregatedRecord's fields. */
export const aggregateTag = {
  partitionKey: tag(1, wireType.lengthDelimited),
  explicitHashKey: tag(2, wireType.lengthDelimited),
  record: tag(3, wireType.lengthDelimited),
} as const;

/** The tags of Record's fields. */
export const recordTag = {
  partitionKeyIndex: tag(1, wireType.varint),
  explicitHashKeyIndex: tag(2, wireType.varint),
  data: tag(3, wireType.lengthDelimited),
} as const;

/** Whether the data begins as an aggregate does, and so is one unless it is broken. */
export function startsWithMagic(data: Uint8Array): boolean {
  return data[0] === magic[0] && data[1] === magic[1] && data[2] === magic[2] && data[3] === magic[3];
}
