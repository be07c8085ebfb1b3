import { trainingErrors } from '../../core/training-error';
import { TrainingError } from './training-error';

/**
 * The key of an `s3://` URI in the lake's bucket.
 * @throws TrainingError TrainingInputInvalid for one elsewhere: the functions read nothing but the lake
 */
export function lakeKey(bucket: string, uri: string): string {
  const start = `s3://${bucket}/`;
  if (!uri.startsWith(start) || uri.length === start.length) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} does not lie in bucket ${bucket}`);
  }
  return uri.slice(start.length);
}
