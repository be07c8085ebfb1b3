import type { CellValue } from '../../core/column';
import type { Processed } from '../../core/domain';
import { baselineOf, emptyBaseline, extendBaseline, type Baseline } from '../../core/features/baseline';
import { emptyWindow, insertReading, olderThanWindow, type ReadingWindow } from '../../core/features/reading-window';
import { meanOf, statisticsOf } from '../../core/features/statistics';
import type { Message } from '../../core/message';
import { cycleMs } from './reader';
import { baselineCycles, recentCycles, sensorFeatures, tables, windowCycles } from './tables';

/** What is remembered of an engine. */
export interface EngineState {
  readonly window: ReadingWindow;
  readonly baseline: Baseline;
}

const newEngine = (): EngineState => ({
  window: emptyWindow(windowCycles, sensorFeatures.length),
  baseline: emptyBaseline(baselineCycles, sensorFeatures.length),
});

/** All columns, so that every row starts with room for them: adding them one by one makes a row costlier than its statistics. */
const blankRow: Readonly<Record<string, CellValue>> = Object.fromEntries(tables.cycles.columns.map(({ name }) => [name, null]));

/** One row per cycle: the values as they came, and features over the cycles up to this one. */
export function process(message: Message, state: EngineState = newEngine()): Processed<EngineState> {
  const { window, baseline } = state;
  const row: Record<string, CellValue> = { ...blankRow, ...message.values };
  const values = sensorFeatures.map(({ sensor }) => row[sensor] as number);
  extendBaseline(baseline, values);
  const last = insertReading(window, message.eventTime, values);
  const arrivedInTime = last !== olderThanWindow;
  sensorFeatures.forEach((names, signal) => {
    const long = arrivedInTime ? statisticsOf(window, signal, last, windowCycles, cycleMs) : undefined;
    const recent = arrivedInTime ? meanOf(window, signal, last, recentCycles) : undefined;
    const first = baselineOf(baseline, signal);
    row[names.mean] = long?.mean ?? null;
    row[names.deviation] = long?.deviation ?? null;
    row[names.slope] = long?.slope ?? null;
    row[names.recent] = recent ?? null;
    row[names.change] = recent === undefined || first === undefined ? null : recent - first;
  });
  return { rows: [{ table: 'cycles', row }], state };
}
