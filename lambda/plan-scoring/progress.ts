import { trainingErrors } from '../../core/training-error';
import { findDocument, writeOnce } from '../shared/document';
import type { EventReader } from '../shared/event-reader';
import { uriOf, type Lake } from '../shared/lake';
import { batchId, placesOf, readScoringBatch, type ScoringBatch } from '../shared/scoring-batch';
import { TrainingError } from '../shared/training-error';

/** How far scoring has come. */
export type Progress =
  /** Nothing was ever scored. */
  | { readonly kind: 'none' }
  /** Everything that arrived before `until`, in milliseconds since the epoch, is scored. */
  | { readonly kind: 'scored'; readonly until: number }
  /** A batch was begun and is not done. */
  | { readonly kind: 'pending'; readonly batch: ScoringBatch };

/** The document that says where the first batch began: written once. */
const startKey = (prefix: string): string => `${prefix}start.json`;

/** The document that says how far scoring had come at least: a short cut, which may be old or missing. */
export const cursorKey = (prefix: string): string => `${prefix}cursor.json`;

/**
 * Finds how far scoring has come. What counts is the chain of batches, each of which begins where the one before ends; the cursor only
 * saves the way along it.
 *
 * @throws TrainingError TrainingInputInvalid when a document cannot be read
 */
export async function findProgress(lake: Lake, scoringPrefix: string): Promise<Progress> {
  const known = (await findDocument(lake, cursorKey(scoringPrefix))) ?? (await findDocument(lake, startKey(scoringPrefix)));
  if (known === undefined) {
    return { kind: 'none' };
  }
  let until = timeOf(known, 'scoredUntil');
  for (;;) {
    const places = placesOf(scoringPrefix, batchId(until));
    const document = await findDocument(lake, places.batch);
    if (document === undefined) {
      return { kind: 'scored', until };
    }
    const batch = readScoringBatch(document);
    const cutoff = Date.parse(batch.cutoff);
    if (batch.id !== batchId(until) || Date.parse(batch.from) !== until || cutoff <= until) {
      throw new TrainingError(trainingErrors.invalidInput, `${uriOf(lake, places.batch)} is another batch than its name says`);
    }
    if ((await lake.readText(places.done)) === undefined) {
      return { kind: 'pending', batch };
    }
    until = cutoff;
  }
}

/** Says where the first batch begins. Of several that do so at once, one is right. @returns where it begins, in milliseconds since the epoch */
export async function begin(lake: Lake, scoringPrefix: string, from: number): Promise<number> {
  const document = { version: 1, scoredUntil: new Date(from).toISOString() };
  return timeOf(await writeOnce(lake, startKey(scoringPrefix), document), 'scoredUntil');
}

function timeOf(document: EventReader, name: string): number {
  const time = Date.parse(document.text(name));
  if (!Number.isFinite(time)) {
    throw new TrainingError(trainingErrors.invalidInput, `${name} is no ISO 8601 time`);
  }
  return time;
}
