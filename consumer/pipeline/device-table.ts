import type { CellValue } from '../../core/column';
import { deviceCells } from './common-cells';
import type { DeviceVersion } from './device-state/stored-device';
import type { RecordPosition } from '../kcl';
import { SequenceWindow } from './sequence-window';

/** The message that changed last what is remembered of a device. */
export interface DeviceChange extends RecordPosition {
  readonly sequence: number;
  readonly eventTimeMs: number;
}

/** What a shard's processor remembers of one device. */
export interface Device {
  readonly id: string;
  /** The device's own columns as JSON text, the start of each of its rows. */
  readonly cells: Uint8Array;
  /** Which of its messages have been seen. */
  readonly seen: SequenceWindow;
  /** What the domain keeps from message to message; undefined before the first. */
  state: unknown;
  /** Undefined when there was no message since it was stored. */
  change: DeviceChange | undefined;
  /** The columns that `Domain.latest` names, of the last such row since it was stored. */
  latest: Readonly<Record<string, CellValue>> | undefined;
  /** As the last checkpoint covers it; undefined when it does not, or nothing is stored. */
  stored: DeviceVersion | undefined;
}

/** What the devices of a shard are looked up in. */
export interface Devices {
  /** The device, now the most recently heard one. */
  get(deviceId: string): Device;
}

/** A device of which nothing is known, or what was stored of it. */
export function makeDevice(id: string, { seen, state, stored }: Partial<Pick<Device, 'seen' | 'state' | 'stored'>> = {}): Device {
  return {
    id,
    cells: deviceCells(id),
    seen: seen ?? new SequenceWindow(),
    state,
    change: undefined,
    latest: undefined,
    stored,
  };
}

/** The devices of one shard that are at hand, in the order in which they were heard. */
export class DeviceTable {
  /** A Map iterates in the order of insertion, so the first key is the device that was heard least recently. */
  private readonly devices = new Map<string, Device>();

  /** @param capacity how many devices may be held now; asked whenever there are to be more, for it may change. At least one may */
  constructor(private readonly capacity: () => number) {}

  get size(): number {
    return this.devices.size;
  }

  /** In the order in which they were heard, the least recent first. */
  values(): Iterable<Device> {
    return this.devices.values();
  }

  has(deviceId: string): boolean {
    return this.devices.has(deviceId);
  }

  /** The device, now the most recently heard one; undefined when it is not at hand. */
  heard(deviceId: string): Device | undefined {
    const device = this.devices.get(deviceId);
    if (device !== undefined) {
      this.devices.delete(deviceId);
      this.devices.set(deviceId, device);
    }
    return device;
  }

  add(device: Device): Device {
    this.devices.set(device.id, device);
    return device;
  }

  /**
   * Lets the devices go that were heard least recently, until there is room for so many more.
   *
   * @returns whether there is, now
   */
  makeRoom(more: number, mayGo: (device: Device) => boolean = () => true): boolean {
    const most = Math.max(1, this.capacity()) - more;
    for (const device of this.devices.values()) {
      if (this.devices.size <= most) {
        break;
      }
      if (mayGo(device)) {
        this.devices.delete(device.id);
      }
    }
    return this.devices.size <= most;
  }

  clear(): void {
    this.devices.clear();
  }
}
