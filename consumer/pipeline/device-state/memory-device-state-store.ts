import { DeviceStateRefusedError, maxDevicesPerLoad } from './device-state-store';
import type { DeviceStateStore, DeviceWrite, LoadOutcome, StoreOutcome } from './device-state-store';
import { refusalOf } from './stored-device';

/** What the next call meets: no answer, or an answer about the first so many devices only. */
export type StoreTrouble = { readonly unavailable: string } | { readonly processed: number };

/** A device state table in memory, with the real one's conditions; for tests and simulations. Several processors may share one. */
export class MemoryDeviceStateStore implements DeviceStateStore {
  /** What is stored, by device. */
  readonly devices = new Map<string, DeviceWrite>();
  /** How many calls were made. */
  readonly calls = { load: 0, store: 0 };

  /** @param trouble asked at each call for what happens to it. @default nothing ever fails */
  constructor(private readonly trouble: (call: 'load' | 'store') => StoreTrouble | undefined = () => undefined) {}

  async load(deviceIds: readonly string[], signal: AbortSignal): Promise<LoadOutcome> {
    this.calls.load += 1;
    if (deviceIds.length === 0 || deviceIds.length > maxDevicesPerLoad || new Set(deviceIds).size < deviceIds.length) {
      throw new DeviceStateRefusedError('(in memory)', 'ValidationException', `${deviceIds.length} devices are asked for`);
    }
    const trouble = signal.aborted ? aborted : this.trouble('load');
    if (trouble !== undefined && 'unavailable' in trouble) {
      return { type: 'unavailable', code: trouble.unavailable, message: 'ask again' };
    }
    const processed = trouble?.processed ?? deviceIds.length;
    const found = deviceIds.slice(0, processed).flatMap((id) => {
      const device = this.devices.get(id);
      return device === undefined ? [] : [[id, device] as const];
    });
    return { type: 'loaded', devices: new Map(found), unprocessed: deviceIds.slice(processed) };
  }

  async store(write: DeviceWrite, signal: AbortSignal): Promise<StoreOutcome> {
    this.calls.store += 1;
    const trouble = signal.aborted ? aborted : this.trouble('store');
    if (trouble !== undefined && 'unavailable' in trouble) {
      return { type: 'unavailable', code: trouble.unavailable, message: 'ask again' };
    }
    const stored = this.devices.get(write.deviceId);
    const by = stored === undefined ? undefined : refusalOf(stored, write);
    if (by !== undefined) {
      return { type: 'refused', by };
    }
    const latest = write.latest ?? stored?.latest;
    this.devices.set(write.deviceId, { ...write, ...(latest !== undefined && { latest }) });
    return { type: 'stored' };
  }
}

const aborted: StoreTrouble = { unavailable: 'AbortError' };
