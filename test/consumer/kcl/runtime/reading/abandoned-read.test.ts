import type { ShardReader, ReadResult } from '../../../../../consumer/kcl/ports/shard-source';
import { VirtualClock } from '../../../../../consumer/kcl/in-memory/virtual-clock';
import { MemoryBudget } from '../../../../../consumer/kcl/runtime/reading/memory-budget';
import type { OwnedLease } from '../../../../../consumer/kcl/runtime/leasing/owned-lease';
import { ShardReading } from '../../../../../consumer/kcl/runtime/reading/shard-reading';
import { ShardVitals } from '../../../../../consumer/kcl/runtime/reading/shard-vitals';

describe('a read that was given up', () => {
  it('does not hide from the watch over the reader that the next one is stuck', async () => {
    const clock = new VirtualClock();
    const vitals = new ShardVitals();
    const replies: ((result: ReadResult) => void)[] = [];
    const reader: ShardReader = { read: () => new Promise((resolve) => replies.push(resolve)) };
    const lease = { leaseKey: 'shard', checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 } };
    const props = {
      source: { open: () => reader, listShards: async () => [] },
      clock,
      emit: () => undefined,
      budget: new MemoryBudget(1_000_000),
      maxRecordsPerBatch: 10,
    };
    const open = (): ShardReading =>
      new ShardReading(props, { lease } as unknown as OwnedLease, vitals, new AbortController().signal);
    const first = open();
    const given = first.read();
    first.close();
    await clock.advance(1000);
    const second = open();
    void second.read();
    replies[0]?.({ kind: 'gone' });
    await given;
    expect(vitals.readingSinceMs).toBe(1000);
  });
});
