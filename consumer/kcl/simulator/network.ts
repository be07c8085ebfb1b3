import type { EventLog } from './event-log';
import type { FaultKind, FaultTally } from './faults';
import type { Machine } from './machine';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';

export type Service = 'table' | 'stream' | 'sink';

/** Faults that are drawn anew for every request. */
export const requestFaults = ['lost-reply', 'lost-request', 'slow-reply', 'late-request', 'throttled'] as const;
export type RequestFault = (typeof requestFaults)[number];

/** How likely each request fault is just now, 0 … 1. */
export type Weather = Record<RequestFault, number>;

export const fairWeather: Weather = {
  'lost-reply': 0,
  'lost-request': 0,
  'slow-reply': 0,
  'late-request': 0,
  throttled: 0,
};

export interface RequestOptions<T> {
  readonly service: Service;
  readonly name: string;
  /** Milliseconds after which the caller gives up; undefined = never. */
  readonly timeoutMs: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What a throttled request comes to; may throw. */
  readonly throttled: () => T;
}

/** A request came to nothing, as far as its caller can tell. */
export class NetworkError extends Error {
  constructor(
    override readonly name: 'TimeoutError' | 'ECONNRESET' | 'ThrottlingException' | 'SinkUnavailable',
    message: string,
  ) {
    super(message);
  }
}

/** What becomes of one request, decided when it is sent. */
interface Fate {
  readonly requestMs: number;
  readonly replyMs: number;
  readonly fault: FaultKind | undefined;
}

/** Between machines and services: latency, and everything that can happen to a request. */
export class Network {
  weather: Weather = fairWeather;
  private readonly cut = new Map<Machine, Set<Service>>();
  /** When requests to the table went wrong last. */
  private readonly troubled = new Map<Machine, readonly number[]>();
  requests = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: SeededRandom,
    private readonly tally: FaultTally,
    private readonly log: EventLog,
    /** Mean one-way latency in milliseconds; three times as much at most, when nothing is the matter. */
    private readonly latencyMs: number,
    /** A request that is late arrives within this, in milliseconds. */
    private readonly latestMs: number,
  ) {}

  /** From now on the machine cannot reach the service. */
  separate(machine: Machine, service: Service): void {
    machine.disturb();
    const services = this.cut.get(machine) ?? new Set();
    services.add(service);
    this.cut.set(machine, services);
  }

  rejoin(machine: Machine, service: Service): void {
    machine.disturb();
    this.cut.get(machine)?.delete(service);
  }

  /** How many requests of the machine to the table went wrong since then; eight are remembered. */
  troubles(machine: Machine, sinceMs: number): number {
    return (this.troubled.get(machine) ?? []).filter((ms) => ms >= sinceMs).length;
  }

  /** @param effect - what the service does when, and if, the request arrives */
  request<T>(machine: Machine, options: RequestOptions<T>, effect: () => Promise<T>): Promise<T> {
    const { name, service, signal, timeoutMs } = options;
    this.requests += 1;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortReason(signal));
        return;
      }
      let open = true;
      const onAbort = (): void => {
        open = false;
        reject(abortReason(signal as AbortSignal));
      };
      const settle = (how: () => void): void => {
        machine.enter(() => {
          if (open) {
            open = false;
            signal?.removeEventListener('abort', onAbort);
            how();
          }
        });
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const failAfter = (ms: number, error: NetworkError): void => {
        this.scheduler.after(ms, () => settle(() => reject(error)));
      };
      const { fault, replyMs, requestMs } = this.fate(machine, service);
      if (fault !== undefined) {
        if (service === 'table') {
          this.troubled.set(machine, [...(this.troubled.get(machine) ?? []).slice(-8), this.scheduler.nowMs]);
        }
        this.tally.add(fault);
        this.log.add(machine.name, `${service} ${name}: ${fault}`);
      }
      if (fault === 'partition' || fault === 'lost-request') {
        if (this.random.chance(0.5)) {
          failAfter(requestMs, new NetworkError('ECONNRESET', `${name} was not sent`));
        } else if (timeoutMs !== undefined) {
          failAfter(timeoutMs, new NetworkError('TimeoutError', `${name} had no answer`));
        } else {
          failAfter(10_000, new NetworkError('ECONNRESET', `${name} had no answer`));
        }
        return;
      }
      if (timeoutMs !== undefined && requestMs + replyMs >= timeoutMs) {
        failAfter(timeoutMs, new NetworkError('TimeoutError', `${name} had no answer`));
      } else if (fault === 'lost-reply') {
        // The connection breaks, or the caller waits in vain.
        failAfter(
          timeoutMs === undefined || this.random.chance(0.7) ? requestMs + replyMs : timeoutMs,
          new NetworkError('ECONNRESET', `the reply to ${name} was lost`),
        );
      }
      this.scheduler.after(requestMs, () => {
        const done = fault === 'throttled' ? throttle(options) : effect();
        const reply = (how: () => void): void => {
          if (fault !== 'lost-reply') {
            this.scheduler.after(replyMs, () => settle(how));
          }
        };
        done.then(
          (value) => reply(() => resolve(value)),
          (error: unknown) => reply(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
    });
  }

  private fate(machine: Machine, service: Service): Fate {
    const { random, weather } = this;
    const way = (): number => 0.5 + Math.min(random.exponential(this.latencyMs), 3 * this.latencyMs);
    const usual = { requestMs: way(), replyMs: way() };
    if (this.cut.get(machine)?.has(service) === true) {
      return { ...usual, fault: 'partition' };
    }
    let draw = random.next();
    for (const fault of requestFaults) {
      draw -= weather[fault];
      if (draw < 0) {
        switch (fault) {
          case 'slow-reply':
            return { ...usual, replyMs: random.between(300, 6000), fault };
          case 'late-request':
            return { ...usual, requestMs: random.between(500, this.latestMs), fault };
          default:
            return { ...usual, fault };
        }
      }
    }
    return { ...usual, fault: undefined };
  }
}

async function throttle<T>({ throttled }: RequestOptions<T>): Promise<T> {
  return throttled();
}

function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
