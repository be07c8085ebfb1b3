import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Lease, LeaseWrite } from '../../../../consumer/kcl/decisions/lease';
import type { LeaseStore } from '../../../../consumer/kcl/ports/lease-store';

type Row = Record<string, AttributeValue>;

/** An adapter under test, with a way past it to the rows. */
export interface LeaseStoreHarness {
  readonly store: LeaseStore;
  readonly put: (row: Row) => Promise<void>;
  readonly row: (leaseKey: string) => Promise<Row | undefined>;
}

/** A row as a Java worker of KCL 3.5 writes it, with attributes that this library does not know. */
const javaRow: Row = {
  leaseKey: { S: 'shardId-000000000007' },
  leaseOwner: { S: 'java-worker' },
  leaseCounter: { N: '41' },
  checkpoint: { S: '49590338271490256608559692538361571095921575989136588898' },
  checkpointSubSequenceNumber: { N: '3' },
  ownerSwitchesSinceCheckpoint: { N: '2' },
  parentShardId: { SS: ['shardId-000000000001', 'shardId-000000000002'] },
  startingHashKey: { S: '0' },
  endingHashKey: { S: '340282366920938463463374607431768211455' },
  pendingCheckpoint: { S: '49590338271490256608559692538361571095921575989136588899' },
  pendingCheckpointSubSequenceNumber: { N: '0' },
  pendingCheckpointState: { B: new Uint8Array([1, 2]) },
  throughputKBps: { N: '12.5' },
  checkpointOwner: { S: 'java-worker-2' },
  entityType: { S: 'LEASE' },
  somethingNew: { M: { nested: { BOOL: true } } },
};

const lease = (leaseKey: string): Lease => ({
  leaseKey,
  counter: 0,
  owner: undefined,
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  ownerSwitchesSinceCheckpoint: 0,
  parentShardIds: [],
  childShardIds: [],
  hashRange: { startingHashKey: '0', endingHashKey: '99' },
});

/** What every lease store must do, whatever it stands on. */
export function leaseStoreContract(name: string, harness: () => LeaseStoreHarness): void {
  describe(`lease store: ${name}`, () => {
    let n = 0;
    let key = '';
    beforeEach(() => (key = `shardId-${String((n += 1)).padStart(12, '0')}-${name}`));

    const created = async (): Promise<Lease> => {
      await harness().store.create(lease(key));
      return lease(key);
    };
    const write = async (seen: Lease, change: LeaseWrite): Promise<Lease> => {
      const after = await harness().store.write(seen, change);
      if (after === 'lost') {
        throw new Error('the write was refused');
      }
      return after;
    };

    it('opens a lease table', async () => {
      await expect(harness().store.open()).resolves.toEqual({ warnings: [] });
    });

    it('creates a lease once, however many try, and never over an existing one', async () => {
      const results = await Promise.all(Array.from({ length: 10 }, () => harness().store.create(lease(key))));
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      await write(lease(key), { kind: 'take', owner: 'me' });
      await expect(harness().store.create(lease(key))).resolves.toBe('exists');
      await expect(harness().store.get(key)).resolves.toMatchObject({ owner: 'me', counter: 1 });
    });

    it('lets exactly one of many racing takers win', async () => {
      const seen = await created();
      const owners = Array.from({ length: 20 }, (_, i) => `worker-${i}`);
      const results = await Promise.all(owners.map((owner) => harness().store.write(seen, { kind: 'take', owner })));
      const winner = results.findIndex((result) => result !== 'lost');
      expect(results.filter((result) => result !== 'lost')).toHaveLength(1);
      await expect(harness().store.get(key)).resolves.toMatchObject({ owner: owners[winner], counter: 1 });
    });

    it('raises the counter with every write and refuses one that has seen an older counter', async () => {
      const seen = await created();
      const taken = await write(seen, { kind: 'take', owner: 'me' });
      const renewed = await write(taken, { kind: 'renew' });
      const position = { sequenceNumber: '4959', subSequenceNumber: 2 };
      const checkpointed = await write(renewed, { kind: 'checkpoint', position });
      expect(checkpointed).toMatchObject({ counter: 3, owner: 'me', checkpoint: position, ownerSwitchesSinceCheckpoint: 0 });
      for (const kind of [{ kind: 'renew' }, { kind: 'checkpoint', position }, { kind: 'take', owner: 'zombie' }] as const) {
        await expect(harness().store.write(renewed, kind)).resolves.toBe('lost');
      }
      const released = await write(checkpointed, { kind: 'release', owner: 'me' });
      expect(released).toMatchObject({ counter: 4, owner: undefined, checkpoint: position });
    });

    it('lets only the owner release', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'me' });
      await expect(harness().store.write(taken, { kind: 'release', owner: 'you' })).resolves.toBe('lost');
    });

    it('passes a lease on: announced, requested, released to the one that asked, taken', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      const announced = await write(taken, { kind: 'announce', owner: 'a' });
      expect(announced).toMatchObject({ counter: 2, owner: 'a', handOffOwner: 'a', leaving: 'a', checkpointOwner: undefined });
      const requested = await write(announced, { kind: 'request', owner: 'b' });
      expect(requested).toMatchObject({ counter: 3, owner: 'b', handOffOwner: 'b', checkpointOwner: 'a' });
      // The holder goes on with the counter that the request has left.
      await expect(harness().store.write(announced, { kind: 'renew' })).resolves.toBe('lost');
      const checkpointed = await write(requested, {
        kind: 'checkpoint',
        position: { sequenceNumber: '7', subSequenceNumber: 0 },
      });
      expect(checkpointed).toMatchObject({ counter: 4, owner: 'b', checkpointOwner: 'a' });
      await expect(harness().store.write(checkpointed, { kind: 'release', owner: 'b' })).resolves.toBe('lost');
      const released = await write(checkpointed, { kind: 'release', owner: 'a' });
      expect(released).toMatchObject({
        counter: 5,
        owner: 'b',
        handOffOwner: 'b',
        checkpointOwner: undefined,
        leaving: undefined,
      });
      const after = await write(released, { kind: 'take', owner: 'b' });
      expect(after).toMatchObject({ counter: 6, owner: 'b', handOffOwner: 'b' });
    });

    it('leaves a lease to its holder again when a request is withdrawn, and lets only the one that asked do so', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      const requested = await write(taken, { kind: 'request', owner: 'b' });
      await expect(harness().store.write(requested, { kind: 'withdraw', owner: 'c' })).resolves.toBe('lost');
      const withdrawn = await write(requested, { kind: 'withdraw', owner: 'b' });
      expect(withdrawn).toMatchObject({ counter: 3, owner: 'a', handOffOwner: 'a', checkpointOwner: undefined });
      await expect(harness().store.write(requested, { kind: 'withdraw', owner: 'b' })).resolves.toBe('lost');
    });

    it('lets one of many requests through, and none while one is under way', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      const owners = ['b', 'c', 'd', 'e'];
      const results = await Promise.all(owners.map((owner) => harness().store.write(taken, { kind: 'request', owner })));
      const winners = results.filter((result) => result !== 'lost');
      expect(winners).toHaveLength(1);
      const seen = winners[0] as Lease;
      for (const kind of ['request', 'request-from-java'] as const) {
        await expect(harness().store.write(seen, { kind, owner: 'z' })).resolves.toBe('lost');
      }
    });

    it('asks a Java worker as its own leader would: the counter stays', async () => {
      await harness().put({ leaseKey: { S: key }, leaseOwner: { S: 'java' }, leaseCounter: { N: '8' }, checkpoint: { S: '5' } });
      const seen = (await harness().store.get(key)) as Lease;
      await expect(harness().store.write({ ...seen, owner: 'other' }, { kind: 'request-from-java', owner: 'me' })).resolves.toBe(
        'lost',
      );
      const asked = await write(seen, { kind: 'request-from-java', owner: 'me' });
      expect(asked).toMatchObject({ counter: 8, owner: 'me', checkpointOwner: 'java' });
      const row = await harness().row(key);
      expect(row).toMatchObject({ leaseOwner: { S: 'me' }, checkpointOwner: { S: 'java' }, leaseCounter: { N: '8' } });
    });

    it('leaves the lease of an ended shard to nobody, although somebody has asked for it', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      const requested = await write(taken, { kind: 'request', owner: 'b' });
      const ended = await write(requested, {
        kind: 'checkpoint',
        position: { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 },
      });
      const released = await write(ended, { kind: 'release', owner: 'a' });
      expect(released).toMatchObject({ owner: undefined, checkpointOwner: undefined });
    });

    it('reports throughput with renewals and checkpoints, and keeps what was reported when there is none', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      const renewed = await write(taken, { kind: 'renew', throughputKBps: 12.34567 });
      expect(renewed.throughputKBps).toBe(12.3457);
      const again = await write(renewed, { kind: 'renew' });
      expect(again.throughputKBps).toBe(12.3457);
      const position = { sequenceNumber: '4959', subSequenceNumber: 0 };
      const checkpointed = await write(again, { kind: 'checkpoint', position, throughputKBps: 0 });
      expect(checkpointed.throughputKBps).toBe(0);
      await expect(harness().row(key)).resolves.toMatchObject({ throughputKBps: { N: '0' } });
    });

    it('wakes an owner up, who answers with its next write; a call that comes meanwhile stays', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'a' });
      await expect(harness().store.wake(key, 'b', 'c')).resolves.toBe('changed');
      await expect(harness().store.wake(key, 'a', 'c')).resolves.toBe('stored');
      const renewed = await write(taken, { kind: 'renew' });
      expect(renewed).toMatchObject({ counter: 2, wokenBy: 'c' });
      const answered = await write(renewed, { kind: 'renew' });
      expect(answered).toMatchObject({ counter: 3, wokenBy: undefined });
      await expect(harness().store.wake(`${key}-absent`, 'a', 'c')).resolves.toBe('changed');
      await expect(harness().row(`${key}-absent`)).resolves.toBeUndefined();
    });

    it('counts a switch from one owner to another, and none from nobody', async () => {
      const first = await write(await created(), { kind: 'take', owner: 'a' });
      expect(first.ownerSwitchesSinceCheckpoint).toBe(0);
      const second = await write(first, { kind: 'take', owner: 'b' });
      expect(second.ownerSwitchesSinceCheckpoint).toBe(1);
    });

    it('answers a write to a lease that is gone with a result', async () => {
      const seen = lease(key);
      await expect(harness().store.write(seen, { kind: 'renew' })).resolves.toBe('lost');
      await expect(harness().store.setChildShardIds(key, ['c'])).resolves.toBe('absent');
      await expect(harness().store.setHashRange(key, { startingHashKey: '0', endingHashKey: '1' })).resolves.toBe('absent');
      await expect(harness().store.delete(seen)).resolves.toBe('changed');
      await expect(harness().store.get(key)).resolves.toBeUndefined();
    });

    it('stores children and hash range without touching the counter', async () => {
      const seen = await created();
      await harness().store.setChildShardIds(key, ['c1', 'c2']);
      await harness().store.setHashRange(key, { startingHashKey: '5', endingHashKey: '6' });
      const after = await harness().store.get(key);
      expect(after).toMatchObject({ counter: seen.counter, hashRange: { startingHashKey: '5', endingHashKey: '6' } });
      expect([...(after?.childShardIds ?? [])].sort()).toEqual(['c1', 'c2']);
    });

    it('deletes a lease only as it was seen', async () => {
      const seen = await created();
      const taken = await write(seen, { kind: 'take', owner: 'me' });
      await expect(harness().store.delete(seen)).resolves.toBe('changed');
      await expect(harness().store.delete(taken)).resolves.toBe('deleted');
      await expect(harness().store.get(key)).resolves.toBeUndefined();
    });

    it('reads what Java workers write, and leaves what it does not know as it was', async () => {
      const row: Row = { ...javaRow, leaseKey: { S: key } };
      await harness().put(row);
      const seen = await harness().store.get(key);
      expect(seen).toMatchObject({
        counter: 41,
        owner: 'java-worker',
        checkpoint: { sequenceNumber: javaRow['checkpoint']?.S, subSequenceNumber: 3 },
        parentShardIds: ['shardId-000000000001', 'shardId-000000000002'],
      });
      const taken = await write(seen as Lease, { kind: 'take', owner: 'me' });
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'checkpointOwner'));
      await expect(harness().row(key)).resolves.toEqual({
        ...kept,
        leaseOwner: { S: 'me' },
        handOffOwner: { S: 'me' },
        leaseCounter: { N: '42' },
        ownerSwitchesSinceCheckpoint: { N: '3' },
      });
      await write(taken, { kind: 'checkpoint', position: { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 } });
      const after = await harness().row(key);
      expect(Object.keys(after ?? {}).filter((name) => name.startsWith('pending'))).toEqual([]);
      expect(after).toMatchObject({
        somethingNew: row['somethingNew'],
        throughputKBps: { N: '12.5' },
        entityType: { S: 'LEASE' },
      });
    });

    it('carries a watermark with renewals and checkpoints, never lower than the one that is there, and leaves it to everybody', async () => {
      const taken = await write(await created(), { kind: 'take', owner: 'me' });
      expect(taken.arrivalWatermarkMs).toBeUndefined();
      const renewed = await write(taken, { kind: 'renew', arrivalWatermarkMs: 1_766_000_000_123.9 });
      expect(renewed.arrivalWatermarkMs).toBe(1_766_000_000_123);
      await expect(harness().row(key)).resolves.toMatchObject({ arrivalWatermark: { N: '1766000000123' } });
      const lower = await write(renewed, { kind: 'renew', arrivalWatermarkMs: 1_766_000_000_000 });
      const silent = await write(lower, { kind: 'renew' });
      expect(silent.arrivalWatermarkMs).toBe(1_766_000_000_123);
      const position = { sequenceNumber: '7', subSequenceNumber: 0 };
      const checkpointed = await write(silent, { kind: 'checkpoint', position, arrivalWatermarkMs: 1_766_000_005_000 });
      expect(checkpointed).toMatchObject({ checkpoint: position, arrivalWatermarkMs: 1_766_000_005_000 });
      const released = await write(checkpointed, { kind: 'release', owner: 'me' });
      const again = await write(released, { kind: 'take', owner: 'you' });
      expect(again.arrivalWatermarkMs).toBe(1_766_000_005_000);
      await expect(harness().store.get(key)).resolves.toEqual(again);
    });

    it('claims nothing of a watermark that cannot be read', async () => {
      await harness().put({ ...javaRow, leaseKey: { S: key }, arrivalWatermark: { S: 'yesterday' } });
      const seen = await harness().store.get(key);
      expect(seen).toMatchObject({ counter: 41, arrivalWatermarkMs: undefined });
    });

    it('writes an empty set as no attribute and the parents under their singular name', async () => {
      await harness().store.create({ ...lease(key), parentShardIds: ['p'] });
      await expect(harness().row(key)).resolves.toEqual({
        leaseKey: { S: key },
        leaseCounter: { N: '0' },
        checkpoint: { S: 'TRIM_HORIZON' },
        checkpointSubSequenceNumber: { N: '0' },
        ownerSwitchesSinceCheckpoint: { N: '0' },
        parentShardId: { SS: ['p'] },
        startingHashKey: { S: '0' },
        endingHashKey: { S: '99' },
      });
    });

    it('passes over rows that are not leases and names those that cannot be read', async () => {
      await created();
      await harness().put({ leaseKey: { S: `${key}-stats` }, entityType: { S: 'WORKER_METRICS' } });
      await harness().put({ leaseKey: { S: `${key}-broken` }, checkpoint: { S: 'TRIM_HORIZON' } });
      await harness().put({ leaseKey: { S: `${key}-odd` }, leaseCounter: { N: '1' }, checkpoint: { S: 'SOMEWHERE' } });
      const { leases, unreadable } = await harness().store.list();
      const ours = (leaseKey: string): boolean => leaseKey.startsWith(key);
      expect(leases.map(({ leaseKey }) => leaseKey).filter(ours)).toEqual([key]);
      expect(
        unreadable
          .filter(({ leaseKey }) => ours(leaseKey))
          .map(({ reason }) => reason)
          .sort(),
      ).toEqual(['checkpoint is neither a sequence number nor a known word: SOMEWHERE', 'leaseCounter is not a whole number']);
    });

    it('refuses a table with the leases of several streams', async () => {
      const leaseKey = `123456789012:${key}:1700000000:shardId-000000000000`;
      const streamName = { S: `123456789012:${key}:1700000000` };
      const ofJava = { leaseKey: { S: leaseKey }, leaseCounter: { N: '1' }, checkpoint: { S: 'TRIM_HORIZON' }, streamName };
      await harness().put(ofJava);
      await expect(harness().store.list()).rejects.toMatchObject({
        code: 'LEASE_TABLE_FOREIGN',
        message: expect.stringContaining('several streams') as unknown,
      });
      await harness().store.delete({ ...lease(leaseKey), counter: 1 });
      await expect(harness().store.list()).resolves.toBeDefined();
    });
  });
}
