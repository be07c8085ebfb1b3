import {
  handOffStep,
  isAnnounced,
  isHandOff,
  reportsAsJava,
  understandsRequest,
} from '../../../../consumer/kcl/decisions/hand-off';
import type { Lease } from '../../../../consumer/kcl/decisions/lease';

const lease = (fields: Partial<Lease>): Lease =>
  ({ leaseKey: 's', counter: 1, owner: 'a', checkpoint: { sequenceNumber: '5', subSequenceNumber: 0 }, ...fields }) as Lease;

describe('the row of a hand-off', () => {
  it('shows that another worker waits for the holder, who is not asked again', () => {
    const row = lease({ owner: 'b', handOffOwner: 'b', checkpointOwner: 'a' });
    expect([isHandOff(row), understandsRequest(row)]).toEqual([true, false]);
  });

  it('counts for nothing once a client that knows nothing of it has taken the lease', () => {
    const row = lease({ owner: 'java', handOffOwner: 'b', checkpointOwner: 'a', leaving: 'a' });
    expect([isHandOff(row), understandsRequest(row), isAnnounced(row)]).toEqual([false, false, false]);
  });

  it('is announced only by the present owner', () => {
    expect(isAnnounced(lease({ handOffOwner: 'a', leaving: 'a' }))).toBe(true);
    expect(isAnnounced(lease({ handOffOwner: 'a', leaving: 'z' }))).toBe(false);
  });

  it('shows a worker of KCL 3.x by throughput that changes, not by what another owner left', () => {
    const java = lease({ owner: 'java', handOffOwner: 'a', throughputKBps: 3 });
    expect(reportsAsJava(java, { ...java, throughputKBps: 4 })).toBe(true);
    expect(reportsAsJava(java, java)).toBe(false);
    expect(reportsAsJava({ ...java, owner: 'x' }, { ...java, throughputKBps: 4 })).toBe(false);
    expect(reportsAsJava({ ...java, handOffOwner: 'java' }, { ...java, handOffOwner: 'java', throughputKBps: 4 })).toBe(false);
  });
});

describe('the worker that has asked for a lease', () => {
  const limits = { failoverTimeMs: 10_000, handOffTimeoutMs: 30_000 };
  const waiting = lease({ owner: 'b', handOffOwner: 'b', checkpointOwner: 'a' });
  const step = (row: Lease | undefined, waitedMs = 100, stillMs = 50): string =>
    handOffStep(row, 'b', { waitedMs, stillMs }, limits);

  it('waits while the holder keeps the lease alive, up to the time-out', () => {
    expect(step(waiting)).toBe('wait');
    expect(step(waiting, 29_999, 9_999)).toBe('wait');
    expect(step(waiting, 20_000, 10_000)).toBe('take-expired');
    expect(step(waiting, 30_000, 50)).toBe('take-forced');
  });

  it('takes what was handed over, or given back', () => {
    expect(step(lease({ owner: 'b', handOffOwner: 'b' }))).toBe('take');
    expect(step(lease({ owner: undefined }))).toBe('take');
  });

  it('gives up when the lease is another’s, has ended, or is gone', () => {
    expect(step(lease({ owner: 'java', handOffOwner: 'b', checkpointOwner: 'a' }))).toBe('gone');
    expect(step({ ...waiting, checkpoint: { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 } })).toBe('ended');
    expect(step(undefined)).toBe('ended');
  });
});
