import type { CellValue } from '../../core/column';
import type { Alert, Processed, TableRow } from '../../core/domain';
import { clearMemory, emptyMemory, type AnomalyMemory } from '../../core/anomaly/memory';
import { baselineOf, clearBaseline, emptyBaseline, extendBaseline, type Baseline } from '../../core/features/baseline';
import { clearWindow, insertReading, olderThanWindow } from '../../core/features/insert-reading';
import { emptyWindow, lastUpTo, type ReadingWindow } from '../../core/features/reading-window';
import { emptyReporting, noteMessage, type Reporting } from '../../core/features/reporting';
import { spanOf } from '../../core/features/span';
import { meanOf, statisticsOf } from '../../core/features/window-statistics';
import type { Message } from '../../core/message';
import { detector, judgeReading } from './anomaly';
import { changeSource, windowSignals, windowValues } from './normal-load';
import { rounded } from './rounded';
import {
  absoluteChange,
  baselineReadings,
  featureColumn,
  reportingMessages,
  signalFeatures,
  tables,
  windowReadings,
  type Feature,
} from './tables';

/** What is remembered of a machine. */
export interface MachineMemory {
  /** Readings of the running machine: what it does while it stands still says nothing about wear. */
  readonly window: ReadingWindow;
  readonly baseline: Baseline;
  /** What is usual for the running machine. */
  readonly anomaly: AnomalyMemory;
  readonly reporting: Reporting;
  /** Event time of the last repair or service, in milliseconds; null when none is known. */
  maintainedAt: number | null;
}

const newMachine = (): MachineMemory => ({
  window: emptyWindow({ readings: windowReadings, signals: windowSignals.length }),
  baseline: emptyBaseline(baselineReadings, windowSignals.length),
  anomaly: emptyMemory(detector),
  reporting: emptyReporting(reportingMessages),
  maintainedAt: null,
});

/** A reading becomes a row of `telemetry`, an entry of the maintenance database one of `maintenance`. */
export function process(message: Message, memory: MachineMemory = newMachine()): Processed<MachineMemory> {
  return message.sourceType === 'maintenance'
    ? { rows: [maintenanceRow(message, memory)], state: memory }
    : processReading(message, memory);
}

function maintenanceRow(message: Message, memory: MachineMemory): TableRow {
  noteMessage(memory.reporting, message.eventTime, message.sequence);
  const { event } = message.values;
  if ((event === 'repair' || event === 'service') && message.eventTime > (memory.maintainedAt ?? -Infinity)) {
    // The machine is as good as new, or at least another: what it was like before is no measure any more.
    memory.maintainedAt = message.eventTime;
    clearWindow(memory.window);
    clearBaseline(memory.baseline);
    clearMemory(memory.anomaly);
  }
  return { table: 'maintenance', row: message.values };
}

/** Copied for each row: setting columns that are there costs a third of adding them one by one. */
const blankRow: Readonly<Record<string, CellValue>> = Object.fromEntries(
  tables.telemetry.columns.map(({ name }) => [name, null]),
);

function processReading(message: Message, memory: MachineMemory): Processed<MachineMemory> {
  const { window, baseline } = memory;
  const { eventTime, values } = message;
  const reporting = noteMessage(memory.reporting, eventTime, message.sequence);
  const maintainedAt = memory.maintainedAt ?? -Infinity;
  const row: Record<string, CellValue> = { ...blankRow };
  for (const name in values) {
    row[name] = values[name] as CellValue;
  }
  let last = lastUpTo(window, eventTime);
  let alert: Alert | undefined;
  // A reading from before the repair that arrives after it is kept, but is no part of the machine's new life.
  if (values['state'] === 'running' && eventTime >= maintainedAt) {
    const measured = windowValues(values);
    last = insertReading(window, eventTime, measured);
    if (last !== olderThanWindow) {
      extendBaseline(baseline, measured);
      alert = judgeReading(message, measured, last === window.count - 1, memory.anomaly, row);
    }
  }
  addFeatures(row, memory, last);
  row['running_readings'] = last + 1;
  row['since_last'] = reporting.sinceLastMs === null ? null : reporting.sinceLastMs / 1000;
  row['missing_messages'] = reporting.missing;
  row['since_maintenance'] = eventTime >= maintainedAt && memory.maintainedAt !== null ? (eventTime - maintainedAt) / 1000 : null;
  const rows = [{ table: 'telemetry', row }];
  return alert === undefined ? { rows, state: memory } : { rows, state: memory, alerts: [alert] };
}

/** The statistics that take a second pass over the window. */
const secondPass = ['deviation', 'minimum', 'maximum', 'slope'] as const;

/** Per signal: where the window holds it, and for each feature the column's name. Made once, for `process` runs for every record. */
const plan = signalFeatures.map(([signal, features]) => {
  const column = (feature: Feature): string | undefined =>
    features.includes(feature) ? featureColumn(signal, feature) : undefined;
  return {
    index: windowSignals.indexOf(signal),
    isDifference: absoluteChange.includes(signal),
    needsSecondPass: secondPass.some((feature) => features.includes(feature)),
    mean: column('mean'),
    deviation: column('deviation'),
    minimum: column('minimum'),
    maximum: column('maximum'),
    slope: column('slope'),
    changeIndex: windowSignals.indexOf(changeSource[signal]),
    change: column('change'),
  };
});

function addFeatures(row: Record<string, CellValue>, { window, baseline }: MachineMemory, last: number): void {
  if (last < 0) {
    // Nothing is known: the row's columns are null as they are.
    return;
  }
  const span = spanOf(window, last);
  for (const columns of plan) {
    const { index, changeIndex } = columns;
    const statistics = columns.needsSecondPass ? statisticsOf(window, index, span) : undefined;
    const mean = statistics === undefined ? meanOf(window, index, span) : statistics.mean;
    put(row, columns.mean, mean);
    put(row, columns.deviation, statistics?.deviation);
    put(row, columns.minimum, statistics?.minimum);
    put(row, columns.maximum, statistics?.maximum);
    put(row, columns.slope, statistics?.slope);
    if (columns.change !== undefined) {
      const compared = changeIndex === index ? mean : meanOf(window, changeIndex, span);
      row[columns.change] =
        compared === undefined ? null : changeFrom(baselineOf(baseline, changeIndex), compared, columns.isDifference);
    }
  }
}

function put(row: Record<string, CellValue>, column: string | undefined, value: number | undefined): void {
  if (column !== undefined && value !== undefined) {
    row[column] = rounded(value);
  }
}

function changeFrom(baseline: number | undefined, mean: number, isDifference: boolean): number | null {
  if (baseline === undefined || (!isDifference && Math.abs(baseline) < 1e-6)) {
    return null;
  }
  return rounded(isDifference ? mean - baseline : (mean / baseline - 1) * 100);
}
