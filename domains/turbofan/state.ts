import { readBaseline, readWindow, writeBaseline, writeWindow } from '../../core/features/feature-state';
import { stateCodec as codecOf } from '../../core/features/state-codec';
import type { EngineState } from './process';
import { featureSensors } from './sensors';
import { baselineCycles, windowCycles } from './tables';

/** What is remembered of an engine, as bytes. */
export const stateCodec = codecOf<EngineState>({
  layout: ['engine', windowCycles, baselineCycles, ...featureSensors],
  write: (writer, { baseline, window }) => {
    writeWindow(writer, window);
    writeBaseline(writer, baseline);
  },
  read: (reader) => {
    const window = readWindow(reader, { readings: windowCycles, signals: featureSensors.length });
    return { window, baseline: readBaseline(reader, baselineCycles, featureSensors.length) };
  },
});
