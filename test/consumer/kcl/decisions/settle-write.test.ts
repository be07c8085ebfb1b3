import fc from 'fast-check';
import { isHandOff } from '../../../../consumer/kcl/decisions/hand-off';
import type { Lease, LeaseWrite } from '../../../../consumer/kcl/decisions/lease';
import { applyWrite } from './lease-model';
import { settleWrite } from '../../../../consumer/kcl/decisions/settle-write';

const held: Lease = {
  leaseKey: 'shard',
  counter: 7,
  owner: 'a',
  handOffOwner: 'a',
  checkpoint: { sequenceNumber: '5', subSequenceNumber: 0 },
  ownerSwitchesSinceCheckpoint: 0,
  parentShardIds: [],
  childShardIds: [],
  hashRange: undefined,
};
const write = (row: Lease, change: LeaseWrite): Lease => {
  const after = applyWrite(row, row, change);
  if (after === 'lost') {
    throw new Error(`${change.kind} was refused`);
  }
  return after;
};
/** What a client of KCL 2.x does: it leaves every attribute that it does not know. */
const takenByJava2 = (row: Lease): Lease => ({ ...row, counter: row.counter + 1, owner: 'java' });
const checkpoint = { kind: 'checkpoint', position: { sequenceNumber: '9', subSequenceNumber: 0 } } as const;

describe('what became of a write of the holder', () => {
  it('is clear when a request came before it, or after it', () => {
    const requested = write(held, { kind: 'request', owner: 'b' });
    expect(settleWrite(requested, held, checkpoint, 'a')).toBe('again');
    const checkpointed = write(held, checkpoint);
    expect(settleWrite(write(checkpointed, { kind: 'request', owner: 'b' }), held, checkpoint, 'a')).toBe('applied');
    const renewed = write(held, { kind: 'renew' });
    // A late renewal of its own went through, and then a request: the checkpoint did not.
    expect(settleWrite(write(renewed, { kind: 'request', owner: 'b' }), held, checkpoint, 'a')).toBe('again');
  });

  it('is clear when a request was withdrawn', () => {
    const requested = write(held, { kind: 'request', owner: 'b' });
    const withdrawn = write(requested, { kind: 'withdraw', owner: 'b' });
    expect(settleWrite(withdrawn, requested, checkpoint, 'a')).toBe('again');
    expect(settleWrite(withdrawn, held, checkpoint, 'a')).toBe('again');
    expect(settleWrite(write(write(requested, checkpoint), { kind: 'withdraw', owner: 'b' }), requested, checkpoint, 'a')).toBe(
      'applied',
    );
  });

  it('is lost when a Java worker has taken the lease, whatever hand-off was under way', () => {
    const announced = write(held, { kind: 'announce', owner: 'a' });
    const requested = write(announced, { kind: 'request', owner: 'b' });
    for (const seen of [held, announced, requested]) {
      for (const change of [
        checkpoint,
        { kind: 'renew' },
        { kind: 'announce', owner: 'a' },
        { kind: 'release', owner: 'a' },
      ] as const) {
        expect(settleWrite(takenByJava2(seen), seen, change, 'a')).toBe('lost');
        expect(settleWrite(write(takenByJava2(seen), { kind: 'renew' }), seen, change, 'a')).toBe('lost');
      }
    }
  });

  it('is lost when the requester took the lease by force', () => {
    const requested = write(held, { kind: 'request', owner: 'b' });
    expect(settleWrite(write(requested, { kind: 'take', owner: 'b' }), requested, checkpoint, 'a')).toBe('lost');
    expect(settleWrite(write(requested, { kind: 'take', owner: 'b' }), held, checkpoint, 'a')).toBe('lost');
  });

  it('is that it handed over when the row is the requester’s', () => {
    const requested = write(held, { kind: 'request', owner: 'b' });
    const release = { kind: 'release', owner: 'a' } as const;
    expect(settleWrite(write(requested, release), requested, release, 'a')).toBe('applied');
  });

  it('never says that a lease is still held when anybody else holds it, over all histories of foreign writes', () => {
    const foreign = fc.array(
      fc.record({
        who: fc.constantFrom('b', 'c', 'java'),
        what: fc.constantFrom('take' as const, 'request' as const, 'withdraw' as const, 'release' as const, 'renew' as const),
      }),
      { maxLength: 4 },
    );
    const mine = fc.constantFrom<LeaseWrite>(checkpoint, { kind: 'renew' }, { kind: 'announce', owner: 'a' });
    fc.assert(
      fc.property(foreign, mine, fc.boolean(), fc.boolean(), fc.nat(4), (history, change, requestedBefore, applied, at) => {
        const seen = requestedBefore ? write(held, { kind: 'request', owner: 'b' }) : held;
        if (change.kind === 'announce' && requestedBefore) {
          return;
        }
        let row = seen;
        let holder: string | undefined = 'a';
        const write1 = (by: LeaseWrite): void => {
          const after = applyWrite(row, row, by);
          row = after === 'lost' ? row : after;
        };
        const writeMine = (): boolean => {
          const after = applyWrite(row, seen, change);
          row = after === 'lost' ? row : after;
          return after !== 'lost';
        };
        let through = applied && at === 0 ? writeMine() : false;
        history.forEach(({ who, what }, i) => {
          if (what === 'take') {
            row = who === 'java' ? takenByJava2(row) : write(row, { kind: 'take', owner: who });
            holder = who;
          } else if (what === 'renew') {
            // By whoever holds it, if that is not me.
            if (holder !== undefined && holder !== 'a') {
              write1({ kind: 'renew' });
            }
          } else if (what === 'release') {
            if (who === holder) {
              const before = row;
              write1({ kind: 'release', owner: who });
              holder = row === before ? holder : undefined;
            }
          } else if (
            who !== 'java' &&
            !(what === 'withdraw' && !isHandOff(row)) &&
            !(what === 'request' && row.owner !== holder)
          ) {
            write1({ kind: what, owner: who });
          }
          through = applied && at === i + 1 ? writeMine() || through : through;
        });
        const verdict = settleWrite(row, seen, change, 'a');
        if (verdict !== 'lost') {
          expect(holder).toBe('a');
        }
        if (verdict === 'applied' && change.kind !== 'renew') {
          expect(through).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what became of a request', () => {
  it('is clear from the row, even when the holder was faster than the reply', () => {
    const request = { kind: 'request', owner: 'b' } as const;
    const requested = write(held, request);
    expect(settleWrite(requested, held, request, 'b')).toBe('applied');
    expect(settleWrite(write(requested, { kind: 'release', owner: 'a' }), held, request, 'b')).toBe('applied');
    expect(settleWrite(held, held, request, 'b')).toBe('lost');
    expect(settleWrite(write(held, { kind: 'request', owner: 'c' }), held, request, 'b')).toBe('lost');
  });

  it('is that a take went through when the holder handed over first', () => {
    const requested = write(held, { kind: 'request', owner: 'b' });
    const take = { kind: 'take', owner: 'b' } as const;
    expect(settleWrite(write(requested, { kind: 'release', owner: 'a' }), requested, take, 'b')).toBe('applied');
    expect(settleWrite(write(requested, { kind: 'renew' }), requested, take, 'b')).toBe('lost');
  });
});
