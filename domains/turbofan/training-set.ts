import { timestampLiteral, type TrainingSet } from '../../core/training-set';
import { sensorFeatures } from './tables';

/** Remaining life is learned up to this many cycles: before that an engine shows nothing of its end (Heimes, PHM 2008). */
export const longestLife = 125;

/** Engines whose device_bucket is below this are held out, whole, for validation. */
export const validationBuckets = 20;

const features = [
  'cycle',
  ...sensorFeatures.flatMap(({ mean, deviation, slope, recent, change }) => [mean, deviation, slope, recent, change]),
];

/** Learns how many cycles an engine has left. Needs engines that were run to failure: the last cycle seen is taken for the end. */
export const trainingSet: TrainingSet = {
  doc: `One row is one cycle of one engine; the model predicts how many cycles remain, at most ${longestLife}.`,
  label: 'rul',
  features,
  sql: (window) => `WITH numbered AS (
  SELECT c.*, row_number() OVER (PARTITION BY c.device_id, c.sequence ORDER BY c.arrival_time, c.sequence_number) AS occurrence
  FROM cycles c
  WHERE c.event_time >= ${timestampLiteral(window.start)} AND c.event_time < ${timestampLiteral(window.end)}
),
flights AS (
  SELECT n.*, max(n.cycle) OVER (PARTITION BY n.device_id) AS last_cycle
  FROM numbered n
  WHERE n.occurrence = 1
)
SELECT
  least(${longestLife}, f.last_cycle - f.cycle) AS rul,
  ${features.map((name) => `f.${name}`).join(',\n  ')},
  CASE WHEN f.device_bucket < ${validationBuckets} THEN 'validation' ELSE 'train' END AS split
FROM flights f`,
  // Held to cross-validation over whole training engines, in five parts; nothing was tuned on the test engines.
  hyperparameters: {
    objective: 'reg:squarederror',
    eval_metric: 'rmse',
    num_round: '300',
    max_depth: '4',
    eta: '0.05',
    subsample: '0.7',
    colsample_bytree: '0.4',
    min_child_weight: '20',
    tree_method: 'hist',
    seed: '1',
  },
  objectiveMetric: 'validation:rmse',
};
