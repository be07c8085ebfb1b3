import { deviceCells } from './common-cells';
import { SequenceWindow } from './sequence-window';

/** What a shard's processor remembers of one device. */
export interface Device {
  /** The device's own columns as JSON text, the start of each of its rows. */
  readonly cells: Uint8Array;
  /** Which of its messages have been seen. */
  readonly seen: SequenceWindow;
  /** What the domain keeps from message to message; undefined before the first. */
  state: unknown;
}

/**
 * The devices of one shard, the most recently heard ones. A device that had to make room is met again as a new one: a duplicate of
 * what it sent before is delivered (the training SQL drops it), and its windowed features start over. Neither loses a message.
 */
export class DeviceTable {
  private readonly devices = new Map<string, Device>();

  /** @param capacity how many devices may be held now; asked whenever one is added, for it may change */
  constructor(private readonly capacity: () => number) {}

  get size(): number {
    return this.devices.size;
  }

  /** The device, now the most recently heard one. */
  get(deviceId: string): Device {
    let device = this.devices.get(deviceId);
    if (device === undefined) {
      device = { cells: deviceCells(deviceId), seen: new SequenceWindow(), state: undefined };
      this.makeRoom();
    } else {
      this.devices.delete(deviceId);
    }
    this.devices.set(deviceId, device);
    return device;
  }

  clear(): void {
    this.devices.clear();
  }

  /** A Map iterates in the order of insertion, so the first key is the device that was heard least recently. */
  private makeRoom(): void {
    const most = Math.max(1, this.capacity());
    for (const oldest of this.devices.keys()) {
      if (this.devices.size < most) {
        return;
      }
      this.devices.delete(oldest);
    }
  }
}
