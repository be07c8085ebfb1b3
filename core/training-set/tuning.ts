/** What is searched for beyond the domain's own hyperparameters, when a pipeline is configured to tune. */
export interface Tuning {
  /**
   * What a trial is good by, as the container reports it: `validation:rmse`. The last of `eval_metric`, which is what training stops early
   * by: so the job that follows the search trains exactly as the best trial did.
   */
  readonly metric: string;
  readonly direction: 'Minimize' | 'Maximize';
  /** By the hyperparameter's name: values from `min` to `max`, both included. Its fixed value is not used. */
  readonly ranges: Readonly<Record<string, TuningRange>>;
}

/** The values of a hyperparameter that are tried. */
export interface TuningRange {
  readonly min: number;
  readonly max: number;
  /** How values are spread: as they are, or by their logarithm, as suits what spans orders of magnitude. @default 'linear' */
  readonly scale?: 'linear' | 'logarithmic';
}

/**
 * What SageMaker's XGBoost can be tuned by, and which way is better.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html (metrics)
 */
const directions: Readonly<Record<string, Tuning['direction']>> = {
  'validation:accuracy': 'Maximize',
  'validation:auc': 'Maximize',
  'validation:error': 'Minimize',
  'validation:f1': 'Maximize',
  'validation:logloss': 'Minimize',
  'validation:mae': 'Minimize',
  'validation:map': 'Maximize',
  'validation:merror': 'Minimize',
  'validation:mlogloss': 'Minimize',
  'validation:mse': 'Minimize',
  'validation:ndcg': 'Maximize',
  'validation:rmse': 'Minimize',
};

interface Tunable {
  readonly kind: 'integer' | 'continuous';
  readonly min: number;
  readonly max: number;
}

const share: Tunable = { kind: 'continuous', min: Number.MIN_VALUE, max: 1 };
const fromZero: Tunable = { kind: 'continuous', min: 0, max: Number.MAX_VALUE };
const count: Tunable = { kind: 'integer', min: 0, max: 2 ** 31 - 1 };

/**
 * What it lets search for, with the bounds of XGBoost; but for `num_round`, which would make a longer training look better than it is, and
 * which stopping early finds by itself.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html (tunable hyperparameters)
 * @see https://xgboost.readthedocs.io/en/stable/parameter.html (bounds)
 */
const tunables: Readonly<Record<string, Tunable>> = {
  alpha: fromZero,
  colsample_bylevel: share,
  colsample_bynode: share,
  colsample_bytree: share,
  eta: { ...fromZero, max: 1 },
  gamma: fromZero,
  lambda: fromZero,
  max_delta_step: count,
  max_depth: count,
  min_child_weight: fromZero,
  subsample: share,
};

/** Whether values of a hyperparameter are whole numbers. */
export function isTunedInWholeNumbers(name: string): boolean {
  return Object.hasOwn(tunables, name) && tunables[name]?.kind === 'integer';
}

/** What is wrong with a domain's tuning. */
export interface TuningFault {
  /** The member: `trainingSet.tuning.ranges.eta`. */
  readonly key: string;
  readonly value: unknown;
  /** What it has to be, as the end of a sentence. */
  readonly allowed: string;
}

/** What of a training set a search depends on. */
interface Tuned {
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly tuning?: Tuning;
}

/** All that keeps SageMaker's XGBoost from being tuned so; nothing for a training set that says nothing of tuning. */
export function tuningFaults({ hyperparameters, tuning }: Tuned): readonly TuningFault[] {
  if (tuning === undefined) {
    return [];
  }
  const names = Object.keys(tuning.ranges);
  const faults = [
    metricFault(tuning.metric, hyperparameters['eval_metric'] ?? ''),
    directionFault(tuning),
    names.length === 0
      ? fault('ranges', tuning.ranges, `ranges of one hyperparameter or more: ${Object.keys(tunables).join(', ')}`)
      : undefined,
    ...names.map((name) => rangeFault(name, tuning.ranges[name])),
  ];
  return faults.filter((found) => found !== undefined);
}

function metricFault(metric: string, evaluated: string): TuningFault | undefined {
  if (!Object.hasOwn(directions, metric)) {
    return fault('metric', metric, `one of ${Object.keys(directions).join(', ')}`);
  }
  const last = evaluated.split(',').at(-1)?.trim() ?? '';
  return metric === `validation:${last}`
    ? undefined
    : fault('metric', metric, `validation:${last}: the last of hyperparameters.eval_metric, by which training stops early`);
}

function directionFault({ direction, metric }: Tuning): TuningFault | undefined {
  const better = Object.hasOwn(directions, metric) ? directions[metric] : undefined;
  return better === undefined || better === direction ? undefined : fault('direction', direction, `${better} for ${metric}`);
}

function rangeFault(name: string, range: TuningRange | undefined): TuningFault | undefined {
  const tunable = Object.hasOwn(tunables, name) ? tunables[name] : undefined;
  if (tunable === undefined || range === undefined) {
    return fault(`ranges.${name}`, range, `left out: what can be searched for is ${Object.keys(tunables).join(', ')}`);
  }
  const { min, max, scale } = range;
  const isWithin = [min, max].every(
    (bound) =>
      (tunable.kind === 'integer' ? Number.isSafeInteger(bound) : Number.isFinite(bound)) &&
      bound >= tunable.min &&
      bound <= tunable.max,
  );
  if (!isWithin) {
    return fault(
      `ranges.${name}`,
      range,
      `within the bounds of XGBoost${tunable.kind === 'integer' ? ', in whole numbers' : ''}`,
    );
  }
  if (min >= max) {
    return fault(`ranges.${name}`, range, 'a range whose min is below its max');
  }
  return scale === 'logarithmic' && min <= 0 ? fault(`ranges.${name}`, range, 'above 0 on a logarithmic scale') : undefined;
}

function fault(member: string, value: unknown, allowed: string): TuningFault {
  return { key: `trainingSet.tuning.${member}`, value, allowed };
}
