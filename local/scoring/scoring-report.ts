import { latestPredictions, worstDevices, type DevicePrediction } from './predictions';
import type { ScoredBatch, ScoringOutcome } from './outcome';
import type { TrainingSet } from '../../core/training-set';

/** How many devices are named. */
const devicesNamed = 5;

/** What was scored: a part of `<out>/report.json`. */
export type ScoringReport =
  | {
      readonly end: 'batch-scored';
      readonly batch: ScoredBatch;
      /** The folder of the predictions on this machine. */
      readonly predictions: string;
      /** The devices of the batch with the worst outlook, by their latest row: the worst first. */
      readonly worstDevices: readonly DevicePrediction[];
      readonly devices: number;
    }
  | Extract<ScoringOutcome, { readonly end: 'nothing-to-score' }>;

/** Looks at what a batch has left. @param folder of the table of predictions */
export async function scoringReport(
  outcome: ScoringOutcome,
  trainingSet: Pick<TrainingSet, 'worst'>,
  folder: string,
): Promise<ScoringReport> {
  if (outcome.end === 'nothing-to-score') {
    return outcome;
  }
  const latest = outcome.batch.rows === 0 ? [] : await latestPredictions(folder, outcome.batch.id);
  return {
    ...outcome,
    predictions: folder,
    worstDevices: worstDevices(latest, trainingSet, devicesNamed),
    devices: latest.length,
  };
}
