/** A span of event time: start inclusive, end exclusive, both in milliseconds since the epoch. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** What a model learns from, and how. */
export interface TrainingSet {
  /** What one row of the training set is, and what the model predicts. */
  readonly doc: string;
  /** How much event time, up to the end of the window, is trained on, in days. @default - everything in the lake */
  readonly windowDays?: number;
  /**
   * One SELECT that both Athena (Trino) and DuckDB accept. Returns, in any order, the columns `label`, every one of `features`,
   * and `split` ('train' or 'validation'). Tables are named without database. Removes duplicates by (device_id, sequence).
   */
  readonly sql: (window: TimeWindow) => string;
  /**
   * The column that the model learns to predict: numeric, never null. With an objective `binary:…` it is 0 or 1, and no job is
   * started unless both are among the rows of each split.
   */
  readonly label: string;
  /** The columns that the model sees, in this order after the label. All numeric. */
  readonly features: readonly string[];
  /** XGBoost's hyperparameters, `objective`, `num_round` and `eval_metric` among them; all values are strings, as SageMaker takes them. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The metric that says how good the model is, as the container reports it: `validation:rmse`. */
  readonly objectiveMetric: string;
}

/** The two parts of a training set, and the names of SageMaker's input channels. */
export const splits = ['train', 'validation'] as const;
export type Split = (typeof splits)[number];

/** An SQL literal for an instant, in UTC, that Trino and DuckDB read alike: `TIMESTAMP '2026-11-20 00:00:00.000'`. */
export function timestampLiteral(epochMs: number): string {
  return `TIMESTAMP '${new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '')}'`;
}

/** The SELECT for one channel: the label first, then the features in their order, nothing else. */
export function channelSelect(trainingSet: TrainingSet, window: TimeWindow, split: Split): string {
  const columns = [trainingSet.label, ...trainingSet.features].map((name) => `CAST(${name} AS double) AS ${name}`);
  return `SELECT ${columns.join(', ')}\nFROM (\n${trainingSet.sql(window)}\n) AS training_set\nWHERE split = '${split}'`;
}

/**
 * The Athena statement that writes one channel as Parquet under a flat prefix (SageMaker does not load nested folders).
 * @see https://docs.aws.amazon.com/athena/latest/ug/unload.html
 */
export function unloadStatement(select: string, location: string): string {
  return `UNLOAD (\n${select}\n)\nTO '${location}'\nWITH (format = 'PARQUET', compression = 'SNAPPY')`;
}
