import type { Column } from '../../core/column';
import type { Table } from '../../core/domain';
import { featureSensors, sensors, settings } from './sensors';

/** Length of the window of the features, in cycles. */
export const windowCycles = 30;

/** Length of the short window, in cycles. */
export const recentCycles = 5;

/** How many of an engine's first cycles say what it was like when it was new. */
export const baselineCycles = 10;

/** The features of one sensor, by what they are. */
export interface SensorFeatures {
  readonly sensor: string;
  readonly mean: string;
  readonly deviation: string;
  readonly slope: string;
  readonly recent: string;
  readonly change: string;
}

/** The names of the feature columns, per sensor that features are made of. */
export const sensorFeatures: readonly SensorFeatures[] = featureSensors.map((sensor) => ({
  sensor,
  mean: `${sensor}_mean`,
  deviation: `${sensor}_deviation`,
  slope: `${sensor}_slope`,
  recent: `${sensor}_recent`,
  change: `${sensor}_change`,
}));

const double = (name: string, doc: string): Column => ({ name, type: 'double', doc });

const featureColumns = sensorFeatures.flatMap(({ sensor, mean, deviation, slope, recent, change }) => [
  double(mean, `Mean of ${sensor} over the last ${windowCycles} cycles.`),
  double(deviation, `Standard deviation of ${sensor} over the last ${windowCycles} cycles.`),
  double(slope, `Trend of ${sensor} over the last ${windowCycles} cycles, per cycle.`),
  double(recent, `Mean of ${sensor} over the last ${recentCycles} cycles.`),
  double(change, `${recent} minus the mean of ${sensor} over the engine's first ${baselineCycles} cycles.`),
]);

/** The tables of the lake. */
export const tables = {
  cycles: {
    doc: 'One flight cycle of one engine: what it reported, and features over the cycles before. Features are null for a cycle that arrives too late for the window.',
    columns: [
      { name: 'cycle', type: 'int', doc: 'Number of the flight cycle, from 1.' },
      ...[...settings, ...sensors].map(({ name, doc }) => double(name, doc)),
      ...featureColumns,
    ],
  },
  failures: {
    doc: 'The end of an engine that was run until it failed. Engines that were still running when the recording ended have no row.',
    columns: [{ name: 'cycle', type: 'int', doc: 'Number of the last flight cycle: the engine did not begin another.' }],
  },
} as const satisfies Readonly<Record<string, Table>>;
