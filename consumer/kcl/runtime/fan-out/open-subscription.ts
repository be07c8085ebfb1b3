import type { Clock } from '../../clock';
import type { Emit, SubscriptionEnd } from '../../events';
import type { Subscription, SubscriptionEvent } from '../../ports/fan-out-api';

export interface OpenSubscriptionProps {
  readonly shardId: string;
  readonly subscription: Subscription;
  readonly clock: Clock;
  readonly emit: Emit;
  /** When it was asked for, on the monotonic clock. */
  readonly askedMs: number;
  /** A subscription that is waited for and gives nothing for so long is dead, in milliseconds. */
  readonly silenceTimeMs: number;
  /** How long to wait for an event before telling that there is none yet, in milliseconds. */
  readonly idleTimeMs: number;
  /** Ends the connection. */
  readonly cancel: () => void;
}

/** What came of waiting for the next event. */
export type WaitResult =
  | Exclude<SubscriptionEvent, { readonly kind: 'records' }>
  | (Extract<SubscriptionEvent, { readonly kind: 'records' }> & {
      /** On the monotonic clock, a time before which the service cannot have made the event; undefined = not known. */
      readonly madeAfterMs?: number | undefined;
    })
  /** Nothing yet; the wait goes on with the next call. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The wait for an event. */
interface Waiting {
  readonly result: Promise<WaitResult>;
  readonly sinceMs: number;
  /** When it was last told that there is nothing yet, and the time before. */
  idleMs: number | undefined;
  quietMs: number | undefined;
}

/**
 * A subscription that stands: waits for its events, one at a time, and finds out when it is dead.
 *
 * An event may have been on its way for long when it is taken: its reader was busy, or the process stood still. So when it was made
 * shows only where the wait for it was idle twice before: between the two the event loop looked for what had arrived, and there was
 * nothing. And the first event was made after the subscription was asked for.
 */
export class OpenSubscription {
  /** Whether it has given anything, a heartbeat included. */
  hasSpoken = false;
  private readonly startedMs: number;
  private records = 0;
  private waiting: Waiting | undefined;
  /** For the first event. */
  private askedMs: number | undefined;
  private lastReadMs: number;
  private closed = false;

  constructor(private readonly props: OpenSubscriptionProps) {
    this.startedMs = props.clock.monotonicMs();
    this.askedMs = props.askedMs;
    this.lastReadMs = this.startedMs;
    props.emit({ type: 'subscription-started', shardId: props.shardId });
  }

  /** How long nothing has been taken from it although something may be there: its reader was busy. Milliseconds. */
  get unreadMs(): number {
    return this.waiting === undefined ? this.props.clock.monotonicMs() - this.lastReadMs : 0;
  }

  /** The next event, or word that there is none. Never rejects. When `signal` is aborted, `idle` at once. */
  async wait(signal: AbortSignal): Promise<WaitResult> {
    const { clock, emit, idleTimeMs, shardId, silenceTimeMs } = this.props;
    const waiting = (this.waiting ??= {
      result: this.next(),
      sinceMs: clock.monotonicMs(),
      idleMs: undefined,
      quietMs: undefined,
    });
    const leftMs = waiting.sinceMs + silenceTimeMs - clock.monotonicMs();
    const result = await this.within(waiting.result, Math.min(idleTimeMs, leftMs), signal);
    if (result !== undefined) {
      const madeAfterMs = waiting.quietMs ?? this.askedMs;
      this.waiting = undefined;
      this.askedMs = undefined;
      this.lastReadMs = clock.monotonicMs();
      return result.kind === 'records' ? { ...result, madeAfterMs } : result;
    }
    if (signal.aborted) {
      return { kind: 'idle' };
    }
    waiting.quietMs = waiting.idleMs;
    waiting.idleMs = clock.monotonicMs();
    const silentMs = waiting.idleMs - waiting.sinceMs;
    if (silentMs < silenceTimeMs) {
      return { kind: 'idle' };
    }
    emit({ type: 'subscription-silent', shardId, silentMs });
    return { kind: 'silent' };
  }

  /** Nothing more is taken from it. Closing twice is harmless. */
  close(reason: SubscriptionEnd): void {
    if (this.closed) {
      return;
    }
    this.closed = true;
    const { cancel, clock, emit, shardId } = this.props;
    cancel();
    const lastedMs = clock.monotonicMs() - this.startedMs;
    emit({ type: 'subscription-ended', shardId, reason, lastedMs, records: this.records });
  }

  private async next(): Promise<WaitResult> {
    try {
      const event = await this.props.subscription.next();
      if (event.kind === 'records') {
        this.hasSpoken = true;
        this.records += event.batch.records.length;
      }
      return event;
    } catch (error: unknown) {
      return { kind: 'failed', error };
    }
  }

  /** The result if it comes within the time; the timer is cleared either way, for events may come thousands a second. */
  private async within(result: Promise<WaitResult>, ms: number, signal: AbortSignal): Promise<WaitResult | undefined> {
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    try {
      return await Promise.race([result, this.props.clock.sleep(ms, enough.signal).then(() => undefined)]);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }
}
