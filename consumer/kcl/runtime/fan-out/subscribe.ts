import type { Clock } from '../../clock';
import type { FanOutApi, SubscribeResult } from '../../ports/fan-out-api';
import type { IteratorPosition } from '../../ports/stream-api';
import { within } from '../abort';

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
  const { api, clock, consumerArn, from, shardId, withinMs: ms } = request;
  const connection = new AbortController();
  const reply = await within({ clock, ms, name: 'SubscribeToShard', signal }, (own) => {
    own.addEventListener('abort', () => connection.abort(own.reason), { once: true });
    return api.subscribe(consumerArn, shardId, from, connection.signal);
  });
  return { reply, cancel: () => connection.abort() };
}
