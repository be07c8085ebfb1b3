import type { CellValue } from '../../core/column';
import type { Alert } from '../../core/domain';
import { anomalyDetector, type DeviationFloor } from '../../core/anomaly/detector';
import { judge, type Finding } from '../../core/anomaly/judge';
import type { AnomalyMemory } from '../../core/anomaly/memory';
import type { Message } from '../../core/message';
import { changeSource, factorOfLoad, windowSignals } from './normal-load';
import { rounded } from './rounded';
import { anomalyColumn, anomalySignals } from './tables';

/**
 * What a sensor may be wrong by is no anomaly: the class of industrial sensors that is usual for each signal. For values that are freed of
 * load and speed, whose unit says little, it is a share; the absolute part only keeps a machine that hardly turns from being judged.
 */
const floors: Readonly<Record<(typeof anomalySignals)[number], DeviationFloor>> = {
  // A platinum sensor of class B, at 40 degC (IEC 60751: 0.3 K + 0.5 % of the temperature).
  temperature: { absolute: 0.5 },
  // A transmitter of class 1 (IEC 60770).
  pressure: { absolute: 0.01, relative: 0.01 },
  // An instrument for vibration severity (ISO 2954: 10 %).
  vibration: { absolute: 0.01, relative: 0.1 },
  // A meter of class 1 (IEC 62053-21).
  power: { absolute: 0.01, relative: 0.01 },
};

/** Judges the running machine. Everything but the floors is the default, which is not tuned on this fleet. */
export const detector = anomalyDetector(anomalySignals.map((name) => ({ name, floor: floors[name] })));

/** Where the reading's values, as the window holds them, have what is judged. */
const sources = anomalySignals.map((signal) => windowSignals.indexOf(changeSource[signal]));
const columns = anomalySignals.map(anomalyColumn);

/** Used by one reading at a time. */
const judged: (number | null)[] = anomalySignals.map(() => null);
const scores = new Float64Array(anomalySignals.length);

/**
 * Judges a reading of the running machine by those before it; its scores go into its row.
 *
 * @param measured the reading as the window holds it
 * @param isNewest false for a late one
 * @returns the alert, when the reading is worth one
 */
export function judgeReading(
  { eventTime, values }: Message,
  measured: readonly (number | null)[],
  isNewest: boolean,
  memory: AnomalyMemory,
  row: Record<string, CellValue>,
): Alert | undefined {
  for (let index = 0; index < sources.length; index += 1) {
    judged[index] = measured[sources[index] as number] ?? null;
  }
  const finding = judge(memory, detector, judged, isNewest, scores);
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index] as number;
    if (!Number.isNaN(score)) {
      row[columns[index] as string] = rounded(score);
    }
  }
  return finding && alertOf(finding, eventTime, values);
}

/** In the signal's own unit: what would have been expected at this speed and load. */
function alertOf({ expected, score, signal: index }: Finding, eventTime: number, values: Message['values']): Alert {
  const signal = anomalySignals[index] as (typeof anomalySignals)[number];
  const factor = factorOfLoad(signal, values);
  return {
    table: 'telemetry',
    signal,
    value: values[signal] as number,
    score: rounded(score),
    expected: { mean: rounded(expected.mean * factor), deviation: rounded(expected.deviation * factor) },
    eventTime,
  };
}
