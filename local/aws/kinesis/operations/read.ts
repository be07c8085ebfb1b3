import type { Operation } from '../../http/json-service';
import { streamMembers, type Account } from '../account';
import { expiredIterator, invalidArgument, throughputExceeded } from '../errors';
import { Input } from '../input';
import { TokenCodec } from '../opaque-token';
import { describeChildren, recordsOutput } from '../record-output';
import type { Shard } from '../shard';
import { startingIndex, type StartingMembers } from '../starting-index';
import type { Stream } from '../stream';

const startingMembers: StartingMembers = {
  operation: 'GetShardIterator',
  type: 'ShardIteratorType',
  sequenceNumber: 'StartingSequenceNumber',
};

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
      const stream = account.streamOf(input);
      const shard = account.shardOf(stream, input.string('ShardId'));
      const index = startingIndex(input, startingMembers, stream, shard, account.now());
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
        ? { ChildShards: describeChildren(shard) }
        : { NextShardIterator: iterator(stream, shard, read.next) };
      return recordsOutput(read.records, { ...tail, MillisBehindLatest: read.millisBehindLatest });
    },
  };
}
