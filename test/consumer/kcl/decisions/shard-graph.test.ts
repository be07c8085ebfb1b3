import { leasesToCleanUp } from '../../../../consumer/kcl/decisions/clean-up';
import { findHole, maxHashKey, noHoleSeen, watchHole } from '../../../../consumer/kcl/decisions/hash-range';
import type { Lease } from '../../../../consumer/kcl/decisions/lease';
import { mayStart, missingLeases, newLease, type Shard } from '../../../../consumer/kcl/decisions/shard-graph';

const hashRange = { startingHashKey: '0', endingHashKey: '9' };
const shard = (shardId: string, parentShardIds: string[] = [], closed = false): Shard => ({
  shardId,
  parentShardIds,
  hashRange,
  closed,
});
const lease = (of: Shard, sequenceNumber: string, more: Partial<Lease> = {}): Lease => ({
  ...newLease(of, { sequenceNumber, subSequenceNumber: 0 }),
  ...more,
});
const named = (leases: readonly Lease[]): string[] => leases.map((l) => `${l.leaseKey}@${l.checkpoint.sequenceNumber}`);

// G splits into A and B, B and C merge into M.
const [g, a, b, c, m] = [
  shard('g', [], true),
  shard('a', ['g']),
  shard('b', ['g'], true),
  shard('c', [], true),
  shard('m', ['b', 'c']),
];
const all = [g, a, b, c, m];

describe('which leases are missing', () => {
  it('are, of a new application, the oldest shards at TRIM_HORIZON or a time, and the open ones at LATEST', () => {
    expect(named(missingLeases(all, [], 'TRIM_HORIZON'))).toEqual(['g@TRIM_HORIZON', 'c@TRIM_HORIZON']);
    expect(named(missingLeases(all, [], 'AT_TIMESTAMP'))).toEqual(['g@AT_TIMESTAMP', 'c@AT_TIMESTAMP']);
    expect(named(missingLeases(all, [], 'LATEST'))).toEqual(['a@LATEST', 'm@LATEST']);
  });

  it('are none while the parents still have work', () => {
    expect(missingLeases(all, [lease(g, '5'), lease(c, '5')], 'TRIM_HORIZON')).toEqual([]);
  });

  it('are, after a parent that is done, its children from their beginning, whatever the initial position', () => {
    const leases = [lease(g, 'SHARD_END'), lease(c, '5')];
    expect(named(missingLeases(all, leases, 'LATEST'))).toEqual(['a@TRIM_HORIZON', 'b@TRIM_HORIZON']);
  });

  it('do not include a merged shard one of whose parents is still to come', () => {
    expect(missingLeases(all, [lease(g, '5'), lease(c, 'SHARD_END')], 'TRIM_HORIZON')).toEqual([]);
    const leases = [lease(g, 'SHARD_END'), lease(a, '1'), lease(b, 'SHARD_END'), lease(c, 'SHARD_END')];
    expect(named(missingLeases(all, leases, 'TRIM_HORIZON'))).toEqual(['m@TRIM_HORIZON']);
  });

  it('do not include shards whose lease was cleaned up', () => {
    expect(missingLeases(all, [lease(a, '1'), lease(m, '1')], 'TRIM_HORIZON')).toEqual([]);
  });

  it('do not hang on a cycle', () => {
    expect(missingLeases([shard('x', ['y']), shard('y', ['x'])], [], 'TRIM_HORIZON').length).toBeLessThanOrEqual(2);
  });
});

describe('a child', () => {
  it('may start when each of its parents is absent or at SHARD_END', () => {
    const child = lease(m, 'TRIM_HORIZON');
    const with_ = (...leases: Lease[]): Map<string, Lease> => new Map(leases.map((l) => [l.leaseKey, l]));
    expect(mayStart(child, with_())).toBe(true);
    expect(mayStart(child, with_(lease(b, 'SHARD_END')))).toBe(true);
    expect(mayStart(child, with_(lease(b, 'SHARD_END'), lease(c, '7')))).toBe(false);
    expect(mayStart(child, with_(lease(b, 'SHARD_END'), lease(c, 'SHARD_END')))).toBe(true);
  });
});

describe('the leases to clean up', () => {
  const ended = lease(g, 'SHARD_END', { childShardIds: ['a', 'b'] });

  it('have ended, and all their children are past their first position', () => {
    expect(named(leasesToCleanUp([ended, lease(a, '1'), lease(b, 'SHARD_END')]))).toEqual(['g@SHARD_END']);
    expect(leasesToCleanUp([ended, lease(a, '1'), lease(b, 'TRIM_HORIZON')])).toEqual([]);
    expect(leasesToCleanUp([ended, lease(a, '1')])).toEqual([]);
    expect(leasesToCleanUp([{ ...ended, childShardIds: [] }, lease(a, '1'), lease(b, '1')])).toEqual([]);
  });

  it('go parents first', () => {
    const leases = [ended, lease(a, '1'), lease(b, 'SHARD_END', { childShardIds: ['m'] }), lease(m, '9')];
    expect(leasesToCleanUp(leases).map(({ leaseKey }) => leaseKey)).toEqual(['g']);
    expect(leasesToCleanUp(leases.slice(1)).map(({ leaseKey }) => leaseKey)).toEqual(['b']);
  });
});

describe('a hole in the hash keys', () => {
  const range = (start: bigint, end: bigint) => ({ startingHashKey: String(start), endingHashKey: String(end) });

  it('is found at either end and in the middle, and not where ranges overlap', () => {
    expect(findHole([range(0n, maxHashKey)])).toBeUndefined();
    expect(findHole([range(50n, maxHashKey), range(0n, 100n), range(0n, 20n)])).toBeUndefined();
    expect(findHole([range(0n, 9n), range(20n, maxHashKey)])).toEqual(range(10n, 19n));
    expect(findHole([range(1n, maxHashKey)])).toEqual(range(0n, 0n));
    expect(findHole([range(0n, maxHashKey - 1n)])).toEqual(range(maxHashKey, maxHashKey));
    expect(findHole([])).toEqual(range(0n, maxHashKey));
  });

  it('counts only while it is the same', () => {
    const one = range(0n, 9n);
    const twice = watchHole(watchHole(noHoleSeen, one), one);
    expect(twice.sightings).toBe(2);
    expect(watchHole(twice, range(0n, 8n)).sightings).toBe(1);
    expect(watchHole(twice, undefined)).toEqual(noHoleSeen);
  });
});
