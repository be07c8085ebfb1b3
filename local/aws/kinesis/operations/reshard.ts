import type { Operation } from '../../http/json-service';
import { streamMembers, type Account } from '../account';
import { invalidArgument, limitExceeded, onDemandRefused, resourceInUse } from '../errors';
import { areAdjacent, parseHashKey } from '../hash-range';
import { Input } from '../input';
import type { Shard } from '../shard';
import type { Stream } from '../stream';

const dayMs = 24 * 60 * 60 * 1000;

/** Most shards that a stream may be scaled to by UpdateShardCount. */
const maxShards = 10_000;

/**
 * SplitShard, MergeShards and UpdateShardCount. The shards change at once; the stream is UPDATING for a while afterwards and
 * takes no other change until it is ACTIVE again.
 */
export function reshardOperations(account: Account): Readonly<Record<string, Operation>> {
  /** When UpdateShardCount was called, by stream. */
  const updates = new Map<string, number[]>();

  return {
    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html */
    SplitShard: (members) => {
      const input = new Input('SplitShard', members, [...streamMembers, 'ShardToSplit', 'NewStartingHashKey']);
      account.countCall('SplitShard');
      const stream = changeable(account, input, 'SplitShard');
      const shard = openShard(account, stream, input.string('ShardToSplit'));
      const text = input.string('NewStartingHashKey');
      const newStart = parseHashKey(text);
      const { start, end } = shard.origin.range;
      // The documentation asks for a key inside the range; the service also refuses one that leaves a child a single key.
      if (newStart === undefined || newStart <= start + 1n || newStart >= end) {
        throw invalidArgument(
          `NewStartingHashKey ${text} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ` +
            `${account.id} is not both greater than one plus the shard's StartingHashKey ${start} and less than the ` +
            `shard's EndingHashKey ${end}.`,
        );
      }
      stream.split(shard, newStart, account.now());
      return {};
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html */
    MergeShards: (members) => {
      const input = new Input('MergeShards', members, [...streamMembers, 'ShardToMerge', 'AdjacentShardToMerge']);
      account.countCall('MergeShards');
      const stream = changeable(account, input, 'MergeShards');
      const shard = openShard(account, stream, input.string('ShardToMerge'));
      const adjacent = openShard(account, stream, input.string('AdjacentShardToMerge'));
      if (!areAdjacent(shard.origin.range, adjacent.origin.range)) {
        throw invalidArgument(`Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} are not adjacent.`);
      }
      stream.merge(shard, adjacent, account.now());
      return {};
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
    UpdateShardCount: (members) => {
      const input = new Input('UpdateShardCount', members, [...streamMembers, 'TargetShardCount', 'ScalingType']);
      account.countCall('UpdateShardCount');
      input.oneOf('ScalingType', ['UNIFORM_SCALING']);
      const target = input.integer('TargetShardCount', 1, Number.MAX_SAFE_INTEGER);
      const stream = changeable(account, input, 'UpdateShardCount');
      const now = account.now();
      const current = stream.openShards().length;
      if (target > current * 2 || target < current / 2 || target > maxShards) {
        throw limitExceeded(
          `UpdateShardCount cannot scale stream ${stream.name} from ${current} to ${target} shards: at most twice as many, at ` +
            `least half as many, and no more than ${maxShards} are allowed.`,
        );
      }
      const recent = (updates.get(stream.name) ?? []).filter((time) => now - time < dayMs);
      if (recent.length >= account.limits.shardCountUpdatesPerDay) {
        throw limitExceeded(
          `UpdateShardCount was called ${recent.length} times for stream ${stream.name} within 24 hours; no more is allowed.`,
        );
      }
      updates.set(stream.name, [...recent, now]);
      stream.updateShardCount(target, now);
      return { StreamName: stream.name, StreamARN: stream.props.arn, CurrentShardCount: current, TargetShardCount: target };
    },
  };
}

/** The stream that a request names, when its shards may be changed now. */
function changeable(account: Account, input: Input, operation: string): Stream {
  const stream = account.streamOf(input);
  if (stream.props.mode === 'ON_DEMAND') {
    throw onDemandRefused(operation, stream.name);
  }
  if (stream.status(account.now()) !== 'ACTIVE') {
    throw resourceInUse(`Stream ${stream.name} under account ${account.id} is UPDATING, not ACTIVE.`);
  }
  return stream;
}

function openShard(account: Account, stream: Stream, shardId: string): Shard {
  const shard = account.shardOf(stream, shardId);
  if (!shard.isOpen) {
    throw invalidArgument(`Shard ${shardId} in stream ${stream.name} is closed.`);
  }
  return shard;
}
