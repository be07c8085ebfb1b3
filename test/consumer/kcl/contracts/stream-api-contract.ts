import type { IteratorPosition, RecordsResult, StreamApi } from '../../../../consumer/kcl/ports/stream-api';

/** An adapter under test, with a way past it to the stream, whose hash keys start in two shards. */
export interface StreamHarness {
  readonly api: StreamApi;
  readonly put: (
    partitionKey: string,
    data: Uint8Array,
  ) => Promise<{ readonly shardId: string; readonly sequenceNumber: string }>;
  readonly split: (shardId: string) => Promise<void>;
  readonly merge: (shardId: string, adjacentShardId: string) => Promise<void>;
  /** Lets time pass for the stream, so that limits are refilled or iterators expire. */
  readonly pass: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

type Records = Extract<RecordsResult, { kind: 'records' }>;

/** What an emulator may lack; the tests of it are then reported as skipped. `expiry`: iterators that grow old as `pass` is called. */
export type StreamCapability = 'expiry' | 'throttling';

/** What every stream must do, whatever it stands on. */
export function streamApiContract(
  name: string,
  start: () => Promise<StreamHarness>,
  options: { readonly lacks?: readonly StreamCapability[] } = {},
): void {
  const itNeeds = (capability: StreamCapability) => (options.lacks?.includes(capability) === true ? it.skip : it);
  describe(`stream: ${name}`, () => {
    let stream: StreamHarness;
    beforeEach(async () => {
      stream = await start();
    });

    const iterator = async (shardId: string, from: IteratorPosition): Promise<string> => {
      const reply = await stream.api.getIterator(shardId, from);
      if (reply.kind !== 'iterator') {
        throw new Error('throttled');
      }
      return reply.iterator;
    };
    const read = async (from: string, limit = 100): Promise<Records> => {
      const reply = await stream.api.getRecords(from, limit);
      if (reply.kind !== 'records') {
        throw new Error(reply.kind);
      }
      return reply;
    };
    const readFrom = async (shardId: string, from: IteratorPosition): Promise<readonly string[]> => {
      const { batch } = await read(await iterator(shardId, from));
      return batch.records.map(({ sequenceNumber }) => sequenceNumber);
    };

    it('lists its shards: ids, ranges that cover all hash keys, parents, whether closed', async () => {
      const shards = await stream.api.listShards();
      expect(shards).toHaveLength(2);
      expect(shards.map(({ parentShardIds, closed }) => [parentShardIds, closed])).toEqual([
        [[], false],
        [[], false],
      ]);
      expect(shards[0]?.hashRange.startingHashKey).toBe('0');
      expect(shards[1]?.hashRange.endingHashKey).toBe('340282366920938463463374607431768211455');
    });

    it('gives records in order with their bytes, at most as many as asked for, and then the rest', async () => {
      const sent = [];
      for (let i = 0; i < 5; i += 1) {
        sent.push(await stream.put('key', Buffer.from(`record ${i}`)));
      }
      const shardId = sent[0]?.shardId ?? '';
      const first = await read(await iterator(shardId, { type: 'TRIM_HORIZON' }), 3);
      const rest = await read(first.nextIterator ?? '');
      const records = [...first.batch.records, ...rest.batch.records];
      expect(first.batch.records).toHaveLength(3);
      expect(records.map(({ sequenceNumber }) => sequenceNumber)).toEqual(sent.map(({ sequenceNumber }) => sequenceNumber));
      expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(sent.map((_, i) => `record ${i}`));
      expect(records.map(({ partitionKey, subSequenceNumber }) => [partitionKey, subSequenceNumber])).toEqual(
        sent.map(() => ['key', 0]),
      );
      expect(first.bytes).toBe(24);
      expect(rest.batch.millisBehindLatest).toBe(0);
      expect(Math.abs((records[0]?.arrivalTimeMs ?? 0) - stream.nowMs())).toBeLessThan(5000);
    });

    it('tells its own time with each reply, rounded down by a second at most', async () => {
      const [shard] = await stream.api.listShards();
      const beforeMs = stream.nowMs();
      const { streamTimeMs } = await read(await iterator(shard?.shardId ?? '', { type: 'LATEST' }));
      // Node.js keeps the date of its replies for a second.
      expect(streamTimeMs).toBeGreaterThan(beforeMs - 2000);
      expect(streamTimeMs).toBeLessThanOrEqual(stream.nowMs());
    });

    it('starts where it is told to', async () => {
      const a = await stream.put('key', Buffer.from('a'));
      await stream.pass(2000);
      const betweenMs = stream.nowMs();
      await stream.pass(2000);
      const b = await stream.put('key', Buffer.from('b'));
      const { sequenceNumber } = a;
      await expect(readFrom(a.shardId, { type: 'AT_SEQUENCE_NUMBER', sequenceNumber })).resolves.toHaveLength(2);
      await expect(readFrom(a.shardId, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber })).resolves.toEqual([b.sequenceNumber]);
      await expect(readFrom(a.shardId, { type: 'AT_TIMESTAMP', timestampMs: betweenMs })).resolves.toEqual([b.sequenceNumber]);
      await expect(readFrom(a.shardId, { type: 'LATEST' })).resolves.toEqual([]);
    });

    it('ends a shard that was split with its children, whose leases can be made from what it tells', async () => {
      const { shardId } = await stream.put('key', Buffer.from('a'));
      await stream.split(shardId);
      const reply = await read(await iterator(shardId, { type: 'TRIM_HORIZON' }));
      const end = reply.nextIterator === undefined ? reply : await read(reply.nextIterator);
      expect(reply.batch.records).toHaveLength(1);
      expect(end.nextIterator).toBeUndefined();
      expect(end.children.map(({ parentShardIds }) => parentShardIds)).toEqual([[shardId], [shardId]]);
      const listed = await stream.api.listShards();
      const ids = end.children.map((child) => child.shardId);
      expect(listed.filter((shard) => ids.includes(shard.shardId)).map(({ hashRange }) => hashRange)).toEqual(
        end.children.map(({ hashRange }) => hashRange),
      );
      expect(listed.find((shard) => shard.shardId === shardId)?.closed).toBe(true);
    });

    it('names both parents of a merged shard', async () => {
      const [low, high] = (await stream.api.listShards()).map(({ shardId }) => shardId) as [string, string];
      await stream.merge(low, high);
      const end = await read(await iterator(high, { type: 'TRIM_HORIZON' }));
      expect(end.nextIterator).toBeUndefined();
      expect(end.children).toHaveLength(1);
      expect([...(end.children[0]?.parentShardIds ?? [])].sort()).toEqual([low, high].sort());
      const child = (await stream.api.listShards()).find(({ parentShardIds }) => parentShardIds.length === 2);
      expect(child?.shardId).toBe(end.children[0]?.shardId);
    });

    itNeeds('expiry')('answers an iterator that is too old with a result', async () => {
      const [shard] = await stream.api.listShards();
      const old = await iterator(shard?.shardId ?? '', { type: 'TRIM_HORIZON' });
      await stream.pass(301_000);
      await expect(stream.api.getRecords(old, 10)).resolves.toEqual({ kind: 'expired' });
    });

    itNeeds('throttling')('throttles the sixth read of a shard within a second, as a result', async () => {
      const [shard] = await stream.api.listShards();
      let next = await iterator(shard?.shardId ?? '', { type: 'TRIM_HORIZON' });
      for (let i = 0; i < 5; i += 1) {
        next = (await read(next)).nextIterator ?? '';
      }
      await expect(stream.api.getRecords(next, 10)).resolves.toEqual({ kind: 'throttled' });
      await stream.pass(1100);
      await expect(stream.api.getRecords(next, 10)).resolves.toMatchObject({ kind: 'records' });
    });

    it('tells of a shard that is not there while the stream is', async () => {
      await expect(stream.api.getIterator('shardId-000000000999', { type: 'LATEST' })).resolves.toEqual({ kind: 'gone' });
    });
  });
}
