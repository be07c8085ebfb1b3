import type { CellValue } from '../../../core/column';
import type { DeviceVersion, Refusal, StoredDevice } from './stored-device';

/** The most devices that one call may load. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export const maxDevicesPerLoad = 100;

/** What is to be stored of a device, and what of it people look up. */
export interface DeviceWrite extends StoredDevice {
  readonly deviceId: string;
  /** The last message: its sequence, and its event time in milliseconds since the epoch. */
  readonly sequence: number;
  readonly eventTimeMs: number;
  /** The columns that the domain names, of the last row. @default - there was no such row; what is stored of them stays */
  readonly latest?: Readonly<Record<string, CellValue>>;
  /** Now, in milliseconds since the epoch. */
  readonly writtenMs: number;
}

/** The store throttled, failed or could not be reached; the same call is worth another try. What was to be written may have been. */
export interface Unavailable {
  readonly type: 'unavailable';
  /** As the service names it. */
  readonly code: string;
  readonly message: string;
}

/** What became of a load. */
export type LoadOutcome =
  | {
      readonly type: 'loaded';
      /** Those that are stored. */
      readonly devices: ReadonlyMap<string, StoredDevice>;
      /** Those that were not looked up this time. */
      readonly unprocessed: readonly string[];
    }
  | Unavailable;

/** What became of a write. */
export type StoreOutcome =
  | { readonly type: 'stored' }
  /** Nothing was written: see `refusalOf`. */
  | { readonly type: 'refused'; readonly by: Refusal }
  | Unavailable;

/** Keeps what is remembered of devices. */
export interface DeviceStateStore {
  /**
   * Reads devices, at most `maxDevicesPerLoad`, as they were last written.
   *
   * @throws DeviceStateRefusedError when the call can never succeed
   */
  load(deviceIds: readonly string[], signal: AbortSignal): Promise<LoadOutcome>;
  /**
   * Replaces what is stored of a device, unless `refusalOf` speaks against it. Written twice it is the same as written once.
   *
   * @throws DeviceStateRefusedError when the call can never succeed
   */
  store(write: DeviceWrite, signal: AbortSignal): Promise<StoreOutcome>;
}

/** The store refuses what it is asked, and will whenever it is asked: it is missing, not permitted, or the state is too large for it. */
export class DeviceStateRefusedError extends Error {
  override readonly name = 'DeviceStateRefusedError';
  readonly code = 'device_state_refused';

  constructor(
    readonly table: string,
    /** The exception's name in the API, `ResourceNotFoundException`; or `ItemTooLarge`. */
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`device state table ${table} refuses: ${reason}: ${message}`, options);
  }
}

export type { DeviceVersion, Refusal, StoredDevice };
