import { trainingErrors } from '../../core/training-error';
import { findDocument, writeOnce } from '../shared/document';
import type { EventReader } from '../shared/event-reader';
import { inParallel } from '../shared/in-parallel';
import { isDataObject, uriOf, type Lake, type LakeObject } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';
import { openParquet } from '../shared/parquet-file';
import { placesOf, readBatchRows, type BatchRows } from '../shared/scoring-batch';
import { TrainingError } from '../shared/training-error';

/** Footers that are read at a time. */
const parallelFooters = 8;

/** A list of this many files still fits into what a state may carry, 256 KiB. Athena writes some dozens. */
const mostFiles = 1_000;

/** Which batch, and where this execution's query has written its rows. */
export interface ListRowsEvent {
  readonly batchId: string;
  /** `s3://` prefix. */
  readonly rowsPrefix: string;
}

export function readListRowsEvent(event: EventReader): ListRowsEvent {
  const plan = event.object('plan');
  return { batchId: plan.object('batch').text('id'), rowsPrefix: plan.text('rowsPrefix') };
}

/**
 * The files with the rows of a batch, numbered. Called after a query that has succeeded. The first list of a batch holds: an execution
 * that takes the batch up again, or does it at the same time, scores the very same files, and so writes the same files of predictions.
 *
 * @throws TrainingError TrainingSetMismatch for a file that is no Parquet; ScoringIncomplete for more files than a run can take
 */
export async function listRows(lake: Lake, scoringPrefix: string, { batchId, rowsPrefix }: ListRowsEvent): Promise<BatchRows> {
  const key = placesOf(scoringPrefix, batchId).rows;
  const known = await findDocument(lake, key);
  return readBatchRows(known ?? (await writeOnce(lake, key, await found(lake, rowsPrefix))), uriOf(lake, key));
}

async function found(lake: Lake, rowsPrefix: string): Promise<BatchRows> {
  const objects = (await lake.list(lakeKey(lake.bucket, rowsPrefix))).filter(isDataObject);
  if (objects.length > mostFiles) {
    throw new TrainingError(
      trainingErrors.scoringIncomplete,
      `${rowsPrefix} has ${objects.length} files, more than ${mostFiles}`,
    );
  }
  const counts = await inParallel(objects, parallelFooters, (object) => rowsIn(lake, object));
  const files = objects.map(({ key }, number) => ({ key, number, rows: counts[number] ?? 0 }));
  return { version: 1, files, rows: counts.reduce((sum, rows) => sum + rows, 0) };
}

async function rowsIn(lake: Lake, object: LakeObject): Promise<number> {
  return Number((await openParquet(lake, object)).metadata.num_rows);
}
