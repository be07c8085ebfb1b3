import { parquetReadObjects } from 'hyparquet';
import { splits, type Split } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import type { SplitCard, TableCard } from '../shared/data-card';
import { isDataObject, uriOf, type Lake } from '../shared/lake';
import { openParquet } from '../shared/parquet-file';
import { TrainingError } from '../shared/training-error';

/** Rows of a small query result, as they lie in the Parquet files of its UNLOAD. */
type ResultRow = Readonly<Record<string, unknown>>;

/** What the query that counts the examples found, by split: those with rows. @throws TrainingError TrainingSetMismatch */
export async function readCounts(lake: Lake, prefix: string, isBinary: boolean): Promise<ReadonlyMap<Split, SplitCard>> {
  const counts = new Map<Split, SplitCard>();
  for (const row of await readResult(lake, prefix)) {
    const split = splits.find((each) => each === row.split);
    if (split === undefined) {
      throw mismatch(lake, prefix, `split ${String(row.split)} is none of ${splits.join(', ')}`);
    }
    const number = (column: string): number => count(lake, prefix, row, column);
    counts.set(split, { rows: number('rows'), devices: number('devices'), ...(isBinary && { positives: number('positives') }) });
  }
  return counts;
}

/** What the query over the tables and the quarantine found. */
export interface InputCounts {
  readonly tables: Readonly<Record<string, TableCard>>;
  /** By reason code. */
  readonly quarantined: Readonly<Record<string, number>>;
}

/** @throws TrainingError TrainingSetMismatch */
export async function readInputCounts(lake: Lake, prefix: string): Promise<InputCounts> {
  const tables: Record<string, TableCard> = {};
  const quarantined: Record<string, number> = {};
  for (const row of await readResult(lake, prefix)) {
    const name = String(row.name);
    const number = (column: string): number => count(lake, prefix, row, column);
    if (row.kind === 'table') {
      tables[name] = { rows: number('rows'), distinct: number('distinct_rows'), late: number('late') };
    } else if (row.kind === 'quarantine') {
      quarantined[name] = number('rows');
    } else {
      throw mismatch(lake, prefix, `kind ${String(row.kind)} is neither table nor quarantine`);
    }
  }
  return { tables, quarantined };
}

async function readResult(lake: Lake, prefix: string): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = [];
  for (const object of (await lake.list(prefix)).filter(isDataObject)) {
    const { file, metadata } = await openParquet(lake, object);
    rows.push(...(await parquetReadObjects({ file, metadata })));
  }
  return rows;
}

/** A count: Parquet's 64-bit integers come as bigints; a sum over nothing is null. */
function count(lake: Lake, prefix: string, row: ResultRow, column: string): number {
  const value = Number(row[column] ?? 0);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw mismatch(lake, prefix, `${column} is ${String(row[column])}: not a count`);
  }
  return value;
}

function mismatch(lake: Lake, prefix: string, what: string): TrainingError {
  return new TrainingError(trainingErrors.trainingSetMismatch, `the query result under ${uriOf(lake, prefix)}: ${what}`);
}
