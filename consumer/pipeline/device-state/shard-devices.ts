import type { KinesisRecord } from '../../kcl';
import { makeDevice, DeviceTable, type Device, type Devices } from '../device-table';
import type { Share } from '../fair-share';

/** The devices of one shard, as its processor works with them. */
export interface ShardDevices extends Devices {
  /**
   * Has the devices at hand that the next of the records are from.
   *
   * @param from - the index of the first
   * @returns how many of the records may be handled now; 0 when a checkpoint has to make room first. Without meaning once the
   *   processor has been stopped
   */
  prepare(records: readonly KinesisRecord[], from: number): Promise<number>;
  /** Stores the devices that have changed, before the checkpoint that covers them. */
  store(): Promise<'stored' | 'aborted'>;
  /** Forgets them all. Doing it twice is harmless. */
  drop(): void;
}

/**
 * Devices that are remembered in memory only. One that had to make room is met again as a new one, as are all after a crash, or when
 * the shard has moved: a duplicate of what it sent before is delivered (the training SQL drops it), and its windowed features start
 * over. Neither loses a message.
 */
export class RememberedDevices implements ShardDevices {
  private readonly table: DeviceTable;

  constructor(private readonly share: Share) {
    this.table = new DeviceTable(() => share.amount());
  }

  get(deviceId: string): Device {
    const known = this.table.heard(deviceId);
    if (known !== undefined) {
      return known;
    }
    this.table.makeRoom(1);
    return this.table.add(makeDevice(deviceId));
  }

  async prepare(records: readonly KinesisRecord[], from: number): Promise<number> {
    return records.length - from;
  }

  async store(): Promise<'stored'> {
    return 'stored';
  }

  drop(): void {
    this.table.clear();
    this.share.leave();
  }
}
