import { trainingErrors } from '../../core/training-error';
import { EventReader } from './event-reader';
import { uriOf, type Lake } from './lake';
import { TrainingError } from './training-error';

/** A JSON document of the lake by its key; undefined when there is none. @throws TrainingError TrainingInputInvalid when it is no JSON object */
export async function findDocument(lake: Lake, key: string): Promise<EventReader | undefined> {
  const text = await lake.readText(key);
  return text === undefined ? undefined : parsed(text, uriOf(lake, key));
}

/**
 * Writes a document that is never changed. When there is one already, that one holds.
 * @returns the one that holds
 */
export async function writeOnce(lake: Lake, key: string, document: object): Promise<EventReader> {
  const text = JSON.stringify(document, null, 2);
  const written = await lake.writeNew(key, text);
  return parsed(written === 'created' ? text : ((await lake.readText(key)) ?? ''), uriOf(lake, key));
}

function parsed(text: string, uri: string): EventReader {
  try {
    return new EventReader(JSON.parse(text), uri);
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is no JSON object`, { cause: error });
  }
}
