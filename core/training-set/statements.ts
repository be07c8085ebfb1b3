import { splitExpression } from './splits';
import type { ExampleScope, ScoringScope, TrainingSet } from './training-set';

/** Every column as a double, under its own name. */
const doubles = (table: string, names: readonly string[]): string =>
  names.map((name) => `CAST(${table}.${name} AS double) AS ${name}`).join(', ');

/** The domain's rows that have a label, each with its split; null for a row that belongs to none. */
export function splitSelect(trainingSet: TrainingSet, scope: ExampleScope): string {
  const { holdOut, label, sql } = trainingSet;
  return `SELECT e.*, ${splitExpression('e', holdOut, scope.window)} AS split
FROM (
${sql(scope)}
) AS e
WHERE e.${label} IS NOT NULL`;
}

/**
 * The SELECT for the training set: the label first, then the features in their order, all of them doubles, and the split. Rows come by
 * device and sequence, so that the same rows give the same file.
 */
export function examplesSelect(trainingSet: TrainingSet, scope: ExampleScope): string {
  return `SELECT ${doubles('x', [trainingSet.label, ...trainingSet.features])}, x.split
FROM (
${splitSelect(trainingSet, scope)}
) AS x
WHERE x.split IS NOT NULL
ORDER BY x.device_id, x.sequence`;
}

/**
 * The SELECT that counts what `examplesSelect` gives, per split: `split`, `rows`, `devices`, and `positives`, rows whose label is above
 * 0. Needs few of the columns, so Athena reads a small part of the files.
 */
export function countsSelect(trainingSet: TrainingSet, scope: ExampleScope): string {
  return `SELECT x.split, count(*) AS rows, count(DISTINCT x.device_id) AS devices, sum(CASE WHEN x.${trainingSet.label} > 0 THEN 1 ELSE 0 END) AS positives
FROM (
${splitSelect(trainingSet, scope)}
) AS x
WHERE x.split IS NOT NULL
GROUP BY x.split
ORDER BY x.split`;
}

/** The SELECT for rows to be scored: `device_id`, `sequence`, `event_time`, then the features in their order, as doubles. */
export function scoringSelect({ features, scoringSql }: TrainingSet, scope: ScoringScope): string {
  return `SELECT x.device_id, x.sequence, x.event_time, ${doubles('x', features)}
FROM (
${scoringSql(scope)}
) AS x
ORDER BY x.device_id, x.sequence`;
}

/**
 * The Athena statement that writes the rows of a SELECT as Parquet under a prefix, which must be empty. Athena writes several files at a time, each
 * in the order of the SELECT.
 *
 * @param partitionedBy the last column of the SELECT: rows go to a folder per value, `split=train/`, and the files lack the column.
 *   Below such a folder the prefix is flat, as SageMaker needs it, which loads no nested folders. @default - all files lie in one place
 * @see https://docs.aws.amazon.com/athena/latest/ug/unload.html
 */
export function unloadStatement(select: string, location: string, partitionedBy?: 'split'): string {
  const partitions = partitionedBy === undefined ? '' : `, partitioned_by = ARRAY['${partitionedBy}']`;
  return `UNLOAD (\n${select}\n)\nTO '${location}'\nWITH (format = 'PARQUET', compression = 'SNAPPY'${partitions})`;
}
