import { trainingErrors } from '../../core/training-error';
import { findDocument, writeOnce } from '../shared/document';
import { EventReader } from '../shared/event-reader';
import { uriOf, type Lake } from '../shared/lake';
import { placesOf, readBatchRows, readScoringBatch, type ScoringBatch } from '../shared/scoring-batch';
import { TrainingError } from '../shared/training-error';

/** What was done. */
export interface FinishScoringEvent {
  readonly batch: ScoringBatch;
  readonly executionName: string;
  /** What came of each file. */
  readonly scored: readonly { readonly number: number; readonly rows: number }[];
}

/** A batch that is done. */
export interface FinishedBatch {
  readonly batchId: string;
  /** Arrival at the stream, ISO 8601, UTC: inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly cutoff: string;
  readonly rows: number;
  readonly files: number;
  readonly modelJobName: string;
  readonly modelVersion: number;
}

export function readFinishScoringEvent(event: EventReader): FinishScoringEvent {
  const scored = event.value('scored');
  if (!Array.isArray(scored)) {
    throw new TrainingError(trainingErrors.invalidInput, 'scored is missing from the event, or is no list');
  }
  return {
    batch: readScoringBatch(event.object('batch')),
    executionName: event.text('executionName'),
    scored: scored.map((each: unknown, index) => {
      const file = new EventReader(each, `scored[${index}]`);
      return { number: file.number('number'), rows: file.number('rows') };
    }),
  };
}

/**
 * Ends a batch: when each of its files was scored once and whole, it is done, and the next one begins where it ends. Doing it twice is
 * harmless.
 *
 * @throws TrainingError ScoringIncomplete naming what is missing; the batch stays as it is, and the next run takes it up again
 */
export async function finishScoring(
  lake: Lake,
  scoringPrefix: string,
  now: number,
  { batch, executionName, scored }: FinishScoringEvent,
): Promise<FinishedBatch> {
  const places = placesOf(scoringPrefix, batch.id);
  const document = await findDocument(lake, places.rows);
  if (document === undefined) {
    throw incomplete(batch, 'its rows were never listed');
  }
  const { files, rows } = readBatchRows(document, uriOf(lake, places.rows));
  for (const file of files) {
    const results = scored.filter(({ number }) => number === file.number);
    if (results.length !== 1 || results[0]?.rows !== file.rows) {
      const found = results.map((each) => each.rows).join(' and ');
      throw incomplete(batch, `of ${file.key}, ${file.rows} rows were to be scored, and ${found === '' ? 'none' : found} were`);
    }
  }
  if (scored.length !== files.length) {
    throw incomplete(batch, `${scored.length} files were scored, and it has ${files.length}`);
  }
  const finished: FinishedBatch = {
    batchId: batch.id,
    from: batch.from,
    cutoff: batch.cutoff,
    rows,
    files: files.length,
    modelJobName: batch.model.jobName,
    modelVersion: batch.model.version,
  };
  const done = { version: 1, ...finished, finishedAt: new Date(now).toISOString(), executionName };
  if ((await findDocument(lake, places.done)) === undefined) {
    await writeOnce(lake, places.done, done);
  }
  // Only now: whoever follows the cursor relies on every batch before it being done.
  await lake.writeJson(`${scoringPrefix}cursor.json`, JSON.stringify({ version: 1, scoredUntil: batch.cutoff }, null, 2));
  return finished;
}

function incomplete({ id }: ScoringBatch, what: string): TrainingError {
  return new TrainingError(trainingErrors.scoringIncomplete, `batch ${id} is not done: ${what}`);
}
