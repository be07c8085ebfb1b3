import { VirtualClock } from '../../../../../consumer/kcl/testing';
import type { SubscriptionEvent } from '../../../../../consumer/kcl/ports/fan-out-api';
import { OpenSubscription, type WaitResult } from '../../../../../consumer/kcl/runtime/fan-out/open-subscription';

const idleTimeMs = 1000;
const heartbeat: SubscriptionEvent = {
  kind: 'records',
  batch: { records: [], millisBehindLatest: 0 },
  bytes: 0,
  continueAfter: '1',
  children: [],
};

describe('when an event of a subscription was made', () => {
  let clock: VirtualClock;
  let subscription: OpenSubscription;
  /** Gives the event that is waited for. */
  let push: () => void;
  const { signal } = new AbortController();

  beforeEach(async () => {
    clock = new VirtualClock();
    await clock.advance(10_000);
    subscription = new OpenSubscription({
      shardId: 'shard',
      subscription: { next: () => new Promise((resolve) => (push = () => resolve(heartbeat))) },
      clock,
      emit: () => undefined,
      askedMs: 9_000,
      silenceTimeMs: 15_000,
      idleTimeMs,
      cancel: () => undefined,
    });
  });

  /** Waits while so many milliseconds pass, at the end of which an event comes if `comes`. */
  const wait = async (ms: number, comes: boolean): Promise<WaitResult> => {
    const waiting = subscription.wait(signal);
    await clock.advance(ms);
    if (comes) {
      push();
    }
    return waiting;
  };
  const first = async (): Promise<void> => {
    expect(await wait(0, true)).toMatchObject({ kind: 'records', madeAfterMs: 9_000 });
  };

  it('is after the subscription was asked for, in the case of the first', first);

  it('is not known of one that was there at once, or after a single look: it may have been on its way for long', async () => {
    await first();
    expect(await wait(0, true)).toMatchObject({ madeAfterMs: undefined });
    expect(await wait(idleTimeMs, false)).toEqual({ kind: 'idle' });
    expect(await wait(10, true)).toMatchObject({ madeAfterMs: undefined });
  });

  it('is after the last look but one that found nothing', async () => {
    await first();
    for (let look = 0; look < 4; look += 1) {
      expect(await wait(idleTimeMs, false)).toEqual({ kind: 'idle' });
    }
    expect(await wait(900, true)).toMatchObject({ madeAfterMs: 13_000 });
  });

  it('is not put later by a reader that was busy while it came', async () => {
    await first();
    await wait(idleTimeMs, false);
    await wait(idleTimeMs, false);
    await clock.advance(3000);
    push();
    await clock.advance(600_000);
    expect(await wait(0, false)).toMatchObject({ kind: 'records', madeAfterMs: 11_000 });
  });
});
