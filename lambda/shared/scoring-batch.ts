import { trainingErrors } from '../../core/training-error';
import { EventReader } from './event-reader';
import { TrainingError } from './training-error';

/** The model that a batch is scored with. */
export interface ScoringModel {
  /** The training job that made it. */
  readonly jobName: string;
  readonly modelPackageArn: string;
  /** In the registry. */
  readonly version: number;
  /** `s3://` URI of `model.tar.gz`. */
  readonly modelUri: string;
}

/**
 * Rows that are scored together: those that arrived in a span of time. Written once and never changed, so that a batch that was broken
 * off is taken up again as it was: the same rows, the same model, the same files.
 *
 * Batches follow each other without a gap: each begins where the one before ends, and its beginning is its id.
 */
export interface ScoringBatch {
  /** `20261120T100000123Z`: `from`, to the millisecond. */
  readonly id: string;
  /** Arrival at the stream, inclusive, ISO 8601, UTC. */
  readonly from: string;
  /** Exclusive: everything that arrived before it had been delivered when the batch was planned. */
  readonly cutoff: string;
  /** ISO 8601, UTC. */
  readonly plannedAt: string;
  readonly model: ScoringModel;
}

/** The id of the batch that begins at a time, in milliseconds since the epoch. */
export function batchId(from: number): string {
  return new Date(from).toISOString().replaceAll(/[-:.]/g, '');
}

/** The day under which the predictions of a batch lie: that on which it was planned, UTC. */
export function batchDay({ plannedAt }: Pick<ScoringBatch, 'plannedAt'>): string {
  return plannedAt.slice(0, 10);
}

/** Reads a batch. @throws TrainingError TrainingInputInvalid naming the member that is missing or wrong */
export function readScoringBatch(batch: EventReader): ScoringBatch {
  const model = batch.object('model');
  const read: ScoringBatch = {
    id: batch.text('id'),
    from: batch.text('from'),
    cutoff: batch.text('cutoff'),
    plannedAt: batch.text('plannedAt'),
    model: {
      jobName: model.text('jobName'),
      modelPackageArn: model.text('modelPackageArn'),
      version: model.number('version'),
      modelUri: model.text('modelUri'),
    },
  };
  for (const member of ['from', 'cutoff', 'plannedAt'] as const) {
    if (!Number.isFinite(Date.parse(read[member]))) {
      throw new TrainingError(trainingErrors.invalidInput, `${member} of batch ${read.id} is no ISO 8601 time`);
    }
  }
  return read;
}

/** Where what is known of a batch lies, below the prefix for scoring. */
export interface BatchPlaces {
  /** The batch itself. */
  readonly batch: string;
  /** Its rows, as one query has written them: which files, how many rows. */
  readonly rows: string;
  /** That it is done. */
  readonly done: string;
  /**
   * The folder for the rows of one execution: a query that has failed may leave files behind, and the next one wants an empty place.
   * Apart from the documents, since rows are not kept for long.
   */
  readonly unload: (executionName: string) => string;
}

export function placesOf(scoringPrefix: string, id: string): BatchPlaces {
  const folder = `${scoringPrefix}batches/${id}/`;
  return {
    batch: `${folder}batch.json`,
    rows: `${folder}rows.json`,
    done: `${folder}done.json`,
    unload: (executionName) => `${scoringPrefix}rows/${id}/${executionName}/`,
  };
}

/** A file with rows of a batch. */
export interface RowFile {
  readonly key: string;
  /** From 0; names the file of predictions. */
  readonly number: number;
  readonly rows: number;
}

/** The rows of a batch. Written once, after a query that has succeeded: whoever comes later scores the same files. */
export interface BatchRows {
  readonly version: 1;
  readonly files: readonly RowFile[];
  readonly rows: number;
}

/** Reads what is known of the rows of a batch. @throws TrainingError TrainingInputInvalid naming the member that is missing or wrong */
export function readBatchRows(document: EventReader, path: string): BatchRows {
  const files = document.value('files');
  if (!Array.isArray(files)) {
    throw new TrainingError(trainingErrors.invalidInput, `${path}.files is no list`);
  }
  return {
    version: 1,
    rows: document.number('rows'),
    files: files.map((file: unknown, index) => readRowFile(new EventReader(file, `${path}.files[${index}]`))),
  };
}

export function readRowFile(file: EventReader): RowFile {
  return { key: file.text('key'), number: file.number('number'), rows: file.number('rows') };
}
