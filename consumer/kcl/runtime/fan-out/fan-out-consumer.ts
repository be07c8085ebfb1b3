import type { Clock, Random } from '../../clock';
import type { Emit } from '../../events';
import type { ConsumerResult, FanOutApi, Impossible } from '../../ports/fan-out-api';
import { untilAborted, within } from '../abort';

export interface FanOutConsumerProps {
  readonly api: FanOutApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** How long shards are polled when fan-out is not possible, in milliseconds. */
  readonly retryAfterMs: number;
  /** Longest that the consumer may take to become active before shards are polled meanwhile, in milliseconds. */
  readonly activationTimeMs: number;
  /** A call that is not answered for so long is given up, in milliseconds. */
  readonly withinMs: number;
}

export type ConsumerState = { readonly kind: 'active'; readonly consumerArn: string } | Unavailable;

export interface Unavailable {
  readonly kind: 'unavailable';
  /** On the monotonic clock; until then there is no use in asking. */
  readonly untilMs: number;
}

/** Between two questions after a consumer that is being made, in milliseconds. */
const askAgainMs = 1000;
/** A consumer that is being made is looked at again sooner than one that cannot be had, in milliseconds. */
const notActiveRetryMs = 30_000;

/** The stream's registered consumer, which all shards of a worker share: found or registered once, when the first shard needs it. */
export class FanOutConsumer {
  private state: ConsumerState | undefined;
  private asking: Promise<ConsumerState | 'pending'> | undefined;
  private nextAskMs = 0;
  private pendingSinceMs: number | undefined;

  constructor(private readonly props: FanOutConsumerProps) {}

  /**
   * Waits until the consumer is active or known to be unavailable.
   *
   * @throws KclError STREAM_MISSING; the signal's reason when it is aborted; what the call itself failed with
   */
  async resolve(signal: AbortSignal): Promise<ConsumerState> {
    const { clock } = this.props;
    for (;;) {
      const known = this.known();
      if (known !== undefined) {
        return known;
      }
      await clock.sleep(Math.max(0, this.nextAskMs - clock.monotonicMs()), signal);
      signal.throwIfAborted();
      const state = this.known() ?? (await untilAborted(this.ask(), signal));
      signal.throwIfAborted();
      if (state !== 'pending' && state !== 'aborted') {
        return state;
      }
    }
  }

  /** Fan-out is not possible for any shard: all of them are polled for a while. */
  unavailable({ reason, error }: Pick<Impossible, 'reason' | 'error'>): Unavailable {
    const { clock, emit, random, retryAfterMs } = this.props;
    const known = this.known();
    if (known?.kind === 'unavailable') {
      // Another shard was faster to find out.
      return known;
    }
    // Spread, so that a fleet does not come back as one.
    const afterMs = reason === 'not-active' ? Math.min(retryAfterMs, notActiveRetryMs) : retryAfterMs;
    const retryMs = Math.round(afterMs * (0.75 + 0.5 * random()));
    const state: Unavailable = { kind: 'unavailable', untilMs: clock.monotonicMs() + retryMs };
    this.state = state;
    this.pendingSinceMs = undefined;
    emit({ type: 'fan-out-unavailable', reason, error, retryMs });
    return state;
  }

  private known(): ConsumerState | undefined {
    const { state } = this;
    return state?.kind === 'unavailable' && this.props.clock.monotonicMs() >= state.untilMs ? undefined : state;
  }

  /** One question at a time, whoever asks. */
  private ask(): Promise<ConsumerState | 'pending'> {
    return (this.asking ??= this.askOnce().finally(() => {
      this.asking = undefined;
      this.nextAskMs = this.props.clock.monotonicMs() + askAgainMs;
    }));
  }

  private async askOnce(): Promise<ConsumerState | 'pending'> {
    const { api, clock, withinMs: ms } = this.props;
    // All shards wait for this one answer: a call that hangs would stall them all.
    return this.take(await within({ clock, ms, name: 'the search for the consumer' }, (own) => api.findConsumer(own)));
  }

  private take(result: ConsumerResult): ConsumerState | 'pending' {
    const { activationTimeMs, clock, emit } = this.props;
    switch (result.kind) {
      case 'active':
        this.state = result;
        this.pendingSinceMs = undefined;
        emit({ type: 'fan-out-ready', consumerArn: result.consumerArn });
        return result;
      case 'impossible':
        return this.unavailable(result);
      case 'pending': {
        this.pendingSinceMs ??= clock.monotonicMs();
        if (clock.monotonicMs() - this.pendingSinceMs < activationTimeMs) {
          return 'pending';
        }
        return this.unavailable({ reason: 'not-active', error: new Error(`not active within ${activationTimeMs} ms`) });
      }
    }
  }
}
