import type { Clock, Random } from '../../kcl';
import { backoffMs } from '../delivery/backoff';
import type { Limiter } from '../delivery/limiter';
import { maxDevicesPerLoad, type DeviceStateStore, type DeviceWrite, type Unavailable } from './device-state-store';
import type { Refusal, StoredDevice } from './stored-device';

/** A call that came to nothing, or not to all; another follows after `delayMs`. */
export interface DeviceStateRetried {
  readonly type: 'device-state-retried';
  readonly call: 'load' | 'store';
  /** Tries in a row that brought nothing; 0 when some devices were read. */
  readonly failures: number;
  /** What the store answered. */
  readonly code: string;
  readonly message: string;
  readonly delayMs: number;
}

export interface PatientStoreOptions {
  readonly store: DeviceStateStore;
  /** Bounds the calls of the process that are under way. */
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onRetry: (event: DeviceStateRetried) => void;
}

/** Asks a store until it has answered, however long that takes, after growing waits; gives up when the signal says so. */
export class PatientStore {
  constructor(private readonly options: PatientStoreOptions) {}

  /**
   * What is stored of the devices, in as few calls as there can be.
   *
   * @throws DeviceStateRefusedError when that can never be answered
   */
  async load(deviceIds: readonly string[]): Promise<ReadonlyMap<string, StoredDevice> | 'aborted'> {
    const found = new Map<string, StoredDevice>();
    const parts = Array.from({ length: Math.ceil(deviceIds.length / maxDevicesPerLoad) }, (_, index) =>
      this.loadPart(deviceIds.slice(index * maxDevicesPerLoad, (index + 1) * maxDevicesPerLoad), found),
    );
    return (await Promise.all(parts)).includes('aborted') ? 'aborted' : found;
  }

  /** @throws DeviceStateRefusedError when it can never be stored */
  async store(write: DeviceWrite): Promise<'stored' | Refusal | 'aborted'> {
    for (let failures = 1; ; failures += 1) {
      const outcome = await this.call(() => this.options.store.store(write, this.options.signal));
      if (outcome === 'aborted') {
        return 'aborted';
      }
      if (outcome.type !== 'unavailable') {
        return outcome.type === 'stored' ? 'stored' : outcome.by;
      }
      await this.wait('store', failures, outcome);
    }
  }

  private async loadPart(deviceIds: readonly string[], found: Map<string, StoredDevice>): Promise<'loaded' | 'aborted'> {
    let failures = 0;
    for (let pending = deviceIds; pending.length > 0;) {
      const asked = pending;
      const outcome = await this.call(() => this.options.store.load(asked, this.options.signal));
      if (outcome === 'aborted') {
        return 'aborted';
      }
      if (outcome.type === 'loaded') {
        outcome.devices.forEach((device, id) => found.set(id, device));
        pending = outcome.unprocessed;
        if (pending.length === 0) {
          break;
        }
        failures = pending.length < asked.length ? 0 : failures + 1;
        await this.wait('load', failures, { code: 'UnprocessedKeys', message: `${pending.length} of ${asked.length} devices` });
      } else {
        failures += 1;
        await this.wait('load', failures, outcome);
      }
    }
    return 'loaded';
  }

  private async call<Outcome>(ask: () => Promise<Outcome>): Promise<Outcome | 'aborted'> {
    const { limiter, signal } = this.options;
    const outcome = await limiter.run(async () => (signal.aborted ? 'aborted' : await ask()));
    return signal.aborted ? 'aborted' : outcome;
  }

  private async wait(
    call: DeviceStateRetried['call'],
    failures: number,
    { code, message }: Pick<Unavailable, 'code' | 'message'>,
  ): Promise<void> {
    const { clock, onRetry, random, signal } = this.options;
    const delayMs = backoffMs(Math.max(1, failures), random);
    onRetry({ type: 'device-state-retried', call, failures, code, message, delayMs });
    await clock.sleep(delayMs, signal);
  }
}
