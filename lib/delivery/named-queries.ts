import { tableColumns } from '../../core/common-columns';
import type { Domain } from '../../core/domain';
import { predictionsTableName } from '../../core/predictions';
import { currentTrainingSql, currentWindow, delivered, deliveredSince, now, percentOf, secondsBetween } from './sql';

/** A query that is saved in the workgroup. */
export interface NamedQuery {
  /** Lower case, with hyphens; unique in the domain. */
  readonly id: string;
  /** What it answers, for the list of saved queries. */
  readonly title: string;
  /** How to read the answer. */
  readonly description: string;
  /** One statement that Athena and DuckDB read alike. */
  readonly sql: string;
}

/** How many days back a query looks, by partition. */
const lookBackDays = 7;
const quarantineLookBackDays = 30;
const predictionsLookBackDays = 30;
const recent = delivered(lookBackDays);

/** What a data scientist would want to know first of each table, of the quarantine and of the training set. */
export function namedQueries(domain: Domain): readonly NamedQuery[] {
  return [
    ...Object.keys(domain.tables).flatMap((table) => tableQueries(domain, table)),
    quarantineByReason,
    labelBalance(domain),
    trainingSources(domain),
    latestPredictions(domain),
    predictionsAgainstEvents(domain),
  ];
}

function tableQueries(domain: Domain, table: string): readonly NamedQuery[] {
  const names = tableColumns(domain, table).map(({ name }) => name);
  return [
    {
      id: `${table}-rows-per-day-and-device`,
      title: `${table}: rows per day and device`,
      description: `How much each device has delivered on each of the last ${lookBackDays} days, and of which event time.`,
      sql: `SELECT "date", device_id, count(*) AS row_count, min(event_time) AS first_event, max(event_time) AS last_event
FROM ${table}
WHERE ${recent}
GROUP BY "date", device_id
ORDER BY "date" DESC, row_count DESC, device_id`,
    },
    {
      id: `${table}-freshness`,
      title: `${table}: freshest data and lateness`,
      description:
        'Per day of delivery: how long ago the last row arrived at the stream, and how long after its event time a row arrives: in the mean, at worst, and the share that takes longer than a minute, ten minutes, an hour.',
      sql: `SELECT "date", count(*) AS row_count, max(event_time) AS last_event, max(arrival_time) AS last_arrival,
  ${secondsBetween('max(arrival_time)', now)} AS seconds_since_last_arrival,
  round(avg(late), 3) AS mean_lateness_seconds, max(late) AS worst_lateness_seconds,
  ${late(60)} AS percent_over_1_minute,
  ${late(600)} AS percent_over_10_minutes,
  ${late(3_600)} AS percent_over_1_hour
FROM (
  SELECT "date", event_time, arrival_time, ${secondsBetween('event_time', 'arrival_time')} AS late
  FROM ${table}
  WHERE ${recent}
) AS rows_with_lateness
GROUP BY "date"
ORDER BY "date" DESC`,
    },
    {
      id: `${table}-duplicates`,
      title: `${table}: duplicates by device and sequence`,
      description: `Messages of which the last ${lookBackDays} days have more than one row. A few after a crash or a deployment are expected: delivery is at least once.`,
      sql: `SELECT device_id, sequence, count(*) AS copies, min(arrival_time) AS first_arrival, max(arrival_time) AS last_arrival
FROM ${table}
WHERE ${recent}
GROUP BY device_id, sequence
HAVING count(*) > 1
ORDER BY copies DESC, device_id, sequence
LIMIT 1000`,
    },
    {
      id: `${table}-deduplicated-view`,
      title: `${table}: view without duplicates`,
      description: `Makes the view ${table}_deduplicated, to query instead of ${table}: of a message that came more than once it has the row that arrived first. A condition on "date" chooses among its rows, but Athena reads every day all the same, since a copy may lie in another: for a few days of a large table, query the table.`,
      sql: `CREATE OR REPLACE VIEW ${table}_deduplicated AS
SELECT ${names.join(', ')}, "date"
FROM (
  SELECT *, row_number() OVER (PARTITION BY device_id, sequence ORDER BY arrival_time, sequence_number, "date") AS occurrence
  FROM ${table}
) AS numbered
WHERE occurrence = 1`,
    },
    {
      id: `${table}-missing-values`,
      title: `${table}: missing values per column`,
      description: `For each of the last ${lookBackDays} days, which percentage of the rows has no value in each column.`,
      sql: `SELECT "date", count(*) AS row_count,
  ${names.map((name) => `${percentOf(`count(*) - count(${name})`, 'count(*)')} AS ${name}`).join(',\n  ')}
FROM ${table}
WHERE ${recent}
GROUP BY "date"
ORDER BY "date" DESC`,
    },
    {
      id: `${table}-latest-per-device`,
      title: `${table}: latest row per device`,
      description: `What each device that delivered in the last ${lookBackDays} days reported last, by event time.`,
      sql: `SELECT ${names.join(', ')}
FROM (
  SELECT *, row_number() OVER (PARTITION BY device_id ORDER BY event_time DESC, sequence DESC) AS place
  FROM ${table}
  WHERE ${recent}
) AS ranked
WHERE place = 1
ORDER BY device_id`,
    },
  ];
}

const late = (seconds: number): string => percentOf(`sum(CASE WHEN late > ${seconds} THEN 1 ELSE 0 END)`, 'count(*)');

const quarantineByReason: NamedQuery = {
  id: 'quarantine-by-reason',
  title: 'quarantine: records by reason',
  description: `Why records of the last ${quarantineLookBackDays} days could not be used, with one example of each reason and field. A record that was kept in parts counts once.`,
  sql: `SELECT reason, field, count(*) AS records, count(DISTINCT partition_key) AS partition_keys, sum(size_bytes) AS bytes,
  min(arrival_time) AS first_arrival, max(arrival_time) AS last_arrival, max(message) AS example
FROM quarantine
WHERE ${delivered(quarantineLookBackDays)} AND part = 0
GROUP BY reason, field
ORDER BY records DESC, reason, field`,
};

/** Counts of the label's values when there are two of them, else what they are like. */
function labelBalance({ trainingSet }: Domain): NamedQuery {
  const { label, hyperparameters } = trainingSet;
  const isBinary = (hyperparameters['objective'] ?? '').startsWith('binary:');
  const sql = isBinary
    ? `SELECT split, ${label}, row_count, ${percentOf('row_count', 'sum(row_count) OVER (PARTITION BY split)')} AS percent_of_split
FROM (
  SELECT split, ${label}, count(*) AS row_count
  FROM training_set
  WHERE split IS NOT NULL
  GROUP BY split, ${label}
) AS counted
ORDER BY split, ${label}`
    : `SELECT split, count(*) AS row_count, min(${label}) AS smallest, round(avg(CAST(${label} AS double)), 3) AS mean,
  max(${label}) AS largest, round(stddev_pop(CAST(${label} AS double)), 3) AS deviation
FROM training_set
WHERE split IS NOT NULL
GROUP BY split
ORDER BY split`;
  return {
    id: 'label-balance',
    title: `training: balance of ${label}`,
    description: `What the model would learn from if it were trained on the window that ends with this hour: ${trainingSet.doc}`,
    sql: `WITH training_set AS (\n${currentTrainingSql(trainingSet)}\n)\n${sql}`,
  };
}

/** What the model says of each device now. */
function latestPredictions({ trainingSet: { worst = 'highest' } }: Domain): NamedQuery {
  return {
    id: 'predictions-latest-per-device',
    title: 'predictions: latest per device',
    description: `What the model predicts for the newest row of each device that was scored in the last ${lookBackDays} days, by event time; the worst news first.`,
    sql: `SELECT device_id, sequence, event_time, prediction, model_version, model, scored_at
FROM (
  SELECT *, row_number() OVER (PARTITION BY device_id ORDER BY event_time DESC, sequence DESC, scored_at DESC) AS place
  FROM ${predictionsTableName}
  WHERE ${recent}
) AS ranked
WHERE place = 1
ORDER BY prediction ${worst === 'highest' ? 'DESC' : 'ASC'}, device_id`,
  };
}

/** What the model has said beside what happened: its error, or how often what it said came true. */
function predictionsAgainstEvents({ trainingSet }: Domain): NamedQuery {
  const { hyperparameters, label } = trainingSet;
  const isBinary = (hyperparameters['objective'] ?? '').startsWith('binary:');
  const compared = isBinary
    ? `SELECT model_version, floor(prediction * 10) / 10 AS predicted_from, count(*) AS row_count,
  round(avg(prediction), 4) AS mean_prediction, round(avg(CAST(happened AS double)), 4) AS share_that_happened
FROM compared
GROUP BY model_version, floor(prediction * 10) / 10
ORDER BY model_version DESC, predicted_from DESC`
    : `SELECT model_version, count(*) AS row_count, count(DISTINCT device_id) AS devices,
  round(sqrt(avg((prediction - happened) * (prediction - happened))), 3) AS root_mean_squared_error,
  round(avg(abs(prediction - happened)), 3) AS mean_absolute_error, round(avg(prediction - happened), 3) AS mean_excess
FROM compared
GROUP BY model_version
ORDER BY model_version DESC`;
  return {
    id: 'predictions-against-what-happened',
    title: 'predictions: against what happened',
    description: `How the predictions of the last ${predictionsLookBackDays} days compare with ${label}, as far as it is known by now, per version of the model: ${
      isBinary
        ? 'of the rows with a prediction from 0.3 to 0.4, some 0.35 should have come true.'
        : 'the error, in the unit of the label.'
    } Rows that the model was trained on are among them: what it is worth on others is in its evaluation.`,
    sql: `WITH training_set AS (
${currentTrainingSql(trainingSet)}
),
compared AS (
  SELECT p.device_id, p.model_version, p.prediction, CAST(t.${label} AS double) AS happened
  FROM (
    SELECT *, row_number() OVER (PARTITION BY device_id, sequence ORDER BY scored_at DESC) AS place
    FROM ${predictionsTableName}
    WHERE ${delivered(predictionsLookBackDays)}
  ) AS p
  JOIN training_set AS t ON t.device_id = p.device_id AND t.sequence = p.sequence
  WHERE p.place = 1
)
${compared}`,
  };
}

/** Which files the rows of the current window lie in. */
function trainingSources({ tables, trainingSet, clock }: Domain): NamedQuery {
  const { start, end } = currentWindow(trainingSet);
  const select = (table: string): string => `SELECT '${table}' AS table_name, "$path" AS file, count(*) AS row_count,
  min(event_time) AS first_event, max(event_time) AS last_event
FROM ${table}
WHERE event_time >= ${start} AND event_time < ${end}
  AND ${deliveredSince(start, clock.aheadMs)}
GROUP BY "$path"`;
  return {
    id: 'training-sources',
    title: 'training: files that hold the rows of the window',
    description:
      'Which files hold the rows of the window that ends with this hour, and how many. What a model was really made from is pinned in its manifest, training-sets/<job>/manifest.json, and named in its record, models/records/<job>.json.',
    sql: `${Object.keys(tables).map(select).join('\nUNION ALL\n')}\nORDER BY table_name, file`,
  };
}
