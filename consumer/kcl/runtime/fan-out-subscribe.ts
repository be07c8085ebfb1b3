import type { Clock } from '../clock';
import type { FanOutApi, SubscribeResult } from '../ports/fan-out-api';
import type { IteratorPosition } from '../ports/stream-api';
import { withOwnSignal } from './abort';

export interface SubscribeRequest {
  readonly api: FanOutApi;
  readonly clock: Clock;
  readonly consumerArn: string;
  readonly shardId: string;
  readonly from: IteratorPosition;
  /** A call that is not answered for so long is given up, in milliseconds. */
  readonly withinMs: number;
}

export interface Subscribed {
  readonly reply: SubscribeResult;
  /** Ends the connection of the subscription, if there is one. */
  readonly cancel: () => void;
}

/**
 * Calls SubscribeToShard. `signal` ends the call, and not the subscription that comes of it.
 *
 * @throws Error when there is no answer in time; what the call itself fails with
 */
export async function subscribe(request: SubscribeRequest, signal: AbortSignal): Promise<Subscribed> {
  const { api, clock, consumerArn, from, shardId, withinMs } = request;
  const connection = new AbortController();
  const answered = new AbortController();
  const reply = await withOwnSignal(signal, async (own) => {
    own.addEventListener('abort', () => connection.abort(own.reason), { once: true });
    const late = clock.sleep(withinMs, AbortSignal.any([answered.signal, own])).then((): never => {
      throw new Error(`SubscribeToShard was not answered within ${withinMs} ms`);
    });
    const call = api.subscribe(consumerArn, shardId, from, connection.signal);
    try {
      return await Promise.race([call, late]);
    } catch (error: unknown) {
      connection.abort();
      throw error;
    } finally {
      // Whichever of them comes second is of no interest.
      late.catch(() => undefined);
      call.catch(() => undefined);
      answered.abort();
    }
  });
  return { reply, cancel: () => connection.abort() };
}
