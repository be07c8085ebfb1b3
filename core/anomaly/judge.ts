import type { AnomalyDetector } from './detector';
import { expectationOf, learn, scoreOf, type AnomalyMemory, type Expectation } from './memory';

/** A reading that is worth an alert: the signal that stands out most. */
export interface Finding {
  /** Its index in the detector. */
  readonly signal: number;
  readonly score: number;
  readonly expected: Expectation;
}

/**
 * Scores a reading, says whether it is worth an alert, and takes it in.
 *
 * There is one alert for all signals that are at the threshold or beyond it, and then none until the refractory period has passed; what is
 * still out of order then is told again.
 *
 * A late reading is scored against what is known now and may be worth an alert. It is neither taken in, for the newest values weigh most
 * and it is none, nor counted towards the end of the refractory period. So the memory is a function of the readings in the order in which
 * the stream has them, which is the same whenever it is read again.
 *
 * @param values one per signal; null for none
 * @param isNewest false for a reading that is older than one before
 * @param scores receives one score per signal; NaN for none
 */
export function judge(
  memory: AnomalyMemory,
  detector: AnomalyDetector,
  values: readonly (number | null)[],
  isNewest: boolean,
  scores: Float64Array,
): Finding | undefined {
  for (let signal = 0; signal < scores.length; signal += 1) {
    scores[signal] = scoreOf(memory, detector, signal, values[signal] ?? null);
  }
  const finding = memory.quietReadings > 0 ? undefined : findingOf(memory, detector, scores);
  if (isNewest) {
    learn(memory, detector, values);
    memory.quietReadings = Math.max(0, memory.quietReadings - 1);
  }
  if (finding !== undefined) {
    memory.quietReadings = detector.refractoryReadings;
  }
  return finding;
}

function findingOf(memory: AnomalyMemory, detector: AnomalyDetector, scores: Float64Array): Finding | undefined {
  let furthest: number | undefined;
  for (let signal = 0; signal < scores.length; signal += 1) {
    const size = Math.abs(scores[signal] as number);
    if (size >= detector.threshold && (furthest === undefined || size > Math.abs(scores[furthest] as number))) {
      furthest = signal;
    }
  }
  return furthest === undefined
    ? undefined
    : { signal: furthest, score: scores[furthest] as number, expected: expectationOf(memory, detector, furthest) };
}
