import type { CellValue } from '../../core/column';
import type { Processed } from '../../core/domain';
import { baselineOf, emptyBaseline, extendBaseline, type Baseline } from '../../core/features/baseline';
import { insertReading, olderThanWindow } from '../../core/features/insert-reading';
import { emptyWindow, type ReadingWindow } from '../../core/features/reading-window';
import { spanOf } from '../../core/features/span';
import { meanOf, statisticsOf } from '../../core/features/window-statistics';
import type { Message } from '../../core/message';
import { cycleMs } from './reader';
import { baselineCycles, recentCycles, sensorFeatures, tables, windowCycles } from './tables';

/** What is remembered of an engine. */
export interface EngineState {
  readonly window: ReadingWindow;
  readonly baseline: Baseline;
}

const newEngine = (): EngineState => ({
  window: emptyWindow({ readings: windowCycles, signals: sensorFeatures.length }),
  baseline: emptyBaseline(baselineCycles, sensorFeatures.length),
});

/** All columns, so that every row starts with room for them: adding them one by one makes a row costlier than its statistics. */
const blankRow: Readonly<Record<string, CellValue>> = Object.fromEntries(tables.cycles.columns.map(({ name }) => [name, null]));

/** A cycle becomes a row of `cycles`: the values as they came, and features over the cycles up to this one. A failure is one of `failures`. */
export function process(message: Message, state: EngineState = newEngine()): Processed<EngineState> {
  if (message.sourceType === 'failure') {
    return { rows: [{ table: 'failures', row: message.values }], state };
  }
  const { window, baseline } = state;
  const row: Record<string, CellValue> = { ...blankRow, ...message.values };
  const values = sensorFeatures.map(({ sensor }) => row[sensor] as number);
  extendBaseline(baseline, values);
  const last = insertReading(window, message.eventTime, values);
  const long = last === olderThanWindow ? undefined : spanOf(window, last);
  const short = last === olderThanWindow ? undefined : spanOf(window, last, recentCycles);
  sensorFeatures.forEach((names, signal) => {
    const statistics = long && statisticsOf(window, signal, long, cycleMs);
    const recent = short && meanOf(window, signal, short);
    const first = baselineOf(baseline, signal);
    row[names.mean] = statistics?.mean ?? null;
    row[names.deviation] = statistics?.deviation ?? null;
    row[names.slope] = statistics?.slope ?? null;
    row[names.recent] = recent ?? null;
    row[names.change] = recent === undefined || first === undefined ? null : recent - first;
  });
  return { rows: [{ table: 'cycles', row }], state };
}
