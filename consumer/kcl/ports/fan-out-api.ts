import type { Shard } from '../decisions/shard-graph';
import type { RecordBatch } from '../record';
import type { IteratorPosition } from './stream-api';

/** The calls that enhanced fan-out is made of. What is expected to happen is a result; a rejection may be tried again. */
export interface FanOutApi {
  /**
   * Looks for the stream's consumer of this application, and registers it when there is none. Never deletes one.
   *
   * @throws KclError STREAM_MISSING
   */
  findConsumer(signal?: AbortSignal): Promise<ConsumerResult>;
  /**
   * Asks the service to push the records of a shard from a position on. Aborting `signal` ends the subscription, too.
   *
   * @throws KclError STREAM_MISSING
   */
  subscribe(consumerArn: string, shardId: string, from: IteratorPosition, signal: AbortSignal): Promise<SubscribeResult>;
}

/**
 * Why a worker cannot have fan-out. `access-denied`: the credentials do not allow a call. `consumer-limit`: the stream has as many
 * consumers as it may have, or too many are being made. `unsupported`: the endpoint does not know the operation. `consumer-missing`:
 * there is no consumer of the given ARN, or no longer. `not-active`: the consumer was not ready in time.
 */
export type FanOutObstacle = 'access-denied' | 'consumer-limit' | 'unsupported' | 'consumer-missing' | 'not-active';

export interface Impossible {
  readonly kind: 'impossible';
  readonly reason: FanOutObstacle;
  readonly error: unknown;
}

export type ConsumerResult =
  | { readonly kind: 'active'; readonly consumerArn: string }
  /** It exists and is not ready; ask again in a second. */
  | { readonly kind: 'pending' }
  | Impossible;

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
export type SubscribeResult =
  | {
      readonly kind: 'subscribed';
      readonly subscription: Subscription;
      /** The stream's own time when it answered, or a little earlier. Milliseconds since the epoch. @default - it does not tell */
      readonly streamTimeMs?: number | undefined;
    }
  /** Less than five seconds after a subscription to this shard, by whomever, or the consumer is not active. */
  | { readonly kind: 'busy'; readonly error: unknown }
  | { readonly kind: 'throttled' }
  /** The stream exists and does not list the shard any more: its retention is over. */
  | { readonly kind: 'gone' }
  | Impossible;

/** Records of one shard as the service pushes them, taken one event at a time: what is not asked for is held back by flow control. */
export interface Subscription {
  /**
   * The next event. Calls do not overlap; after anything but `records` there are no more.
   *
   * @throws whatever broke the connection
   */
  next(): Promise<SubscriptionEvent>;
}

export type SubscriptionEvent =
  | {
      readonly kind: 'records';
      /** Empty in the heartbeat that the service sends about every five seconds. */
      readonly batch: RecordBatch;
      /** Of the records' data. */
      readonly bytes: number;
      /** Where to go on, exclusive; may be past the last record. Undefined at the end of the shard. */
      readonly continueAfter: string | undefined;
      /** At the end of the shard; may be empty even there. */
      readonly children: readonly Shard[];
    }
  /** The service has closed it: its five minutes are over, or it was read too slowly. */
  | { readonly kind: 'expired' }
  /** Another reader has subscribed to the shard in the same consumer's name. */
  | { readonly kind: 'taken-over' };
