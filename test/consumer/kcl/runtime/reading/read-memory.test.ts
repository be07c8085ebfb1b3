import { memoryWeight } from '../../../../../consumer/kcl/decisions/read-size';
import type { RecordsResult } from '../../../../../consumer/kcl/ports/stream-api';
import { Fleet } from '../../fleet/fleet';

const mebibyte = 1024 * 1024;

/** Reads of a fleet's stream and what they brought that no processor has finished yet. */
class Meter {
  readonly limits: number[] = [];
  heldBytes = 0;
  mostHeldBytes = 0;

  constructor(readonly fleet: Fleet) {
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    fleet.stream.getRecords = async (iterator, limit): Promise<RecordsResult> => {
      this.limits.push(limit);
      const reply = await getRecords(iterator, limit);
      if (reply.kind === 'records') {
        this.hold(memoryWeight(reply.batch.records.length, reply.bytes));
      }
      return reply;
    };
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
    this.mostHeldBytes = Math.max(this.mostHeldBytes, this.heldBytes);
  }

  put(count: number, bytes: number): void {
    for (let i = 0; i < count; i += 1) {
      this.fleet.stream.put(`key-${i}`, new Uint8Array(bytes));
    }
  }

  /** A worker whose processor takes its time; resolves the number of records that it has finished. */
  start(maxMemoryBytes: number, processingMs: number): { finished: number; perShard: Map<string, number> } {
    const done = { finished: 0, perShard: new Map<string, number>() };
    this.fleet.start('a', {
      maxMemoryBytes,
      processor: ({ shardId, checkpointer }) => ({
        process: async ({ records }) => {
          await this.fleet.clock.sleep(processingMs);
          done.finished += records.length;
          done.perShard.set(shardId, (done.perShard.get(shardId) ?? 0) + records.length);
          const last = records.at(-1);
          await (last && checkpointer.checkpoint(last));
          this.hold(
            -memoryWeight(
              records.length,
              records.reduce((sum, { data }) => sum + data.byteLength, 0),
            ),
          );
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    return done;
  }
}

describe('what a worker holds in memory', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  it('stays within the limit for all shards together, whatever the backlog, and none of them starves', async () => {
    fleet = new Fleet(16);
    const meter = new Meter(fleet);
    meter.put(4000, 10_000);
    const done = meter.start(4 * mebibyte, 500);
    await fleet.clock.advance(30_000);
    const counts = [...done.perShard.values()];
    expect(counts).toHaveLength(16);
    expect(Math.min(...counts)).toBeGreaterThan(0.3 * Math.max(...counts));
    // The very first reads may bring more than was known to come: one full reply.
    expect(meter.mostHeldBytes).toBeLessThan(4 * mebibyte + 10 * mebibyte);
    meter.mostHeldBytes = 0;
    await fleet.clock.advance(30_000);
    expect(meter.mostHeldBytes).toBeLessThanOrEqual(4 * mebibyte);
    await fleet.clock.advance(120_000);
    expect(done.finished).toBe(4000);
  });

  it('lets each read ask for as many records as there is room for', async () => {
    fleet = new Fleet(1);
    const meter = new Meter(fleet);
    meter.put(1500, 20_000);
    const done = meter.start(2 * mebibyte, 100);
    await fleet.clock.advance(60_000);
    expect(done.finished).toBe(1500);
    const [unknown, ...rest] = meter.limits;
    expect(unknown).toBe(10);
    expect(Math.max(...rest)).toBeLessThanOrEqual((2 * mebibyte) / 20_000);
  });

  it('does not keep records from being read that are larger than the limit', async () => {
    fleet = new Fleet(4);
    const meter = new Meter(fleet);
    meter.put(12, 3 * mebibyte);
    const done = meter.start(mebibyte, 200);
    await fleet.clock.advance(120_000);
    expect(done.finished).toBe(12);
  });

  it('is not used up by shards whose processors are stuck', async () => {
    fleet = new Fleet(8);
    const meter = new Meter(fleet);
    meter.put(800, 10_000);
    const stuck = new Set(['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002']);
    const seen = new Map<string, number>();
    fleet.start('a', {
      maxMemoryBytes: 2 * mebibyte,
      processor: ({ shardId, checkpointer, signal }) => ({
        process: async ({ records }) => {
          if (stuck.has(shardId)) {
            await fleet.clock.sleep(1_000_000_000, signal);
          }
          seen.set(shardId, (seen.get(shardId) ?? 0) + records.length);
          const last = records.at(-1);
          await (last && checkpointer.checkpoint(last));
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    await fleet.clock.advance(120_000);
    expect([...seen.keys()].sort()).toEqual(fleet.stream.openShardIds.filter((id) => !stuck.has(id)));
    const left = [...seen.values()].reduce((sum, count) => sum + count, 0);
    expect(left).toBeGreaterThan(400);
  });
});
