/**
 * What stands between the sum of the trees, the margin, and the prediction, by the objective that the model was trained for. All in
 * single precision, in XGBoost's order of steps.
 *
 * @see PredTransform and ProbToMargin in src/objective/regression_loss.h and regression_obj.cu of github.com/dmlc/xgboost, v3.2.0;
 * 1.7 and 2.1 compute the same
 */

/** How a margin becomes a prediction: as it is, as the probability of which it is the logit, as the number of which it is the logarithm. */
export type Link = 'identity' | 'logit' | 'log';

/** The objectives of models that are read, with their links. */
export const links = {
  'reg:squarederror': 'identity',
  'reg:linear': 'identity',
  'reg:squaredlogerror': 'identity',
  'reg:pseudohubererror': 'identity',
  'reg:absoluteerror': 'identity',
  'reg:quantileerror': 'identity',
  'reg:logistic': 'logit',
  'reg:gamma': 'log',
  'reg:tweedie': 'log',
  'count:poisson': 'log',
  'binary:logistic': 'logit',
  'binary:logitraw': 'identity',
} as const satisfies Readonly<Record<string, Link>>;

/** An objective of a model that is read. */
export type Objective = keyof typeof links;

export function isObjective(name: string): name is Objective {
  return Object.hasOwn(links, name);
}

const { fround } = Math;

/** XGBoost keeps a base score this far from 0 and 1, where there is no logit. */
const smallestProbability = fround(1e-6);

/**
 * The margin that a base score stands for; a file has it in the space of predictions.
 * @returns NaN when there is none: a base score for `log` has to be above 0, one for `logit` from 0 to 1
 */
export function marginOf(link: Link, baseScore: number): number {
  const score = fround(baseScore);
  switch (link) {
    case 'identity':
      return score;
    case 'log':
      return score > 0 ? fround(Math.log(score)) : Number.NaN;
    case 'logit': {
      const probability = Math.min(Math.max(score, smallestProbability), fround(1 - smallestProbability));
      return score >= 0 && score <= 1 ? -fround(Math.log(fround(fround(1 / probability) - 1))) : Number.NaN;
    }
  }
}

/** Beyond this the exponential of a single is infinite. */
const largestExponent = fround(88.7);

/** The prediction for a margin: a probability, or a value. */
export function predictionOf(link: Link, margin: number): number {
  switch (link) {
    case 'identity':
      return margin;
    case 'log':
      return fround(Math.exp(margin));
    case 'logit':
      return fround(1 / fround(fround(Math.exp(Math.min(-margin, largestExponent))) + 1));
  }
}
