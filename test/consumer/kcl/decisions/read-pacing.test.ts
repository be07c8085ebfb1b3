import fc from 'fast-check';
import { paceRead, readLimits, unpaced, type ReadOutcome, type ReadPacing } from '../../../../consumer/kcl/decisions/read-pacing';

const options = { readIntervalMs: 200, idleReadIntervalMs: 1000 };
const half = (): number => 0.5;
const records = (bytes: number): ReadOutcome => ({ kind: 'records', bytes, idle: false });
const idle: ReadOutcome = { kind: 'records', bytes: 0, idle: true };

/** The waits after these outcomes, in a row. */
function waits(outcomes: readonly ReadOutcome[], start: ReadPacing = unpaced): readonly number[] {
  let pacing = start;
  return outcomes.map((outcome) => {
    const paced = paceRead(pacing, outcome, options, half);
    pacing = paced.pacing;
    return Math.round(paced.waitMs);
  });
}

/**
 * A shard as the service limits it: five calls in any second, and no call before what the last ones brought is refilled. Whatever a
 * reply is larger than what is left has to be refilled as a whole: 10 MiB cost five seconds.
 */
class ModelShard {
  private calls: number[] = [];
  private tokens: number = readLimits.bytesPerSecond;
  private filledMs = 0;

  call(nowMs: number, bytes: number): 'served' | 'throttled' {
    this.tokens = Math.min(readLimits.bytesPerSecond, this.tokens + ((nowMs - this.filledMs) * readLimits.bytesPerSecond) / 1000);
    this.filledMs = nowMs;
    this.calls = this.calls.filter((calledMs) => nowMs - calledMs < 1000);
    if (this.tokens < 0 || this.calls.length >= readLimits.callsPerSecond) {
      return 'throttled';
    }
    this.calls.push(nowMs);
    this.tokens = bytes > this.tokens ? -bytes : this.tokens - bytes;
    return 'served';
  }
}

describe('the pacing of reads', () => {
  it('never lets a reader that is alone be throttled, whatever it reads and however long the network takes', () => {
    const step = fc.record({
      bytes: fc.oneof(fc.constant(0), fc.nat(10_000), fc.nat(10 * 1024 * 1024)),
      sendMs: fc.nat(400),
      replyMs: fc.nat(400),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const shard = new ModelShard();
        let pacing = unpaced;
        let nowMs = 0;
        for (const { bytes, sendMs, replyMs } of steps) {
          expect(shard.call(nowMs + sendMs, bytes)).toBe('served');
          nowMs += sendMs + replyMs;
          const paced = paceRead(pacing, { kind: 'records', bytes, idle: bytes === 0 }, options, half);
          pacing = paced.pacing;
          nowMs += paced.waitMs;
        }
      }),
    );
  });

  it('uses at least nine tenths of what a shard gives when there is a backlog', () => {
    const shard = new ModelShard();
    const bytes = readLimits.bytesPerSecond;
    let [pacing, nowMs, read] = [unpaced, 0, 0];
    while (nowMs < 60_000) {
      expect(shard.call(nowMs + 20, bytes)).toBe('served');
      read += bytes;
      const paced = paceRead(pacing, records(bytes), options, half);
      pacing = paced.pacing;
      nowMs += 40 + paced.waitMs;
    }
    expect(read / 60).toBeGreaterThan(0.9 * readLimits.bytesPerSecond);
  });

  it('reads an idle shard less and less often, and at once as often as allowed when it has records again', () => {
    expect(waits([idle, idle, idle, idle, idle, records(10), idle])).toEqual([200, 400, 800, 1000, 1000, 200, 200]);
  });

  it('keeps its pace while it passes over a stretch of the shard without records', () => {
    expect(waits([records(0), records(0), records(0)])).toEqual([200, 200, 200]);
  });

  it('backs off further with each throttling in a row, within bounds', () => {
    const throttled = waits(Array<ReadOutcome>(12).fill({ kind: 'throttled' }));
    expect(throttled.slice(0, 4)).toEqual([375, 750, 1500, 3000]);
    expect(Math.max(...throttled)).toBeLessThanOrEqual(10_000);
  });

  it('reads more slowly after a throttling, and recovers step by step', () => {
    const [, ...after] = waits([{ kind: 'throttled' }, ...Array<ReadOutcome>(50).fill(records(10))]);
    expect(after[0]).toBe(450);
    expect(after).toEqual([...after].sort((a, b) => b - a));
    expect(after.at(-1)).toBe(200);
  });

  it('lets two readers share a shard without starving one of them or being throttled all the time', () => {
    const shard = new ModelShard();
    const readers = [0, 37].map((nowMs) => ({ nowMs, pacing: unpaced, served: 0, throttled: 0 }));
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < 4000; i += 1) {
      const [reader] = [...readers].sort((a, b) => a.nowMs - b.nowMs) as [(typeof readers)[0]];
      const served = shard.call(reader.nowMs, 1000) === 'served';
      reader[served ? 'served' : 'throttled'] += 1;
      const paced = paceRead(reader.pacing, served ? records(1000) : { kind: 'throttled' }, options, random);
      reader.pacing = paced.pacing;
      reader.nowMs += paced.waitMs;
    }
    const [a, b] = readers as [(typeof readers)[0], (typeof readers)[0]];
    expect(Math.min(a.served, b.served) / Math.max(a.served, b.served)).toBeGreaterThan(0.7);
    const seconds = Math.min(a.nowMs, b.nowMs) / 1000;
    expect((a.served + b.served) / seconds).toBeGreaterThan(3);
    expect((a.throttled + b.throttled) / (a.served + b.served)).toBeLessThan(0.2);
  });

  it('waits after an expired iterator as after any read, and longer after each failure', () => {
    expect(waits([{ kind: 'expired' }, { kind: 'failed' }, { kind: 'failed' }, records(1)])).toEqual([200, 375, 750, 200]);
  });
});
