import type { StateCodec } from '../domain';
import { fnv1a } from '../fnv1a';
import { StateReader, StateWriter } from './state-bytes';

/** Raised whenever the bytes of windows, baselines or columns change their meaning. */
const formatVersion = 1;

/** What a domain says about its state. */
export interface StateFormat<State> {
  /** Everything that the bytes depend on: the names of the signals in their order, the lengths of the windows. */
  readonly layout: readonly (string | number)[];
  readonly write: (writer: StateWriter, state: State) => void;
  /** @throws StateBytesError when the bytes do not hold a state */
  readonly read: (reader: StateReader) => State;
}

/**
 * Writes states behind a version and a hash of the layout, so that a state of another version, or of windows of another length, is
 * recognised and not read: the device begins anew.
 */
export function stateCodec<State>({ layout, read, write }: StateFormat<State>): StateCodec<State> {
  const layoutHash = fnv1a(layout.join());
  return {
    encode(state) {
      const writer = new StateWriter();
      writer.whole(formatVersion);
      writer.whole(layoutHash);
      write(writer, state);
      return writer.finish();
    },
    decode(bytes) {
      const reader = new StateReader(bytes);
      if (reader.whole() !== formatVersion || reader.whole() !== layoutHash) {
        return undefined;
      }
      const state = read(reader);
      reader.end();
      return state;
    },
  };
}
