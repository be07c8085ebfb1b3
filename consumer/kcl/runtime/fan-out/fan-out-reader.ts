import type { Clock, Random } from '../../clock';
import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import { memoryWeight } from '../../decisions/read-size';
import type { Shard } from '../../decisions/shard-graph';
import { KclError } from '../../errors';
import type { Emit, SubscriptionEnd } from '../../events';
import type { FanOutApi, Subscription } from '../../ports/fan-out-api';
import type { ReadRequest, ReadResult, ShardReader } from '../../ports/shard-source';
import type { IteratorPosition } from '../../ports/stream-api';
import type { FanOutConsumer } from './fan-out-consumer';
import type { SubscriptionPace } from './subscription-pace';
import { OpenSubscription, type WaitResult } from './open-subscription';
import { PollingInterlude } from './polling-interlude';
import { iteratorPosition } from '../reading/iterator-position';
import { subscribe, type Subscribed } from './subscribe';
import { clockSkewMs, type PollingSource } from '../reading/polling-source';
import { TipWatch } from '../reading/tip-watch';

export interface FanOutProps {
  readonly api: FanOutApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** A subscription that gives nothing for so long, not even a heartbeat, is cancelled and made anew. Milliseconds. */
  readonly silenceTimeMs: number;
  /** How long a shard is polled when fan-out is not possible before it is tried again. Milliseconds. */
  readonly retryAfterMs: number;
  /** How long to wait for an event before the processor hears that there is none, in milliseconds. */
  readonly idleReadIntervalMs: number;
  /** What shards are polled with when fan-out is not possible. */
  readonly polling: PollingSource;
}

export interface FanOutReaderProps extends FanOutProps {
  readonly consumer: FanOutConsumer;
  readonly pace: SubscriptionPace;
}

/** After a subscription that failed. The first wait is short, for most failures are a connection that broke. */
const backoff: BackoffOptions = { firstMs: 1000, maxMs: 10_000 };
/** After so many failures in a row a shard is polled. */
const maxFailures = 4;
/** How long after a refusal a busy shard is tried again, in milliseconds: it is free five seconds after it was subscribed to. */
const busyWaitMs = 2_500;
/**
 * A reader whose subscription was taken over waits so long before it takes it back, in milliseconds: most likely another worker has
 * the shard's lease, and this one will know by then.
 */
const takenOverWaitMs = 10_000;
/**
 * A subscription from which nothing was taken for so long is not trusted any more but made anew, in milliseconds: the process stood
 * still or its processor was slow, and the service may have given the connection up.
 */
const maxUnreadMs = 20_000;

/** Reads one shard by subscriptions, one after the other, and by polling when there can be none. */
export class FanOutReader implements ShardReader {
  private readonly tip = new TipWatch();
  private position: IteratorPosition;
  /** By how much the stream's clock is ahead of the monotonic clock, at least; undefined = not known. */
  private streamAheadMs: number | undefined;
  private subscription: OpenSubscription | undefined;
  private polling: PollingInterlude | undefined;
  private ended: readonly Shard[] | undefined;
  private failures = 0;
  private notBeforeMs = 0;
  private millisBehindLatest = 0;

  constructor(
    private readonly props: FanOutReaderProps,
    private readonly request: ReadRequest,
  ) {
    this.position = iteratorPosition(request.startAfter, props.polling.props.startTimestampMs);
  }

  async read(signal: AbortSignal): Promise<ReadResult> {
    for (;;) {
      signal.throwIfAborted();
      if (this.ended !== undefined) {
        return { kind: 'end', children: this.ended };
      }
      const result = await this.attempt(signal);
      if (result !== undefined) {
        return result;
      }
    }
  }

  /** One step on the way to a result. */
  private async attempt(signal: AbortSignal): Promise<ReadResult | undefined> {
    if (this.polling !== undefined && this.props.clock.monotonicMs() < this.polling.untilMs) {
      return this.poll(this.polling, signal);
    }
    this.polling = undefined;
    if (this.subscription !== undefined && this.subscription.unreadMs > maxUnreadMs) {
      this.close('unread');
    }
    if (this.subscription === undefined) {
      return this.subscribe(signal);
    }
    const result = this.take(this.subscription, await this.subscription.wait(signal));
    return result?.kind === 'records' ? this.withMemory(result, signal) : result;
  }

  /** Nobody can tell the service how much to send, so room is found for what came, and nothing more is taken until then. */
  private async withMemory(result: Extract<ReadResult, { kind: 'records' }>, signal: AbortSignal): Promise<ReadResult> {
    const { batch, bytes } = result;
    if (batch.records.length === 0) {
      return result;
    }
    const weight = memoryWeight(batch.records.length, bytes);
    // It is in memory already: more than the shard's own part is not waited for, or stuck processors of other shards could hold it up.
    const reservation = await this.request.memory.reserve(weight, 1, signal);
    reservation.settle(weight);
    return { ...result, reservation };
  }

  private async poll(interlude: PollingInterlude, signal: AbortSignal): Promise<ReadResult> {
    const { position, result } = await interlude.read(signal);
    this.position = position ?? this.position;
    return result;
  }

  private async subscribe(signal: AbortSignal): Promise<ReadResult | undefined> {
    const { clock, consumer, pace, silenceTimeMs: withinMs } = this.props;
    const { shardId } = this.request;
    try {
      const state = await consumer.resolve(signal);
      if (state.kind === 'unavailable') {
        this.pollUntil(state.untilMs);
        return undefined;
      }
      const paceMs = pace.waitMs(shardId);
      if (paceMs > 0) {
        this.pollUntil(clock.monotonicMs() + paceMs);
        return undefined;
      }
      await clock.sleep(Math.max(0, this.notBeforeMs - clock.monotonicMs()), signal);
      signal.throwIfAborted();
      const sent = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
      const request = { ...this.props, ...state, shardId, from: this.position, withinMs };
      return this.subscribed(await subscribe(request, signal), signal, sent);
    } catch (error: unknown) {
      if (error instanceof KclError || signal.aborted) {
        throw error;
      }
      this.failed(error);
      return undefined;
    }
  }

  private subscribed(
    { cancel, reply }: Subscribed,
    signal: AbortSignal,
    sent: { readonly monotonicMs: number; readonly wallMs: number },
  ): ReadResult | undefined {
    const { clock, pace } = this.props;
    switch (reply.kind) {
      case 'subscribed':
        pace.subscribed(this.request.shardId);
        this.fixLatest(sent.wallMs);
        this.streamAheadMs = reply.streamTimeMs === undefined ? undefined : reply.streamTimeMs - clock.monotonicMs();
        this.hold(reply.subscription, { cancelConnection: cancel, askedMs: sent.monotonicMs }, signal);
        return undefined;
      case 'busy':
        // As when a shard moves soon after it was subscribed to: for the few seconds that it lasts the shard is polled.
        if (this.countFailure(reply.error, busyWaitMs) !== undefined) {
          this.pollUntil(this.notBeforeMs);
        }
        return undefined;
      case 'throttled':
        this.throttled(new Error('SubscribeToShard is throttled'), 0);
        return undefined;
      case 'gone':
        return reply;
      case 'impossible':
        this.pollUntil(this.props.consumer.unavailable(reply).untilMs);
        return undefined;
    }
  }

  /** Keeps a subscription until it ends or the signal is aborted, read or not. */
  private hold(
    subscription: Subscription,
    { askedMs, cancelConnection }: { readonly askedMs: number; readonly cancelConnection: () => void },
    signal: AbortSignal,
  ): void {
    const { shardId } = this.request;
    const onAbort = (): void => this.close('cancelled');
    const cancel = (): void => {
      signal.removeEventListener('abort', onAbort);
      cancelConnection();
    };
    const idleTimeMs = this.props.idleReadIntervalMs;
    this.subscription = new OpenSubscription({ ...this.props, subscription, shardId, askedMs, idleTimeMs, cancel });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
  }

  private take(subscription: OpenSubscription, result: WaitResult): ReadResult | undefined {
    switch (result.kind) {
      case 'records':
        return this.takeRecords(result);
      case 'idle':
        // So that a processor which holds records in a buffer is heard of as often as it is when polling.
        return emptyBatch(this.millisBehindLatest);
      case 'expired':
        this.close('expired');
        if (!subscription.hasSpoken) {
          this.failed(new Error('the subscription ended without a single event'));
        }
        return undefined;
      case 'taken-over':
        this.close('taken-over');
        this.throttled(new Error('another reader of the same consumer has subscribed to the shard'), takenOverWaitMs);
        return undefined;
      case 'silent':
        this.close('silent');
        this.failed(new Error('the subscription fell silent'));
        return undefined;
      case 'failed':
        this.close('failed');
        this.failed(result.error);
        return undefined;
    }
  }

  private takeRecords(event: Extract<WaitResult, { kind: 'records' }>): ReadResult | undefined {
    const { batch, bytes, children, continueAfter, madeAfterMs } = event;
    const { streamAheadMs } = this;
    const askedMs = madeAfterMs === undefined || streamAheadMs === undefined ? undefined : madeAfterMs + streamAheadMs;
    const { millisBehindLatest } = batch;
    const completeBeforeMs = this.tip.next({ askedMs, millisBehindLatest, isOpen: continueAfter !== undefined });
    this.failures = 0;
    this.millisBehindLatest = millisBehindLatest;
    if (continueAfter !== undefined) {
      this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: continueAfter };
      return { kind: 'records', batch, bytes, completeBeforeMs };
    }
    this.ended = children;
    this.close('shard-ended');
    return batch.records.length === 0 ? undefined : { kind: 'records', batch, bytes };
  }

  /** A failure that may pass: tried again after a while, and polled when it does not pass. */
  private failed(error: unknown): void {
    const waitMs = this.countFailure(error, 0);
    if (waitMs !== undefined) {
      this.request.report({ kind: 'read-failed', error, waitMs });
    }
  }

  /** The service asks for patience. */
  private throttled(error: unknown, leastMs: number): void {
    const waitMs = this.countFailure(error, leastMs);
    if (waitMs !== undefined) {
      this.request.report({ kind: 'throttled', waitMs });
    }
  }

  /** How long to wait before the next try; undefined when the shard is polled from now on. */
  private countFailure(error: unknown, leastMs: number): number | undefined {
    const { clock, emit, random, retryAfterMs } = this.props;
    this.failures += 1;
    if (this.failures < maxFailures) {
      const waitMs = Math.max(leastMs, backoffMs(this.failures - 1, backoff, random));
      this.notBeforeMs = clock.monotonicMs() + waitMs;
      return waitMs;
    }
    this.failures = 0;
    const retryMs = Math.round(retryAfterMs * (0.75 + 0.5 * random()));
    this.pollUntil(clock.monotonicMs() + retryMs);
    emit({ type: 'fan-out-fell-back', shardId: this.request.shardId, error, retryMs });
    return undefined;
  }

  /** Polls the shard from where it has been read to. */
  private pollUntil(untilMs: number): void {
    this.polling = new PollingInterlude(this.props.polling, this.request, this.position, untilMs);
    this.fixLatest(this.props.clock.wallMs());
  }

  /** Should reading break before it has given a record, LATEST would pass over what came in between. */
  private fixLatest(wallMs: number): void {
    if (this.position.type === 'LATEST') {
      this.position = { type: 'AT_TIMESTAMP', timestampMs: wallMs - clockSkewMs };
    }
  }

  private close(reason: SubscriptionEnd): void {
    this.subscription?.close(reason);
    this.subscription = undefined;
  }
}

function emptyBatch(millisBehindLatest: number): ReadResult {
  return { kind: 'records', batch: { records: [], millisBehindLatest }, bytes: 0 };
}
