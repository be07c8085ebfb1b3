import { readMemory, writeMemory } from '../../core/anomaly/memory-bytes';
import { readBaseline, readWindow, writeBaseline, writeWindow } from '../../core/features/feature-state';
import { stateCodec as codecOf } from '../../core/features/state-codec';
import { detector } from './anomaly';
import { windowSignals } from './normal-load';
import type { MachineMemory } from './process';
import { anomalySignals, baselineReadings, reportingMessages, windowReadings } from './tables';

/** What is remembered of a machine, as bytes. */
export const stateCodec = codecOf<MachineMemory>({
  layout: ['machine', windowReadings, baselineReadings, reportingMessages, ...windowSignals, 'anomaly', ...anomalySignals],
  write: (writer, { anomaly, baseline, maintainedAt, reporting, window }) => {
    writeWindow(writer, window);
    writeBaseline(writer, baseline);
    writeMemory(writer, anomaly);
    writeWindow(writer, reporting);
    writer.number(maintainedAt ?? NaN);
  },
  read: (reader) => {
    const window = readWindow(reader, { readings: windowReadings, signals: windowSignals.length });
    const baseline = readBaseline(reader, baselineReadings, windowSignals.length);
    const anomaly = readMemory(reader, detector);
    const reporting = readWindow(reader, { readings: reportingMessages, signals: 1 });
    const maintainedAt = reader.number();
    return { window, baseline, anomaly, reporting, maintainedAt: Number.isNaN(maintainedAt) ? null : maintainedAt };
  },
});
