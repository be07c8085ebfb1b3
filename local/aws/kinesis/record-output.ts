import { Written } from '../http/written';
import { describeRange } from './hash-range';
import type { StoredRecord } from './record-log';
import type { Shard } from './shard';

/**
 * An output with `Records` and other members, of which none is a time or bytes. It is written without building objects: a reply
 * holds up to 10,000 records.
 */
export function recordsOutput(records: readonly StoredRecord[], others: Readonly<Record<string, unknown>>): Written {
  return new Written(
    () => {
      const rest = JSON.stringify(others).slice(1);
      return `{"Records":[${joinRecords(records)}]${rest === '}' ? '' : ','}${rest}`;
    },
    (writer) => {
      const members = Object.entries(others).filter(([, value]) => value !== undefined);
      writer.map(members.length + 1);
      writer.text('Records');
      writer.array(records.length);
      for (const { sequenceNumber, arrivalMs, data, partitionKey } of records) {
        writer.map(4);
        writer.text('SequenceNumber');
        writer.text(sequenceNumber);
        writer.text('ApproximateArrivalTimestamp');
        writer.timestamp(arrivalMs);
        writer.text('Data');
        writer.base64(data);
        writer.text('PartitionKey');
        writer.text(partitionKey);
      }
      writer.members(members);
    },
  );
}

/** The shards that took over a closed shard's hash keys, as a reader who reaches its end learns of them. */
export function describeChildren(shard: Shard): readonly unknown[] {
  return shard.children.map(({ id, origin }) => ({
    ShardId: id,
    ParentShards: [origin.parentShardId, origin.adjacentParentShardId].filter((parent) => parent !== undefined),
    HashKeyRange: describeRange(origin.range),
  }));
}

function joinRecords(records: readonly StoredRecord[]): string {
  let text = '';
  for (const { sequenceNumber, arrivalMs, data, partitionKey } of records) {
    text +=
      `${text === '' ? '' : ','}{"SequenceNumber":"${sequenceNumber}","ApproximateArrivalTimestamp":${arrivalMs / 1000},` +
      `"Data":"${data}","PartitionKey":${JSON.stringify(partitionKey)}}`;
  }
  return text;
}
