/**
 * How unusual a reading is, told from the readings before it: for each signal an exponentially weighted mean and variance; the score of
 * a new value is how many deviations it lies from that mean. O(1) per value, three numbers per signal.
 *
 * - A value is scored against what was known *before* it, and only then taken in.
 * - No deviation is believed that is smaller than the signal's floor: a signal that hardly moves would make an alarm of its own noise.
 * - As long as few values are known each weighs as much as the others (1 / their number), so that the mean is there at once instead of
 *   creeping up from the first value. There is no score until enough of them are known.
 * - What lies far out counts, when it is taken in, as if it lay at the limit of influence. Otherwise a spike would blind the detector to
 *   what comes after it, and damage that grows over days would make itself usual.
 * - After an alert there is none for a while (refractory), whichever signal it is that stands out. In that while far-out values count in
 *   full, up to doubling the variance with each: what has been told is learnt, so that a step is found once however high it is.
 *
 * @see Finch, "Incremental calculation of weighted mean and variance", 2009, for the update
 * @see docs/decisions/0028-anomaly-scores-and-alerts.md for where the defaults come from, and what they find
 */
export interface AnomalyDetector {
  readonly signals: readonly WatchedSignal[];
  /** Weight of a new value, above 0 and below 1: its mean reaches back over 1 / rate readings. */
  readonly rate: number;
  /** Score from which on a reading is worth an alert, either way. In deviations, above 0. */
  readonly threshold: number;
  /** Values of a signal that must be known before one is scored. At least 2. */
  readonly warmUpReadings: number;
  /** Readings after an alert in which there is no other. At least 0. */
  readonly refractoryReadings: number;
  /** How far from the mean a value counts as lying at most when it is taken in. In deviations, at least 1. */
  readonly influenceLimit: number;
}

/** A signal, and the smallest deviation of it that means anything. */
export interface WatchedSignal {
  /** As messages call it. */
  readonly name: string;
  readonly floor: DeviationFloor;
}

/** The larger of the two holds. What a sensor may be wrong by is a good choice. */
export interface DeviationFloor {
  /** In the unit of the values. Above 0. */
  readonly absolute: number;
  /** As a share of the mean's size. @default 0 */
  readonly relative?: number;
}

/**
 * What a detector has that says nothing else. Rate, threshold and refractory period did best on the whole of the Numenta Anomaly
 * Benchmark (standard profile: 46.8; without the refractory period 40.5); there, to limit the influence without a floor collapsed, for the
 * variance shrank to nothing. The limit is the rule of three sigma: of normal noise it changes the variance by half a percent.
 */
export const anomalyDefaults = {
  rate: 0.002,
  threshold: 7,
  warmUpReadings: 150,
  refractoryReadings: 150,
  influenceLimit: 3,
} as const satisfies Omit<AnomalyDetector, 'signals'>;

/** A detector. @throws RangeError that names the option that is out of bounds */
export function anomalyDetector(
  signals: readonly WatchedSignal[],
  options: Partial<Omit<AnomalyDetector, 'signals'>> = {},
): AnomalyDetector {
  const detector: AnomalyDetector = { ...anomalyDefaults, ...options, signals };
  const { influenceLimit, rate, refractoryReadings, threshold, warmUpReadings } = detector;
  check('rate', rate, rate > 0 && rate < 1, 'above 0 and below 1');
  check('threshold', threshold, threshold > 0, 'above 0');
  check('warmUpReadings', warmUpReadings, Number.isInteger(warmUpReadings) && warmUpReadings >= 2, 'a whole number from 2');
  check(
    'refractoryReadings',
    refractoryReadings,
    Number.isInteger(refractoryReadings) && refractoryReadings >= 0,
    'a whole number from 0',
  );
  check('influenceLimit', influenceLimit, influenceLimit >= 1, 'at least 1');
  for (const { floor, name } of signals) {
    const { absolute, relative = 0 } = floor;
    check(`the absolute floor of ${name}`, absolute, absolute > 0 && Number.isFinite(absolute), 'a number above 0');
    check(`the relative floor of ${name}`, relative, relative >= 0 && Number.isFinite(relative), 'a number from 0');
  }
  return detector;
}

function check(what: string, value: number, isAllowed: boolean, allowed: string): void {
  if (!isAllowed) {
    throw new RangeError(`${what} is ${value}; it must be ${allowed}`);
  }
}
