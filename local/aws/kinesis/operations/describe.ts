import type { Operation } from '../../http/json-service';
import { Timestamp } from '../../http/timestamp';
import { streamMembers, type Account } from '../account';
import { expiredNextToken, invalidArgument } from '../errors';
import { describeRange } from '../hash-range';
import { Input } from '../input';
import { TokenCodec } from '../opaque-token';
import { parseShardFilter, passes, type ShardFilter } from '../shard-filter';
import type { Shard } from '../shard';
import type { Stream } from '../stream';

/** DescribeStream, DescribeStreamSummary, ListShards and ListStreams. */
export function describeOperations(account: Account): Readonly<Record<string, Operation>> {
  const tokens = new TokenCodec('shard list');
  return {
    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html */
    DescribeStream: (members) => {
      const input = new Input('DescribeStream', members, [...streamMembers, 'Limit', 'ExclusiveStartShardId']);
      account.countCall('DescribeStream');
      const stream = account.streamOf(input);
      const limit = input.optionalInteger('Limit', 1, 10_000) ?? 100;
      const after = input.optionalString('ExclusiveStartShardId') ?? '';
      const shards = stream.shards(account.now()).filter(({ id }) => id > after);
      return {
        StreamDescription: {
          ...describeStream(stream, account.now()),
          Shards: shards.slice(0, limit).map(describeShard),
          HasMoreShards: shards.length > limit,
        },
      };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html */
    DescribeStreamSummary: (members) => {
      const input = new Input('DescribeStreamSummary', members, streamMembers);
      account.countCall('DescribeStreamSummary');
      const stream = account.streamOf(input);
      return {
        StreamDescriptionSummary: {
          ...describeStream(stream, account.now()),
          OpenShardCount: stream.openShards().length,
          ConsumerCount: account.consumers.of(stream, account.now()).length,
          MaxRecordSizeInKiB: account.limits.recordBytes / 1024,
        },
      };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
    ListShards: (members) => {
      const input = new Input('ListShards', members, [
        ...streamMembers,
        'NextToken',
        'ExclusiveStartShardId',
        'MaxResults',
        'StreamCreationTimestamp',
        'ShardFilter',
      ]);
      account.countCall('ListShards');
      const now = account.now();
      const limit = input.optionalInteger('MaxResults', 1, 10_000) ?? 1000;
      const page = input.has('NextToken') ? continued(account, tokens, input) : first(account, input);
      const { stream, filter } = page;
      const horizon = stream.trimHorizonMs(now);
      const shards = stream.shards(now).filter((shard) => shard.id > page.after && passes(filter, shard, horizon));
      const last = shards[limit - 1];
      return {
        Shards: shards.slice(0, limit).map(describeShard),
        ...(last === undefined || shards.length === limit
          ? {}
          : { NextToken: tokens.seal([stream.name, last.id, JSON.stringify(filter), now]) }),
      };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html */
    ListStreams: (members) => {
      const input = new Input('ListStreams', members, ['Limit', 'ExclusiveStartStreamName', 'NextToken']);
      account.countCall('ListStreams');
      const limit = input.optionalInteger('Limit', 1, 10_000) ?? 100;
      // The token is the last name of the page before: names are no secret.
      const after = input.optionalString('NextToken') ?? input.optionalString('ExclusiveStartStreamName') ?? '';
      const streams = [...account.streams.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
      const rest = streams.filter(({ name }) => name > after);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        StreamNames: page.map(({ name }) => name),
        StreamSummaries: page.map((stream) => summarizeStream(stream, account.now())),
        HasMoreStreams: rest.length > limit,
        ...(last !== undefined && rest.length > limit ? { NextToken: last.name } : {}),
      };
    },
  };
}

interface ShardPage {
  readonly stream: Stream;
  readonly filter: ShardFilter;
  /** Only shards after this one. */
  readonly after: string;
}

function first(account: Account, input: Input): ShardPage {
  const stream = account.streamOf(input);
  const created = input.has('StreamCreationTimestamp') ? input.pastTime('StreamCreationTimestamp', account.now()) : undefined;
  if (created !== undefined && Math.floor(created / 1000) !== Math.floor(stream.props.createdAtMs / 1000)) {
    throw invalidArgument(`Stream ${stream.name} was not created at StreamCreationTimestamp.`);
  }
  const filter: ShardFilter = input.has('ShardFilter')
    ? parseShardFilter(input.structure('ShardFilter', ['Type', 'ShardId', 'Timestamp']), account.now())
    : { type: 'FROM_TRIM_HORIZON' };
  return { stream, filter, after: input.optionalString('ExclusiveStartShardId') ?? '' };
}

function continued(account: Account, tokens: TokenCodec, input: Input): ShardPage {
  for (const name of [...streamMembers, 'ExclusiveStartShardId', 'StreamCreationTimestamp', 'ShardFilter']) {
    if (input.has(name)) {
      throw invalidArgument(`NextToken and ${name} cannot be provided together.`);
    }
  }
  const [name, after, filter, createdAtMs] = tokens.open(input.string('NextToken')) ?? [];
  const stream = account.streams.get(String(name));
  if (stream === undefined) {
    throw invalidArgument('Invalid NextToken.');
  }
  if (account.now() - Number(createdAtMs) > account.limits.tokenLifetimeMs) {
    throw expiredNextToken();
  }
  return { stream, filter: JSON.parse(String(filter)) as ShardFilter, after: String(after) };
}

function summarizeStream(stream: Stream, nowMs: number): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.props.arn,
    StreamStatus: stream.status(nowMs),
    StreamModeDetails: { StreamMode: stream.props.mode },
    StreamCreationTimestamp: new Timestamp(stream.props.createdAtMs),
  };
}

function describeStream(stream: Stream, nowMs: number): object {
  return {
    ...summarizeStream(stream, nowMs),
    RetentionPeriodHours: stream.props.retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}

function describeShard(shard: Shard): object {
  const { parentShardId, adjacentParentShardId, range } = shard.origin;
  const { starting, ending } = shard.sequenceNumbers;
  return {
    ShardId: shard.id,
    ...(parentShardId === undefined ? {} : { ParentShardId: parentShardId }),
    ...(adjacentParentShardId === undefined ? {} : { AdjacentParentShardId: adjacentParentShardId }),
    HashKeyRange: describeRange(range),
    SequenceNumberRange: { StartingSequenceNumber: starting, ...(shard.isOpen ? {} : { EndingSequenceNumber: ending }) },
  };
}
