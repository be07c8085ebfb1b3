import type { Tuning } from './tuning';

/** A span of event time: start inclusive, end exclusive, both in milliseconds since the epoch. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** Which rows a training set is made of. Rows of a closed window that arrived before its cutoff are the same for ever. */
export interface ExampleScope {
  /** Event time. */
  readonly window: TimeWindow;
  /** Rows that arrived at the stream before this, in milliseconds since the epoch: the cutoff. */
  readonly arrivedBefore: number;
  /**
   * A time by which every row that arrived before the cutoff was in the lake, in milliseconds since the epoch; days after it are not
   * read. Not the cutoff itself: a consumer that lags delivers rows on a later day than they arrived on.
   *
   * @default - not known: all days up to the newest are read
   */
  readonly deliveredBefore?: number;
}

/** Which rows are scored: by when they arrived at the stream, so that no row is left out and none is scored twice. */
export interface ScoringScope {
  /** Inclusive, in milliseconds since the epoch. */
  readonly arrivedFrom: number;
  /** Exclusive, in milliseconds since the epoch. */
  readonly arrivedBefore: number;
  /** As in `ExampleScope`. */
  readonly deliveredBefore?: number;
}

/**
 * What of the data is kept from the training. Each row of the training set belongs to one split; who judges a model knows that it has
 * seen neither the devices nor the time that it is judged on.
 */
export interface HoldOut {
  /** Devices whose `device_bucket` is below this are never trained on: the model is judged on them. From 1 on; 100 are all devices. */
  readonly testBuckets: number;
  /** Devices of the next so many buckets stop the training early. From 1 on; some buckets have to be left to train on. */
  readonly validationBuckets: number;
  /** The end of the window is held out as well. @default - the devices have no time in common */
  readonly time?: {
    /** How much of the window, up to its end, is tested on, in days. Rows whose label is not known yet are a part of it. */
    readonly days: number;
    /**
     * How much before that is left out, in hours: at least what a label looks ahead and a feature looks back, so that nothing that
     * is trained on knows of the time that is tested on.
     */
    readonly embargoHours: number;
  };
}

/** What a person would do without a model, for a model to be better than. */
export type Baseline = {
  /** What it is, in one sentence. */
  readonly doc: string;
} & (
  | {
      /** The value of a feature, as it is: the higher, the more so. */
      readonly kind: 'feature';
      readonly feature: string;
    }
  | {
      /** The mean label of the rows that are trained on, whatever the row. */
      readonly kind: 'mean';
    }
);

/** What a model learns from, and how. */
export interface TrainingSet {
  /** What one row of the training set is, and what the model predicts. */
  readonly doc: string;
  /** How much event time, up to the end of the window, is trained on, in days. @default - everything in the lake */
  readonly windowDays?: number;
  /**
   * By table, how far before the window the statements read rows, in days: rows that say what had happened to a device before it. Files of
   * these days are among what a model is made from.
   *
   * @default 0 for every table
   */
  readonly lookBackDays?: Readonly<Record<string, number>>;
  /**
   * One SELECT that both Athena (Trino) and DuckDB accept. Returns, in any order of rows, the columns `device_id`, `device_bucket`,
   * `sequence`, `event_time`, the label (null where it is not known) and every one of `features`. One row per (device_id, sequence).
   * Tables are named without database, and read no further than the scope allows: tables that labels come from as well.
   */
  readonly sql: (scope: ExampleScope) => string;
  /**
   * The same without label, for rows to be scored: `device_id`, `sequence`, `event_time` and every one of `features`, computed as for
   * training. One row per (device_id, sequence): a row that is delivered twice keeps the time at which it arrived, so both copies are
   * in one scope; a message that a device repeats is dropped by the consumer.
   */
  readonly scoringSql: (scope: ScoringScope) => string;
  /**
   * The column that the model learns to predict: numeric, null where it is not known. With an objective `binary:…` it is 0 or 1, and
   * no job is started unless both are among the rows of each channel.
   */
  readonly label: string;
  /** The columns that the model sees, in this order after the label. All numeric. */
  readonly features: readonly string[];
  readonly holdOut: HoldOut;
  readonly baseline: Baseline;
  /**
   * 'balanced': rows with a positive label weigh as much as the others together (`scale_pos_weight`).
   * @default 'as-is'
   */
  readonly classBalance?: 'as-is' | 'balanced';
  /**
   * The share of rows that somebody has time to look at, those with the highest scores: recall and precision are told at it. From
   * above 0 to 1; for a label of 0 and 1.
   *
   * @default - none is told
   */
  readonly alertBudget?: number;
  /** Features that grow with time by nature, such as an age: their drift is told, and holds nothing back. @default none */
  readonly ages?: readonly string[];
  /**
   * Which predictions are the worst news: the highest, such as the probability of a failure, or the lowest, such as the life that is left.
   * @default 'highest'
   */
  readonly worst?: 'highest' | 'lowest';
  /** XGBoost's hyperparameters, `objective`, `num_round` and `eval_metric` among them; all values are strings, as SageMaker takes them. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** What a tuning job searches for, where the configuration has one (`training.tuning`). @default - it cannot be tuned */
  readonly tuning?: Tuning;
  /** The metric that says how good the model is, as the container reports it: `validation:rmse`. */
  readonly objectiveMetric: string;
}
