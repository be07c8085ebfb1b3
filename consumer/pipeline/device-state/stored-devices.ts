import type { StateCodec } from '../../../core/domain';
import { maxDeviceIdLength } from '../../../core/message';
import type { Clock, KinesisRecord } from '../../kcl';
import { DeviceTable, makeDevice, type Device, type DeviceChange } from '../device-table';
import type { Share } from '../fair-share';
import { decodeMemory, encodeMemory, type Unreadable } from './device-envelope';
import type { DeviceWrite } from './device-state-store';
import type { PatientStore } from './patient-store';
import { positionText } from './position-text';
import type { ShardDevices } from './shard-devices';
import { overtakenBy, versionBefore, type DeviceVersion, type Refusal } from './stored-device';

/** What became of stored devices. Each names the first of those that it is about, and tells how many there are. */
export type DeviceStateEvent =
  /** Devices were looked up, of which `found` were stored. */
  | {
      readonly type: 'device-states-loaded';
      readonly shardId: string;
      readonly devices: number;
      readonly found: number;
      readonly durationMs: number;
    }
  /** Devices start over, in part or altogether: see `Unreadable`. */
  | {
      readonly type: 'device-state-unreadable';
      readonly shardId: string;
      readonly reason: Unreadable;
      readonly devices: number;
      readonly deviceId: string;
    }
  /** Devices that had changed since the checkpoint before were stored. */
  | {
      readonly type: 'device-states-stored';
      readonly shardId: string;
      readonly devices: number;
      /** Of their states, the newest version of each. */
      readonly bytes: number;
      readonly durationMs: number;
    }
  /** The states of devices were not stored, or not taken up, since another processor has written them: see `Refusal`. */
  | {
      readonly type: 'device-state-contested';
      readonly shardId: string;
      readonly by: Refusal;
      readonly devices: number;
      readonly deviceId: string;
    };

export interface StoredDevicesOptions {
  readonly shardId: string;
  readonly fencingToken: number;
  /** Asks whether the shard is still this worker's; `lost` has aborted the store. */
  readonly confirmLease: () => Promise<'held' | 'lost'>;
  readonly codec: StateCodec<unknown>;
  readonly store: PatientStore;
  /** This shard's part of the devices that may be in memory. */
  readonly share: Share;
  readonly clock: Clock;
  readonly onEvent: (event: DeviceStateEvent) => void;
}

/** How many devices of a shard are being stored at a time; a state is encoded only when its turn has come. */
const lanes = 8;

/**
 * Devices whose states outlive the process: see `stored-device.ts`. Those that are not in memory are loaded before their records are
 * handled; those that have not changed since the last checkpoint may leave memory again. So a stream may have any number of devices.
 */
export class StoredDevices implements ShardDevices {
  private readonly table: DeviceTable;

  constructor(private readonly options: StoredDevicesOptions) {
    this.table = new DeviceTable(() => options.share.amount());
  }

  get(deviceId: string): Device {
    const device = this.table.heard(deviceId);
    if (device === undefined) {
      throw new Error(`device ${deviceId} has not been loaded`);
    }
    return device;
  }

  async prepare(records: readonly KinesisRecord[], from: number): Promise<number> {
    const most = Math.max(1, this.options.share.amount());
    const first = new Map<string, KinesisRecord>();
    let end = from;
    for (; end < records.length; end += 1) {
      const record = records[end] as KinesisRecord;
      const { partitionKey } = record;
      if (isDeviceId(partitionKey) && !first.has(partitionKey)) {
        if (first.size === most) {
          break;
        }
        first.set(partitionKey, record);
      }
    }
    const missing = [...first.keys()].filter((id) => !this.table.has(id));
    if (!this.table.makeRoom(missing.length, ({ change, id }) => change === undefined && !first.has(id))) {
      return 0;
    }
    if (missing.length > 0) {
      await this.load(missing, first);
    }
    return end - from;
  }

  async store(): Promise<'stored' | 'aborted'> {
    const { clock, onEvent, shardId } = this.options;
    const startedMs = clock.monotonicMs();
    const changed = this.changed();
    const refused = new Counts<Refusal>();
    const unreadable = new Counts<Unreadable>();
    const stored = { devices: 0, bytes: 0 };
    const lane = async (): Promise<'stored' | 'aborted'> => {
      for (const [device, change] of changed) {
        const write = this.writeOf(device, change, unreadable);
        const outcome = await this.options.store.store(write);
        if (outcome === 'aborted') {
          return 'aborted';
        }
        if (outcome === 'stored') {
          device.stored = write.state;
          stored.devices += 1;
          stored.bytes += write.state.bytes.length;
        } else {
          refused.add(outcome, device.id);
        }
        device.change = undefined;
        device.latest = undefined;
      }
      return 'stored';
    };
    const ends = await Promise.all(Array.from({ length: lanes }, lane));
    this.tell(unreadable, refused);
    if (stored.devices > 0) {
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      onEvent({ type: 'device-states-stored', shardId, ...stored, durationMs });
    }
    return ends.includes('aborted') ? 'aborted' : 'stored';
  }

  drop(): void {
    this.table.clear();
    this.options.share.leave();
  }

  /** One after the other, to whoever asks next. */
  private *changed(): Generator<readonly [Device, DeviceChange]> {
    for (const device of this.table.values()) {
      if (device.change !== undefined) {
        yield [device, device.change];
      }
    }
  }

  private async load(deviceIds: readonly string[], first: ReadonlyMap<string, KinesisRecord>): Promise<void> {
    const { clock, confirmLease, fencingToken: fence, onEvent, shardId, store } = this.options;
    const startedMs = clock.monotonicMs();
    const found = await store.load(deviceIds);
    if (found === 'aborted') {
      return;
    }
    const positions = new Map(deviceIds.map((id) => [id, positionText(first.get(id) as KinesisRecord)]));
    const contested = new Counts<Refusal>();
    for (const [id, position] of positions) {
      const by = overtakenBy(found.get(id), { shardId, fence, position });
      if (by !== undefined) {
        contested.add(by, id);
      }
    }
    // A worker that has lost the shard must not begin devices anew that its successor has carried on.
    if (contested.some && (await confirmLease()) === 'lost') {
      return;
    }
    const unreadable = new Counts<Unreadable>();
    for (const [id, position] of positions) {
      this.table.add(this.restored(id, versionBefore(found.get(id), position), unreadable));
    }
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    onEvent({ type: 'device-states-loaded', shardId, devices: deviceIds.length, found: found.size, durationMs });
    this.tell(unreadable, contested);
  }

  private tell(unreadable: Counts<Unreadable>, contested: Counts<Refusal>): void {
    const { onEvent, shardId } = this.options;
    unreadable.forEach((reason, devices, deviceId) =>
      onEvent({ type: 'device-state-unreadable', shardId, reason, devices, deviceId }),
    );
    contested.forEach((by, devices, deviceId) => onEvent({ type: 'device-state-contested', shardId, by, devices, deviceId }));
  }

  private restored(id: string, version: DeviceVersion | undefined, unreadable: Counts<Unreadable>): Device {
    if (version === undefined) {
      return makeDevice(id);
    }
    const read = decodeMemory(version.bytes, this.options.codec);
    if (read.unreadable !== undefined) {
      unreadable.add(read.unreadable, id);
    }
    return makeDevice(id, { ...read.memory, stored: version });
  }

  private writeOf(device: Device, change: DeviceChange, unreadable: Counts<Unreadable>): DeviceWrite {
    const { clock, fencingToken: fence, shardId } = this.options;
    return {
      deviceId: device.id,
      shardId,
      fence,
      state: { position: positionText(change), bytes: this.bytesOf(device, unreadable) },
      previous: device.stored,
      sequence: change.sequence,
      eventTimeMs: change.eventTimeMs,
      ...(device.latest !== undefined && { latest: device.latest }),
      writtenMs: clock.wallMs(),
    };
  }

  private bytesOf(device: Device, unreadable: Counts<Unreadable>): Uint8Array {
    const { codec } = this.options;
    const bytes = encodeMemory(device, codec);
    if (bytes !== undefined) {
      return bytes;
    }
    unreadable.add('unwritable', device.id);
    // Here as after a crash, which would not have it either.
    device.state = undefined;
    return encodeMemory(device, codec) as Uint8Array;
  }
}

/** Whether a partition key can be a device's id at all; records under others are quarantined, and nothing is stored of them. */
function isDeviceId(partitionKey: string): boolean {
  return partitionKey.length > 0 && partitionKey.length <= maxDeviceIdLength;
}

/** How many devices each reason befell, and the first of them. */
class Counts<Reason extends string> {
  private readonly counts = new Map<Reason, { devices: number; readonly first: string }>();

  add(reason: Reason, deviceId: string): void {
    const count = this.counts.get(reason) ?? { devices: 0, first: deviceId };
    count.devices += 1;
    this.counts.set(reason, count);
  }

  get some(): boolean {
    return this.counts.size > 0;
  }

  forEach(tell: (reason: Reason, devices: number, first: string) => void): void {
    this.counts.forEach(({ devices, first }, reason) => tell(reason, devices, first));
  }
}
