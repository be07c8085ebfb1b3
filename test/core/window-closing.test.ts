import fc from 'fast-check';
import { allHashKeys } from '../../core/hash-keys';
import { maxShardsNamed, windowClosing, type ShardLease } from '../../core/window-closing';

const requiredMs = Date.UTC(2026, 10, 20, 10);
const last = String(allHashKeys.end);
const middle = allHashKeys.end / 2n;

const lease = (leaseKey: string, start: bigint | string, end: bigint | string, more: Partial<ShardLease> = {}): ShardLease => ({
  leaseKey,
  checkpoint: '4959',
  startingHashKey: String(start),
  endingHashKey: String(end),
  owner: `reader of ${leaseKey}`,
  arrivalWatermarkMs: requiredMs,
  ...more,
});
/** The lease, whose row does not have these. */
const without = (given: ShardLease, ...names: readonly (keyof ShardLease)[]): ShardLease =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.some((each) => each === name))) as unknown as ShardLease;
const reasonsOf = (leases: readonly ShardLease[], atMs = requiredMs): readonly string[] => {
  const closing = windowClosing(leases, atMs);
  return closing.closed ? [] : closing.reasons;
};

describe('a window', () => {
  const low = lease('low', 0n, middle, { arrivalWatermarkMs: requiredMs + 5000 });
  const high = lease('high', middle + 1n, last, { arrivalWatermarkMs: requiredMs + 3000 });

  it('closes at the least watermark of the live leases once each has come to the time, not a moment before', () => {
    expect(windowClosing([low, high], requiredMs)).toEqual({ closed: true, cutoffMs: requiredMs + 3000 });
    expect(windowClosing([low, high], requiredMs + 3000)).toEqual({ closed: true, cutoffMs: requiredMs + 3000 });
    expect(windowClosing([low, high], requiredMs + 3001)).toMatchObject({ closed: false });
  });

  it('says of a shard that is behind how far it has come, and who reads it', () => {
    const behind = { ...high, arrivalWatermarkMs: requiredMs - 125_500, owner: 'task-7' };
    expect(reasonsOf([low, behind])).toEqual([
      'high is complete until 2026-11-20T09:57:54.500Z, 2 min 6 s short; read by task-7',
    ]);
    const unowned = without({ ...high, arrivalWatermarkMs: requiredMs - 3 * 86_400_000 - 1 }, 'owner');
    expect(reasonsOf([low, unowned])).toEqual(['high is complete until 2026-11-17T09:59:59.999Z, 3 d short; nobody reads it']);
    expect(reasonsOf([{ ...low, arrivalWatermarkMs: 9e18 - 1e19 }, high])[0]).toContain('low is complete until -1');
  });

  it('says of a shard without a watermark whether it was started', () => {
    const silent = without(high, 'arrivalWatermarkMs');
    expect(reasonsOf([low, { ...silent, checkpoint: 'TRIM_HORIZON' }])).toEqual([
      'high has not been started; read by reader of high',
    ]);
    expect(reasonsOf([low, silent])).toEqual([
      'high does not say until when it is complete: whoever reads it tells no watermark; read by reader of high',
    ]);
    expect(reasonsOf([low, { ...silent, checkpoint: '' }])[0]).toContain('the row of high has no checkpoint');
  });

  it('takes no notice of shards that were read to their end, and wants those that follow them', () => {
    const ended = lease('parent', 0n, last, { checkpoint: 'SHARD_END', arrivalWatermarkMs: 1 });
    expect(windowClosing([ended, low, high], requiredMs)).toMatchObject({ closed: true });
    expect(reasonsOf([ended, low])).toEqual([
      `no lease covers the hash keys ${middle + 1n} to ${last}: a shard that was split or merged has none for it yet`,
    ]);
    expect(reasonsOf([ended])).toHaveLength(1);
    const parent = lease('parent', 0n, last);
    expect(windowClosing([parent], requiredMs)).toMatchObject({ closed: true });
  });

  it('stays open while there is no lease, or one of which the hash keys are not known', () => {
    expect(reasonsOf([])).toEqual(['no shard has a lease yet: no consumer has started']);
    const unknown = without(low, 'startingHashKey');
    const expected = ['the hash keys of low are not known, so whether a shard is missing cannot be told'];
    expect(reasonsOf([unknown, high])).toEqual(expected);
    for (const wrong of ['-1', '', 'low', String(middle + 1n)]) {
      expect(reasonsOf([{ ...low, startingHashKey: wrong }, high])).toEqual(expected);
    }
    const many = Array.from({ length: 8 }, (_each, i) => ({ ...unknown, leaseKey: `s${i}` }));
    expect(reasonsOf(many)[0]).toContain('s0, s1, s2, s3, s4 and 3 more are not known');
  });

  it('names a few shards, those that are furthest behind, and tells how many more there are', () => {
    const width = (allHashKeys.end + 1n) / 16n;
    const many = Array.from({ length: 16 }, (_, i) =>
      lease(`s${String(i).padStart(2, '0')}`, width * BigInt(i), width * BigInt(i + 1) - 1n, {
        arrivalWatermarkMs: requiredMs - 1000 * (16 - i),
      }),
    );
    const reasons = reasonsOf(many);
    expect(reasons).toHaveLength(maxShardsNamed + 1);
    expect(reasons[0]).toContain('s00 is complete until 2026-11-20T09:59:44.000Z, 16 s short');
    expect(reasons.at(-1)).toBe('and 11 more shards');
    expect(
      reasonsOf(many.slice(0, 6).map((each, i) => ({ ...each, startingHashKey: '0', endingHashKey: i > 0 ? '9' : last }))),
    ).toContain('and 1 more shard');
  });

  it('refuses a time that is none', () => {
    expect(() => windowClosing([low, high], NaN)).toThrow(RangeError);
  });

  /** A stream that was split at some hash keys, in random order, some of its shards replaced by children. */
  const leases = fc
    .record({
      cuts: fc.uniqueArray(fc.bigInt(1n, allHashKeys.end), { maxLength: 12 }),
      claims: fc.array(fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined }), { minLength: 1, maxLength: 13 }),
      order: fc.nat(),
    })
    .map(({ claims, cuts, order }) => {
      const starts = [0n, ...[...cuts].sort((a, b) => (a < b ? -1 : 1))];
      const made = starts.map((start, i) => {
        const claim = claims[i % claims.length];
        const each = lease(`s${i}`, start, (starts[i + 1] ?? allHashKeys.end + 1n) - 1n);
        return claim === undefined ? without(each, 'arrivalWatermarkMs') : { ...each, arrivalWatermarkMs: requiredMs + claim };
      });
      return made.map((_, i) => made[(i + order) % made.length] as ShardLease);
    });

  it('closes if and only if every live lease has come to the time', () => {
    fc.assert(
      fc.property(leases, (all) => {
        const claims = all.map(({ arrivalWatermarkMs }) => arrivalWatermarkMs ?? -Infinity);
        const least = Math.min(...claims);
        const closing = windowClosing(all, requiredMs);
        expect(closing).toMatchObject(least >= requiredMs ? { closed: true, cutoffMs: least } : { closed: false });
        expect(closing.closed || (closing.reasons.length > 0 && closing.reasons.length <= maxShardsNamed + 2)).toBe(true);
      }),
    );
  });

  it('never closes without one of the live leases, nor when one is split and a child has not been read', () => {
    fc.assert(
      fc.property(leases, fc.nat(), (all, pick) => {
        const index = pick % all.length;
        const others = all.filter((_, i) => i !== index);
        expect(windowClosing(others, requiredMs).closed).toBe(false);
        const child = without(all[index] as ShardLease, 'arrivalWatermarkMs');
        const children = [{ ...child, leaseKey: 'child', checkpoint: 'TRIM_HORIZON' }];
        const parent = { ...child, checkpoint: 'SHARD_END' };
        expect(windowClosing([...others, parent, ...children], requiredMs).closed).toBe(false);
        expect(windowClosing([...all, ...children], requiredMs).closed).toBe(false);
      }),
    );
  });

  it('that has closed stays closed as watermarks rise, and its cutoff never goes back', () => {
    fc.assert(
      fc.property(leases, fc.array(fc.nat(20), { minLength: 1 }), (all, rises) => {
        const risen = all.map((each, i) =>
          each.arrivalWatermarkMs === undefined
            ? each
            : { ...each, arrivalWatermarkMs: each.arrivalWatermarkMs + (rises[i % rises.length] ?? 0) },
        );
        const [before, after] = [windowClosing(all, requiredMs), windowClosing(risen, requiredMs)];
        expect(!before.closed || (after.closed && after.cutoffMs >= before.cutoffMs)).toBe(true);
      }),
    );
  });
});
