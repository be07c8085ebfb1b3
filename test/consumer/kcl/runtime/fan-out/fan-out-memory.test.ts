import { TRIM_HORIZON } from '../../../../../consumer/kcl/decisions/position';
import { memoryWeight } from '../../../../../consumer/kcl/decisions/read-size';
import { VirtualClock } from '../../../../../consumer/kcl/in-memory/virtual-clock';
import type { ReadResult } from '../../../../../consumer/kcl/ports/shard-source';
import { FanOutSource } from '../../../../../consumer/kcl/runtime/fan-out/fan-out-source';
import { MemoryBudget } from '../../../../../consumer/kcl/runtime/reading/memory-budget';
import { PollingSource } from '../../../../../consumer/kcl/runtime/reading/polling-source';
import { ScriptedFanOut } from './scripted-fan-out';

const pushBytes = memoryWeight(3, 300);

describe('the memory of records that are pushed', () => {
  it('is found although it is more than a shard can be sure of and the processor of another shard is stuck', async () => {
    const clock = new VirtualClock();
    const shard = new ScriptedFanOut(clock);
    const budget = new MemoryBudget(2 * pushBytes);
    const signal = new AbortController();
    const stuck = await budget.open().reserve(2 * pushBytes, 1, signal.signal);
    expect(stuck.bytes).toBeGreaterThanOrEqual(pushBytes);
    const random = (): number => 0.5;
    const times = { silenceTimeMs: 15_000, retryAfterMs: 300_000, idleReadIntervalMs: 1000 };
    const polling = new PollingSource({
      ...{ api: shard, clock, random, readIntervalMs: 200, idleReadIntervalMs: 1000 },
      ...{ maxRecordsPerRead: 100, startTimestampMs: undefined },
    });
    const source = new FanOutSource({ api: shard, clock, random, emit: () => undefined, ...times, polling });
    shard.put(3);
    const memory = budget.open();
    const reader = source.open({ shardId: shard.shardId, startAfter: TRIM_HORIZON, report: () => undefined, memory });
    let result: ReadResult | undefined;
    void reader.read(signal.signal).then(
      (read) => (result = read),
      () => undefined,
    );
    await clock.advance(1000);
    expect(result).toMatchObject({ kind: 'records', bytes: 300 });
    expect(memory.heldBytes).toBe(pushBytes);
    signal.abort();
  });
});
