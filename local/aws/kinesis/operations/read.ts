import type { Operation } from '../../http/json-service';
import { RawJson } from '../../http/raw-json';
import { streamMembers, type Account } from '../account';
import { expiredIterator, invalidArgument, throughputExceeded } from '../errors';
import { describeRange } from '../hash-range';
import { Input } from '../input';
import { TokenCodec } from '../opaque-token';
import type { StoredRecord } from '../record-log';
import type { Shard } from '../shard';
import type { Stream } from '../stream';

const iteratorTypes = ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP'] as const;
type IteratorType = (typeof iteratorTypes)[number];

/** GetShardIterator and GetRecords. */
export function readOperations(account: Account): Readonly<Record<string, Operation>> {
  const tokens = new TokenCodec('shard iterator');
  const iterator = (stream: Stream, shard: Shard, index: number): string =>
    tokens.seal([stream.name, shard.id, index, account.now()]);

  return {
    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
    GetShardIterator: (members) => {
      const input = new Input('GetShardIterator', members, [
        ...streamMembers,
        'ShardId',
        'ShardIteratorType',
        'StartingSequenceNumber',
        'Timestamp',
      ]);
      const type = input.oneOf('ShardIteratorType', iteratorTypes);
      const stream = account.streamOf(input);
      const shard = account.shardOf(stream, input.string('ShardId'));
      const index = startingIndex(type, input, stream, shard, account.now());
      if (!shard.countIteratorCall(account.now())) {
        throw throughputExceeded(shard.id, stream.name, account.id);
      }
      return { ShardIterator: iterator(stream, shard, index) };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
    GetRecords: (members) => {
      const input = new Input('GetRecords', members, ['ShardIterator', 'Limit', 'StreamARN']);
      const limit = input.optionalInteger('Limit', 1, account.limits.getRecordsCount) ?? account.limits.getRecordsCount;
      const [streamName, shardId, index, createdAtMs] = tokens.open(input.string('ShardIterator')) ?? [];
      const stream = account.streams.get(String(streamName));
      if (stream === undefined || typeof index !== 'number' || typeof createdAtMs !== 'number') {
        throw invalidArgument('Invalid ShardIterator.');
      }
      if (input.has('StreamARN') && input.string('StreamARN') !== stream.props.arn) {
        throw invalidArgument(`The ShardIterator is not one of ${input.string('StreamARN')}.`);
      }
      const now = account.now();
      if (now - createdAtMs > account.limits.iteratorLifetimeMs) {
        throw expiredIterator(createdAtMs, now, account.limits.iteratorLifetimeMs);
      }
      const shard = account.shardOf(stream, String(shardId));
      const read = shard.read(index, limit, now);
      if (read === undefined) {
        throw throughputExceeded(shard.id, stream.name, account.id);
      }
      const tail = read.atEnd
        ? { ChildShards: shard.children.map(describeChild) }
        : { NextShardIterator: iterator(stream, shard, read.next) };
      const rest = JSON.stringify({ ...tail, MillisBehindLatest: read.millisBehindLatest });
      return new RawJson(`{"Records":[${joinRecords(read.records)}],${rest.slice(1)}`);
    },
  };
}

/** The index of the record at which an iterator starts. @throws AwsError InvalidArgumentException */
function startingIndex(type: IteratorType, input: Input, stream: Stream, shard: Shard, nowMs: number): number {
  switch (type) {
    case 'TRIM_HORIZON':
      return shard.trimHorizon;
    case 'LATEST':
      return shard.tip;
    case 'AT_TIMESTAMP':
      return shard.indexAtTime(input.pastTime('Timestamp', nowMs));
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const sequenceNumber = input.optionalString('StartingSequenceNumber');
      if (sequenceNumber === undefined) {
        throw invalidArgument(`Must either specify StartingSequenceNumber or not use ShardIteratorType ${type}.`);
      }
      const index = shard.sequenceNumbers.indexOf(sequenceNumber);
      const isEnd = index === Number.POSITIVE_INFINITY;
      if (index === undefined || (isEnd ? shard.isOpen : index >= shard.tip)) {
        throw invalidArgument(
          `StartingSequenceNumber ${sequenceNumber} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} ` +
            `is invalid because it did not come from this shard.`,
        );
      }
      return isEnd ? shard.tip : type === 'AT_SEQUENCE_NUMBER' ? index : index + 1;
    }
  }
}

/** Records as JSON, without building objects: a reply holds up to 10,000 of them. */
function joinRecords(records: readonly StoredRecord[]): string {
  let text = '';
  for (const { sequenceNumber, arrivalMs, data, partitionKey } of records) {
    text +=
      `${text === '' ? '' : ','}{"SequenceNumber":"${sequenceNumber}","ApproximateArrivalTimestamp":${arrivalMs / 1000},` +
      `"Data":"${data}","PartitionKey":${JSON.stringify(partitionKey)}}`;
  }
  return text;
}

function describeChild(child: Shard): unknown {
  const { parentShardId, adjacentParentShardId, range } = child.origin;
  return {
    ShardId: child.id,
    ParentShards: [parentShardId, adjacentParentShardId].filter((id) => id !== undefined),
    HashKeyRange: describeRange(range),
  };
}
