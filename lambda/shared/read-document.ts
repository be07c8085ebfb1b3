import { trainingErrors } from '../../core/training-error';
import { EventReader } from './event-reader';
import type { Lake } from './lake';
import { lakeKey } from './lake-uri';
import { readObject } from './read-object';
import { TrainingError } from './training-error';

/**
 * A JSON document of the lake that another step has written.
 *
 * @param uri `s3://` URI
 * @throws TrainingError TrainingInputInvalid when it is not there, or no JSON object
 */
export async function readDocument(lake: Lake, uri: string): Promise<EventReader> {
  const bytes = await readObject(lake, lakeKey(lake.bucket, uri));
  if (bytes === undefined) {
    throw new TrainingError(trainingErrors.invalidInput, `there is nothing at ${uri}`);
  }
  try {
    return new EventReader(JSON.parse(Buffer.from(bytes).toString('utf8')), uri);
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is no JSON object`, { cause: error });
  }
}
