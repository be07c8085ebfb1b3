import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { anomalyDetector, type AnomalyDetector } from '../../core/anomaly/detector';
import { judge } from '../../core/anomaly/judge';
import { emptyMemory } from '../../core/anomaly/memory';
import { detector as ofFactory } from '../../domains/factory/anomaly';
import { heldAgainst, type Judged, type LabelledWindow, type SeriesResult } from './windows';

/** Beside the repository: data that it does not contain. */
export const machineTemperatureFile = path.join(__dirname, '../../../shared/data/nab/machine_temperature_system_failure.csv');

const window = (start: string, end: string): LabelledWindow => ({ start: Date.parse(`${start}Z`), end: Date.parse(`${end}Z`) });

/**
 * The windows of the Numenta Anomaly Benchmark for this file (labels/combined_windows.json); the anomalies themselves are labelled in the
 * middle of each (labels/combined_labels.json).
 */
export const machineTemperatureWindows: readonly LabelledWindow[] = [
  window('2013-12-10T06:25', '2013-12-12T05:35'),
  window('2013-12-15T17:50', '2013-12-17T17:00'),
  window('2014-01-27T14:20', '2014-01-29T13:30'),
  window('2014-02-07T14:55', '2014-02-09T14:05'),
];

/** The factory's detector as it judges temperature, nothing changed for this file. */
export const temperatureDetector: AnomalyDetector = anomalyDetector(
  ofFactory.signals.filter(({ name }) => name === 'temperature'),
  ofFactory,
);

/** One reading of the file. */
export interface Reading {
  readonly time: number;
  readonly value: number;
}

/** The readings of a file of the benchmark: a heading, then `2013-12-02 21:15:00,73.9`. @throws Error that names a line that is none */
export function readingsIn(csv: string): readonly Reading[] {
  return csv
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line, index) => {
      const [timestamp = '', text = ''] = line.split(',');
      const time = Date.parse(`${timestamp.replace(' ', 'T')}Z`);
      const value = text.trim() === '' ? NaN : Number(text);
      if (Number.isNaN(time) || Number.isNaN(value)) {
        throw new Error(`line ${index + 2} is no reading: ${line}`);
      }
      return { time, value };
    });
}

/** Streams readings through a detector of one signal, one at a time. */
export function judgeSeries(readings: readonly Reading[], detector: AnomalyDetector): readonly Judged[] {
  const memory = emptyMemory(detector);
  const scores = new Float64Array(1);
  let newest = -Infinity;
  return readings.map(({ time, value }) => {
    const isNewest = time >= newest;
    newest = Math.max(newest, time);
    const finding = judge(memory, detector, [value], isNewest, scores);
    return { time, score: scores[0] as number, isAlert: finding !== undefined };
  });
}

/** What the detector makes of the file. */
export interface MachineTemperature {
  /** The temperature itself, by the factory's parameters: the figure that counts. */
  readonly level: SeriesResult;
  /**
   * The change from one reading to the next, by the same parameters. Looked at when the result above was known, to see what it misses: no
   * test of anything, and not what the factory does.
   */
  readonly changeAfterwards: SeriesResult;
}

/** The file, judged. @returns undefined when it is not here */
export function machineTemperature(): MachineTemperature | undefined {
  if (!existsSync(machineTemperatureFile)) {
    return undefined;
  }
  const readings = readingsIn(readFileSync(machineTemperatureFile, 'utf8'));
  const result = (series: readonly Reading[]): SeriesResult =>
    heldAgainst(judgeSeries(series, temperatureDetector), machineTemperatureWindows);
  return { level: result(readings), changeAfterwards: result(changesOf(readings)) };
}

function changesOf(readings: readonly Reading[]): readonly Reading[] {
  return readings.slice(1).map(({ time, value }, index) => ({ time, value: value - (readings[index] as Reading).value }));
}
