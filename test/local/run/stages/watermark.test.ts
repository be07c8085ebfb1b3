import type { ShardLease } from '../../../../core/window-closing';
import { watermarksPass } from '../../../../local/run/stages/watermark';

const lease = (arrivalWatermarkMs: number): ShardLease => ({
  leaseKey: 'shardId-0',
  checkpoint: '49',
  startingHashKey: '0',
  endingHashKey: String(2n ** 128n - 1n),
  owner: 'consumer-1',
  arrivalWatermarkMs,
});

function waiting(claims: readonly number[]): { readonly passed: Promise<number>; readonly asked: () => number } {
  let asked = 0;
  let now = 0;
  const passed = watermarksPass({
    readLeases: async () => [lease(claims[Math.min(asked++, claims.length - 1)] ?? 0)],
    arrivedBefore: 5_000,
    line: { update: () => undefined, tick: () => undefined, done: () => undefined, fail: () => undefined },
    signal: new AbortController().signal,
    now: () => now,
    sleep: async (ms) => void (now += ms),
  });
  return { passed, asked: () => asked };
}

describe('the end of the stream', () => {
  test('is there when the leases claim all that was sent, and their claim is the cutoff', async () => {
    const { asked, passed } = waiting([0, 4_999, 5_200]);
    expect(await passed).toBe(5_200);
    expect(asked()).toBe(3);
  });

  test('is not waited for without end', async () => {
    await expect(waiting([4_000]).passed).rejects.toThrow(
      /shardId-0 is complete until 1970-01-01T00:00:04.000Z, 1 s short; read by consumer-1/,
    );
  });
});
