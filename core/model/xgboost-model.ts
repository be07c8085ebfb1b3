import type { Forest } from './forest';
import type { Objective } from './objective';

/** A model of boosted trees with one output. */
export interface XgboostModel {
  /** Of the XGBoost that wrote the file: major, minor, patch. */
  readonly version: readonly [number, number, number];
  readonly objective: Objective;
  /** Names of the features in their order. @default - the file has none: SageMaker's container trains without names */
  readonly featureNames?: readonly string[];
  /** What the trees are added to: the base score in the space of margins. */
  readonly baseMargin: number;
  /** Rounds of boosting; each may have added several trees. */
  readonly rounds: number;
  /** What training left beside the trees, such as `best_iteration` and `best_score`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The trees; `forest.features` is how many features the model takes. */
  readonly forest: Forest;
}
