import { maximized, metric, metricNames } from './metrics';
import { UserError } from './user-error';

/** What a training run is asked for. */
export interface Hyperparameters {
  readonly rounds: number;
  /** Stop when the last metric on the last channel has not improved for so many rounds. @default - never */
  readonly earlyStoppingRounds?: number;
  readonly objective: Objective;
  readonly metrics: readonly string[];
  /** The prediction to start from. @default - the mean of the labels, like XGBoost since 2.0 */
  readonly baseScore?: number;
  readonly treesPerRound: number;
  /** Everything else, in the names of XGBoost 0.6. */
  readonly booster: Readonly<Record<string, string>>;
}

export const objectives = ['reg:squarederror', 'reg:linear', 'reg:logistic', 'binary:logistic'] as const;
export type Objective = (typeof objectives)[number];

type Check = (value: string) => string | undefined;

const integer =
  (minimum: number, maximum = 2 ** 31 - 1): Check =>
  (value) =>
    /^[+-]?\d+$/.test(value) && Number(value) >= minimum && Number(value) <= maximum
      ? undefined
      : `an integer from ${minimum} on`;
const real =
  (accepts: (value: number) => boolean, expected: string): Check =>
  (value) =>
    value.trim() !== '' && Number.isFinite(Number(value)) && accepts(Number(value)) ? undefined : expected;
const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : `one of ${allowed.join(', ')}`;
const atLeastZero = real((value) => value >= 0, 'a number from 0 on');
const fraction = real((value) => value > 0 && value <= 1, 'a number above 0, at most 1');

/** Hyperparameters that are passed on to the booster under the same name. */
const booster: Readonly<Record<string, Check>> = {
  eta: real((value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
  gamma: atLeastZero,
  max_depth: integer(0),
  min_child_weight: atLeastZero,
  max_delta_step: atLeastZero,
  subsample: fraction,
  colsample_bytree: fraction,
  colsample_bylevel: fraction,
  lambda: atLeastZero,
  alpha: atLeastZero,
  tree_method: oneOf('auto', 'exact', 'approx', 'hist'),
  scale_pos_weight: real((value) => value > 0, 'a number above 0'),
  grow_policy: oneOf('depthwise', 'lossguide'),
  max_leaves: integer(0),
  max_bin: integer(2),
  seed: integer(-(2 ** 31)),
  num_parallel_tree: integer(1),
};

/** Hyperparameters that are read here, or change nothing in a run on one thread. */
const own: Readonly<Record<string, Check>> = {
  num_round: integer(1),
  early_stopping_rounds: integer(1),
  objective: oneOf(...objectives),
  base_score: real(() => true, 'a number'),
  booster: oneOf('gbtree'),
  colsample_bynode: oneOf('1', '1.0'),
  process_type: oneOf('default'),
  csv_weights: oneOf('0'),
  predictor: oneOf('auto', 'cpu_predictor'),
  nthread: integer(1),
  verbosity: integer(0, 3),
  save_model_on_termination: oneOf('true', 'false'),
  _tuning_objective_metric: (value) =>
    metric(tunedMetric(value) ?? '') === undefined ? `validation: and one of ${metricNames.join(', ')}` : undefined,
  eval_metric: (value) =>
    value.split(',').every((name) => metric(name.trim()) !== undefined) ? undefined : `a list of ${metricNames.join(', ')}`,
};

/** What the container's algorithm knows and this one lacks. @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html */
const unsupported: ReadonlySet<string> = new Set(
  (
    'sketch_eps updater dsplit refresh_leaf monotone_constraints interaction_constraints sample_type normalize_type rate_drop ' +
    'one_drop skip_drop lambda_bias tweedie_variance_power num_class aft_loss_distribution aft_loss_distribution_scale ' +
    'deterministic_histogram sampling_method use_dask_gpu_training huber_slope max_cached_hist_node'
  ).split(' '),
);

/** How XGBoost 0.6 calls what has another name today. */
const oldObjectiveNames: Readonly<Partial<Record<Objective, string>>> = { 'reg:squarederror': 'reg:linear' };

/**
 * The hyperparameters of a job, checked like the container does before it reads any data.
 * @throws UserError naming the hyperparameter: unknown, missing, out of bounds, or not supported here
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html
 */
export function parseHyperparameters(given: Readonly<Record<string, string>>): Hyperparameters {
  for (const [name, value] of Object.entries(given)) {
    if (unsupported.has(name)) {
      throw new UserError(`Hyperparameter ${name}: not supported by the local training program`);
    }
    const check = Object.hasOwn(booster, name) ? booster[name] : Object.hasOwn(own, name) ? own[name] : undefined;
    if (check === undefined) {
      throw new UserError(`Extraneous hyperparameter found: ${name}`);
    }
    const expected = check(value);
    if (expected !== undefined) {
      throw new UserError(`Hyperparameter ${name}: value ${value} not in range: expected ${expected}`);
    }
  }
  if (given.num_round === undefined) {
    throw new UserError('Missing required hyperparameter: num_round');
  }
  const objective = (given.objective ?? 'reg:squarederror') as Objective;
  const metrics = metricsOf(given, objective);
  const forClassesOnly = metrics.find((name) => maximized.has(name));
  if (forClassesOnly !== undefined && objective !== 'binary:logistic') {
    throw new UserError(`Metric '${forClassesOnly}' can only be applied for classification and ranking problems.`);
  }
  // Since XGBoost 2.0 `auto` means `hist`, which is also the fastest in this build: 150,000 × 40, a fourth of `exact`.
  const treeMethod = given.tree_method === undefined || given.tree_method === 'auto' ? 'hist' : given.tree_method;
  return {
    rounds: Number(given.num_round),
    ...(given.early_stopping_rounds !== undefined && { earlyStoppingRounds: Number(given.early_stopping_rounds) }),
    objective,
    metrics,
    ...(given.base_score !== undefined && { baseScore: Number(given.base_score) }),
    treesPerRound: Number(given.num_parallel_tree ?? 1),
    booster: {
      ...Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(booster, name))),
      tree_method: treeMethod,
      objective: oldObjectiveNames[objective] ?? objective,
      silent: '1',
    },
  };
}

/** The metric's own name in `validation:auc`, as tuning jobs write it; undefined for another text. */
function tunedMetric(value: string): string | undefined {
  return /^validation:(.+)$/.exec(value)?.[1];
}

/** What is measured after each round; early stopping watches the last, which is what a tuning job is after. */
function metricsOf(given: Readonly<Record<string, string>>, objective: Objective): readonly string[] {
  const tuned = tunedMetric(given._tuning_objective_metric ?? '');
  const asked = given.eval_metric?.split(',').map((name) => name.trim());
  const metrics = asked ?? (tuned === undefined ? [objective === 'binary:logistic' ? 'logloss' : 'rmse'] : []);
  return tuned === undefined ? metrics : [...metrics.filter((name) => name !== tuned), tuned];
}
