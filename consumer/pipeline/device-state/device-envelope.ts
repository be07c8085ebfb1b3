import type { StateCodec } from '../../../core/domain';
import { StateReader, StateWriter } from '../../../core/features/state-bytes';
import { SequenceWindow } from '../sequence-window';

/** Raised whenever the bytes around the domain's change their meaning. */
const envelopeVersion = 1;

/** What is remembered of a device. */
export interface DeviceMemory {
  /** Which of its messages have been seen. */
  readonly seen: SequenceWindow;
  /** What the domain keeps from message to message; undefined before the first. */
  readonly state: unknown;
}

/**
 * Why a part of a device's memory is of no use. `layout`: the domain's windows have changed since it was stored. `damaged`: the bytes are
 * no state of the domain. `envelope`: they are nothing that this program has written. `unwritable`: the domain's codec fails on the state.
 * After `envelope` the device is a new one; after the others its features start over, and which messages have been seen is still known.
 */
export type Unreadable = 'layout' | 'damaged' | 'envelope' | 'unwritable';

/** What was read of a device. */
export interface ReadMemory {
  readonly memory: DeviceMemory;
  /** @default - all of it was read */
  readonly unreadable?: Unreadable;
}

/**
 * A device's memory as bytes: the version of this format, which sequences have been seen, whether the domain has kept anything, and the
 * bytes of its codec. Undefined when the codec fails.
 */
export function encodeMemory({ seen, state }: DeviceMemory, codec: StateCodec<unknown>): Uint8Array | undefined {
  const writer = new StateWriter();
  writer.whole(envelopeVersion);
  seen.write(writer);
  writer.whole(state === undefined ? 0 : 1);
  if (state !== undefined) {
    try {
      writer.bytes(codec.encode(state));
    } catch {
      // A fault of the domain, as one of `process` is: the device starts over, and the shard goes on.
      return undefined;
    }
  }
  return writer.finish();
}

/** The memory that was encoded, as far as it can be read. Never throws. */
export function decodeMemory(bytes: Uint8Array, codec: StateCodec<unknown>): ReadMemory {
  let seen: SequenceWindow;
  let part: Uint8Array | undefined;
  try {
    const reader = new StateReader(bytes);
    if (reader.whole() !== envelopeVersion) {
      return anew('envelope');
    }
    seen = SequenceWindow.read(reader);
    part = reader.whole() === 0 ? undefined : reader.bytes();
    reader.end();
  } catch {
    return anew('envelope');
  }
  if (part === undefined) {
    return { memory: { seen, state: undefined } };
  }
  try {
    const state = codec.decode(part);
    return { memory: { seen, state }, ...(state === undefined && { unreadable: 'layout' }) };
  } catch {
    // Bytes that are no state, or a fault of the codec: a shard must not stand still because of one device.
    return { memory: { seen, state: undefined }, unreadable: 'damaged' };
  }
}

function anew(unreadable: Unreadable): ReadMemory {
  return { memory: { seen: new SequenceWindow(), state: undefined }, unreadable };
}
