import fc from 'fast-check';
import { InMemoryLeaseStore } from '../../../../consumer/kcl/testing';
import { toRow } from '../../../../consumer/kcl/adapters/dynamodb/lease-row';
import type { Lease, LeaseWrite } from '../../../../consumer/kcl/decisions/lease';
import { applyWrite } from './lease-model';
import { settleWrite } from '../../../../consumer/kcl/decisions/settle-write';
import { deadSince, observe } from '../../../../consumer/kcl/decisions/lease-observation';

const owner = fc.constantFrom('a', 'b', undefined);
const position = fc.record({
  sequenceNumber: fc.constantFrom('TRIM_HORIZON', '5', '77', 'SHARD_END'),
  subSequenceNumber: fc.nat(3),
});
const lease: fc.Arbitrary<Lease> = fc.record({
  leaseKey: fc.constant('shard'),
  counter: fc.nat(5),
  owner,
  checkpoint: position,
  ownerSwitchesSinceCheckpoint: fc.nat(5),
  parentShardIds: fc.constantFrom([], ['p']),
  childShardIds: fc.constantFrom([], ['c']),
  hashRange: fc.constantFrom(undefined, { startingHashKey: '0', endingHashKey: '9' }),
  checkpointOwner: fc.constantFrom(undefined, 'a', 'b'),
  handOffOwner: fc.constantFrom(undefined, 'a', 'b'),
  leaving: fc.constantFrom(undefined, 'a', 'b'),
  wokenBy: fc.constantFrom(undefined, 'b'),
  throughputKBps: fc.constantFrom(undefined, 0, 2.5),
  arrivalWatermarkMs: fc.constantFrom(undefined, 0, 1_766_000_000_000),
});
const findings = {
  throughputKBps: fc.constantFrom(undefined, 7.25),
  arrivalWatermarkMs: fc.constantFrom(undefined, 1000, 1_766_000_000_001),
};
const write: fc.Arbitrary<LeaseWrite> = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), owner: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('renew' as const), ...findings }),
  fc.record({ kind: fc.constant('checkpoint' as const), position, ...findings }),
  fc.record({
    kind: fc.constantFrom('announce' as const, 'request' as const, 'request-from-java' as const, 'withdraw' as const),
    owner: fc.constantFrom('a', 'b'),
  }),
  fc.record({ kind: fc.constant('release' as const), owner: fc.constantFrom('a', 'b') }),
);
/** A write that a worker which holds the lease alone makes. */
const holders = fc.oneof(
  fc.record({ kind: fc.constant('renew' as const), ...findings }),
  fc.record({ kind: fc.constant('checkpoint' as const), position, ...findings }),
  fc.record({ kind: fc.constantFrom('announce' as const, 'release' as const), owner: fc.constant('a') }),
);

describe('a write to a lease', () => {
  it('goes through only on the counter it has seen, and then raises it by one, but for the request that a Java worker understands', () => {
    fc.assert(
      fc.property(lease, fc.nat(5), write, (row, counter, change) => {
        const after = applyWrite(row, { ...row, counter }, change);
        if (after !== 'lost') {
          expect(counter).toBe(row.counter);
          expect(after.counter).toBe(counter + (change.kind === 'request-from-java' ? 0 : 1));
        } else if (change.kind === 'take' || change.kind === 'renew' || change.kind === 'checkpoint') {
          expect(counter).not.toBe(row.counter);
        }
      }),
    );
  });

  it('is the same as a transition and as a change of the row', async () => {
    await fc.assert(
      fc.asyncProperty(lease, write, async (row, change) => {
        const store = new InMemoryLeaseStore();
        store.putRow(toRow(row));
        await expect(store.write(row, change)).resolves.toEqual(applyWrite(row, row, change));
      }),
      { numRuns: 300 },
    );
  });

  it('never takes a watermark back, and no other write than a renewal and a checkpoint changes one', () => {
    fc.assert(
      fc.property(lease, write, (row, change) => {
        const after = applyWrite(row, row, change);
        const [was, is] = [row.arrivalWatermarkMs, after === 'lost' ? row.arrivalWatermarkMs : after.arrivalWatermarkMs];
        expect(is ?? -1).toBeGreaterThanOrEqual(was ?? -1);
        expect(is === was || change.kind === 'renew' || change.kind === 'checkpoint').toBe(true);
      }),
    );
  });

  it('of the owner, whose reply was lost, is recognised in the row it left', () => {
    fc.assert(
      fc.property(lease, holders, (row, change) => {
        const owned = { ...row, owner: 'a', checkpointOwner: undefined };
        const after = applyWrite(owned, owned, change);
        expect(settleWrite(after === 'lost' ? undefined : after, owned, change, 'a')).toBe('applied');
        expect(settleWrite(owned, owned, change, 'a')).toBe('again');
      }),
    );
  });

  it('is lost once another worker has taken the lease', () => {
    fc.assert(
      fc.property(lease, holders, (row, change) => {
        const owned = { ...row, owner: 'a', checkpointOwner: undefined };
        const taken = applyWrite(owned, owned, { kind: 'take', owner: 'b' });
        expect(settleWrite(taken as Lease, owned, change, 'a')).toBe('lost');
      }),
    );
  });

  it('is not taken for done when only an older, late request of the same worker raised the counter', () => {
    const seen = { leaseKey: 's', counter: 3, owner: 'a' } as Lease;
    const row = { ...seen, counter: 4, checkpoint: { sequenceNumber: '1', subSequenceNumber: 0 } };
    const change = { kind: 'checkpoint', position: { sequenceNumber: '2', subSequenceNumber: 0 } } as const;
    expect(settleWrite(row, seen, change, 'a')).toBe('again');
  });
});

describe('the expiry of a lease', () => {
  const seen = (counter: number): Lease => ({ leaseKey: 's', counter, owner: 'a' }) as Lease;

  it('comes when its counter has stood still for the failover time on my own clock', () => {
    const first = observe(new Map(), [seen(7)], 1000);
    expect(deadSince(first, seen(7), 10_999, 10_000)).toBeUndefined();
    expect(deadSince(observe(first, [seen(7)], 5000), seen(7), 11_000, 10_000)).toBe(1000);
    expect(deadSince(observe(first, [seen(8)], 5000), seen(8), 11_000, 10_000)).toBeUndefined();
  });

  it('has always been for a lease that nobody owns, and never for one seen for the first time', () => {
    expect(deadSince(new Map(), { ...seen(1), owner: undefined }, 0, 10_000)).toBe(-Infinity);
    expect(deadSince(new Map(), seen(1), 1e9, 10_000)).toBeUndefined();
  });
});
