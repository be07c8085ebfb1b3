import type { ChaosContext, Happenings } from './chaos-context';

type Kind = 'split' | 'merge' | 'storm' | 'trim' | 'iterators-expired';

/** What becomes of the stream's shards. */
export function streamHappenings(chaos: ChaosContext): Happenings<Kind> {
  const { isDone, random, scenario, stream } = chaos.props;

  const split = (): void => {
    const open = stream.openShardIds;
    if (open.length < scenario.maxOpenShards) {
      const shardId = random.pick(open);
      chaos.tell('split', shardId.slice(-4));
      stream.split(shardId);
    }
  };

  const merge = (): void => {
    const open = stream.openShardIds;
    const at = random.integer(0, Math.max(0, open.length - 2));
    const [left, right] = [open[at], open[at + 1]];
    if (left !== undefined && right !== undefined) {
      chaos.tell('merge', `${left.slice(-4)} and ${right.slice(-4)}`);
      stream.merge(left, right);
    }
  };

  return {
    split,
    merge,
    storm: () => {
      chaos.tell('storm');
      for (let i = random.integer(3, 6); i > 0; i -= 1) {
        random.pick([split, merge])();
      }
    },
    trim: () => {
      // Retention ends for parents first: they were closed before their children.
      const closed = stream.closedShardIds;
      const oldest = closed.filter((id) => isDone(id) && !stream.parentsOf(id).some((parent) => closed.includes(parent)));
      const shardId = random.pickOrNone(oldest);
      if (shardId !== undefined) {
        chaos.tell('trim', shardId.slice(-4));
        stream.trim(shardId);
      }
    },
    'iterators-expired': () => {
      chaos.tell('iterators-expired');
      stream.expireIterators();
    },
  };
}
