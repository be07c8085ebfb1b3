import { findMoves, spread } from './gaps';
import type { Session } from './journal';

const session = (worker: string, times: readonly number[], firstSequence = 100): Session => ({
  worker,
  shardId: 's',
  startMs: (times[0] ?? 0) - 1,
  startAfter: 'TRIM_HORIZON',
  records: times.map((timeMs, index) => ({ timeMs, sequenceNumber: String(firstSequence + index), id: '' })),
  checkpoints: [],
  ended: false,
});

describe('moves of a shard', () => {
  it('name their cause, the time without processing, and what both processed', () => {
    const sessions = [
      session('a', [1000, 2000, 9000]),
      session('b', [12_000, 13_000], 102),
      session('c', [13_500, 14_000], 104),
      session('d', [20_000], 106),
    ];
    const actions = [
      // It goes on until the next worker takes over.
      { timeMs: 2500, kind: 'stop', worker: 'a' },
      { timeMs: 14_100, kind: 'kill', worker: 'c' },
      { timeMs: 30_000, kind: 'kill', worker: 'b' },
    ] as const;
    expect(findMoves(sessions, actions)).toEqual([
      { shardId: 's', from: 'a', to: 'b', cause: 'stop', atMs: 12_000, gapMs: 3000, repeated: 1 },
      { shardId: 's', from: 'b', to: 'c', cause: 'balance', atMs: 13_500, gapMs: 500, repeated: 0 },
      { shardId: 's', from: 'c', to: 'd', cause: 'kill', atMs: 20_000, gapMs: 6000, repeated: 0 },
    ]);
  });

  it('do not count what a paused worker did after it woke as processing', () => {
    const sessions = [session('a', [1000, 2000, 9000]), session('b', [6000, 7000], 101)];
    expect(findMoves(sessions, [{ timeMs: 2100, kind: 'pause', worker: 'a' }])).toMatchObject([
      { cause: 'pause', gapMs: 4000, repeated: 2 },
    ]);
  });

  it('are none when a worker takes up its own shard again', () => {
    expect(findMoves([session('a', [1000]), session('a', [2000], 101)], [])).toEqual([]);
  });
});

describe('the spread of durations', () => {
  it('is count, median, 95th percentile and worst', () => {
    const durations = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(spread(durations)).toEqual({ count: 100, medianMs: 51, p95Ms: 96, worstMs: 100 });
    expect(spread([])).toBeUndefined();
  });
});
