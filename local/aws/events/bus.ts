import { randomUUID } from 'node:crypto';
import { eventOf, type Event, type ServiceEvent } from './event';
import type { EventPattern } from './pattern';
import type { TargetInput } from './target-input';

/** A rule of the default bus. */
export interface EventRule {
  readonly name: string;
  readonly matches: EventPattern;
  readonly targets: readonly EventTarget[];
}

/** What a rule calls. */
export interface EventTarget {
  readonly kind: 'function' | 'state-machine';
  readonly arn: string;
  readonly input: TargetInput;
}

/** What happens on the bus, as it happens. */
export type BusEvent =
  /** An event was put; these rules match it. */
  | { readonly type: 'put'; readonly event: Event; readonly rules: readonly string[] }
  | { readonly type: 'started'; readonly eventId: string; readonly rule: string; readonly target: string }
  | { readonly type: 'ended'; readonly eventId: string; readonly rule: string; readonly target: string }
  /** The target could not be called, or failed. Nothing is tried again. */
  | {
      readonly type: 'failed';
      readonly eventId: string;
      readonly rule: string;
      readonly target: string;
      readonly reason: string;
    };

/** Calls a target and waits for its end. Rejects when it cannot be called, or fails. */
export type StartTarget = (target: Pick<EventTarget, 'kind' | 'arn'>, input: unknown) => Promise<unknown>;

export interface EventBusProps {
  readonly rules: readonly EventRule[];
  readonly start: StartTarget;
  readonly region: string;
  readonly account: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of every event and of what it started. */
  readonly onEvent: (event: BusEvent) => void;
}

/** The default event bus: matches events with rules and calls their targets, which nobody waits for. */
export class EventBus {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly props: EventBusProps) {}

  /**
   * Puts an event on the bus.
   * @param timeMs when it happened, in milliseconds since the epoch @default - now
   * @returns the event's id
   */
  put(what: ServiceEvent, timeMs = this.props.now()): string {
    const { rules, region, account, onEvent } = this.props;
    const event = eventOf(what, { id: randomUUID(), region, account, timeMs });
    const matching = rules.filter(({ matches }) => matches(event));
    onEvent({ type: 'put', event, rules: matching.map(({ name }) => name) });
    for (const { name, targets } of matching) {
      for (const target of targets) {
        const calling = this.call(name, target, event).finally(() => this.running.delete(calling));
        this.running.add(calling);
      }
    }
    return event.id;
  }

  /** Resolves when every target that was called has ended, those that they cause to be called included. */
  async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }

  private async call(rule: string, { kind, arn, input }: EventTarget, event: Event): Promise<void> {
    const { start, onEvent } = this.props;
    const about = { eventId: event.id, rule, target: arn };
    try {
      const payload = input(event);
      onEvent({ type: 'started', ...about });
      await start({ kind, arn }, payload);
      onEvent({ type: 'ended', ...about });
    } catch (error: unknown) {
      onEvent({ type: 'failed', ...about, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
