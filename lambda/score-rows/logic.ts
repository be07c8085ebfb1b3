import type { Domain } from '../../core/domain';
import { predict } from '../../core/model/predict';
import { trainingErrors } from '../../core/training-error';
import type { EventReader } from '../shared/event-reader';
import { uriOf, type Lake } from '../shared/lake';
import { loadModel } from '../shared/load-model';
import { batchDay, readRowFile, readScoringBatch, type RowFile, type ScoringBatch } from '../shared/scoring-batch';
import { TrainingError } from '../shared/training-error';
import { PredictionsFile } from './predictions-file';
import { rowsToScore } from './rows';

/** What the function is configured with. */
export interface ScoreRowsConfig {
  readonly domain: Pick<Domain, 'trainingSet'>;
  /** Ends in a slash. */
  readonly predictionsPrefix: string;
}

/** One file of the rows of a batch. */
export interface ScoreRowsEvent {
  readonly batch: ScoringBatch;
  readonly file: RowFile;
}

/** What came of it. */
export interface ScoredRows {
  /** Of the file, in the list of the batch. */
  readonly number: number;
  readonly rows: number;
  /** `s3://` URI of the predictions. */
  readonly predictionsUri: string;
}

export function readScoreRowsEvent(event: EventReader): ScoreRowsEvent {
  return { batch: readScoringBatch(event.object('batch')), file: readRowFile(event.object('file')) };
}

/**
 * Scores the rows of a file and writes their predictions under a key that batch and file give: who does it again writes the same bytes
 * over the same file. A file without rows gives none.
 *
 * @throws TrainingError ModelUnreadable; TrainingSetMismatch for a file that is not as the batch says
 */
export async function scoreRows(lake: Lake, config: ScoreRowsConfig, { batch, file }: ScoreRowsEvent): Promise<ScoredRows> {
  const { features } = config.domain.trainingSet;
  const key = predictionsKey(config.predictionsPrefix, batch, file.number);
  const model = await loadModel(lake, batch.model.modelUri, features.length);
  const predictions = new PredictionsFile(batch);
  let rows = 0;
  for await (const block of rowsToScore(lake, features, file)) {
    await predictions.add(block, predict(model, block.columns, block.rows));
    rows += block.rows;
  }
  if (rows !== file.rows) {
    throw new TrainingError(
      trainingErrors.trainingSetMismatch,
      `s3://${lake.bucket}/${file.key} has ${rows} rows; batch ${batch.id} lists ${file.rows}`,
    );
  }
  if (rows > 0) {
    await lake.writeBytes(key, await predictions.end());
  }
  return { number: file.number, rows, predictionsUri: uriOf(lake, key) };
}

/** `tables/predictions/date=2026-11-20/20261120T100000123Z-0000.parquet` */
export function predictionsKey(predictionsPrefix: string, batch: Pick<ScoringBatch, 'id' | 'plannedAt'>, number: number): string {
  return `${predictionsPrefix}date=${batchDay(batch)}/${batch.id}-${String(number).padStart(4, '0')}.parquet`;
}
