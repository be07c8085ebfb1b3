import { timestampLiteral, type TrainingSet } from '../../core/training-set';
import { featureColumn, signalFeatures } from './tables';

/** How far ahead the model looks, in hours. */
export const horizonHours = 24;

/** Machines whose device_bucket is below this are held out, whole, for validation. */
export const validationBuckets = 25;

/** One reading in so many is used: neighbours ten minutes apart say nearly the same, and cost as much. */
export const readingStride = 3;

const signalColumns = ['load', 'temperature', 'pressure', 'vibration', 'speed', 'power'];
const windowColumns = signalFeatures.flatMap(([signal, features]) => features.map((feature) => featureColumn(signal, feature)));
const columns = [...signalColumns, ...windowColumns, 'running_readings', 'missing_messages', 'since_maintenance'];

/**
 * Learns which machines fail within the horizon. Left out are rows whose horizon reaches past the window (whether they fail is
 * not known yet; to keep just those that have failed already would teach the model that the end of the window is dangerous), and
 * rows of machines that are out of operation. A machine that is serviced before it fails counts as one that did not: what would
 * have become of it is not known.
 *
 * Of a message that came twice the first is used. When a worker takes over from one that died, rows of the same arrival are
 * delivered again by one that has seen less of the machine: of those the row with the longest history is used.
 */
export const trainingSet: TrainingSet = {
  doc: `One row is one reading of a machine in operation; the model predicts whether it fails within ${horizonHours} hours.`,
  windowDays: 30,
  label: 'fails',
  features: ['is_running', 'is_pump', 'is_fan', 'is_compressor', ...columns],
  sql: (window) => `WITH numbered AS (
  SELECT t.*, row_number() OVER (
    PARTITION BY t.device_id, t.sequence ORDER BY t.arrival_time, t.sequence_number, t.running_readings DESC
  ) AS occurrence
  FROM telemetry t
  WHERE t.event_time >= ${timestampLiteral(window.start)}
    AND t.event_time < ${timestampLiteral(window.end)} - INTERVAL '${horizonHours}' HOUR
    AND t.sequence % ${readingStride} = 0
),
entries AS (
  SELECT m.device_id, m.event, m.event_time,
    row_number() OVER (PARTITION BY m.device_id, m.sequence ORDER BY m.arrival_time, m.sequence_number) AS occurrence
  FROM maintenance m
  WHERE m.event_time < ${timestampLiteral(window.end)} AND m.event IN ('failure', 'repair')
),
sequenced AS (
  SELECT e.device_id, e.event, e.event_time,
    lag(e.event_time) OVER (PARTITION BY e.device_id ORDER BY e.event_time) AS previous_time,
    lead(e.event_time) OVER (PARTITION BY e.device_id ORDER BY e.event_time) AS next_time
  FROM entries e
  WHERE e.occurrence = 1
),
failures AS (
  SELECT s.device_id, s.event_time AS failed_at,
    greatest(s.event_time - INTERVAL '${horizonHours}' HOUR, coalesce(s.previous_time, TIMESTAMP '1970-01-01 00:00:00.000')) AS danger_from,
    coalesce(s.next_time, TIMESTAMP '9999-12-31 00:00:00.000') AS restored_at
  FROM sequenced s
  WHERE s.event = 'failure'
)
SELECT
  CASE WHEN f.failed_at IS NULL THEN 0 ELSE 1 END AS fails,
  CASE WHEN n.state = 'running' THEN 1 ELSE 0 END AS is_running,
  CASE WHEN n.machine = 'pump' THEN 1 ELSE 0 END AS is_pump,
  CASE WHEN n.machine = 'fan' THEN 1 ELSE 0 END AS is_fan,
  CASE WHEN n.machine = 'compressor' THEN 1 ELSE 0 END AS is_compressor,
  ${columns.map((name) => `n.${name}`).join(',\n  ')},
  CASE WHEN n.device_bucket < ${validationBuckets} THEN 'validation' ELSE 'train' END AS split
FROM numbered n
LEFT JOIN failures f
  ON f.device_id = n.device_id AND n.event_time >= f.danger_from AND n.event_time < f.restored_at
WHERE n.occurrence = 1
  AND n.state IN ('running', 'standby')
  AND (f.failed_at IS NULL OR n.event_time < f.failed_at)`,
  hyperparameters: {
    objective: 'binary:logistic',
    eval_metric: 'auc,logloss',
    num_round: '80',
    max_depth: '5',
    eta: '0.08',
    subsample: '0.7',
    colsample_bytree: '0.6',
    min_child_weight: '10',
    tree_method: 'hist',
    seed: '1',
  },
  objectiveMetric: 'validation:auc',
};
