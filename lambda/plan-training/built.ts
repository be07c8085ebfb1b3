import { parseDataCard } from '../shared/data-card';
import { isDataObject, uriOf, type Lake } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';

/**
 * Where the training set of a job lies that an earlier run has built, and looked at to the end: its data card says so.
 *
 * @param key of the data card
 * @returns the `s3://` prefix of the examples; undefined when there is none, or when files of it are gone
 * @throws TrainingError TrainingInputInvalid when the card is none
 */
export async function builtExamples(lake: Lake, key: string): Promise<string | undefined> {
  const text = await lake.readText(key);
  if (text === undefined) {
    return undefined;
  }
  const { examplesPrefix, files } = parseDataCard(text, uriOf(lake, key));
  const objects = (await lake.list(lakeKey(lake.bucket, examplesPrefix))).filter(isDataObject);
  const bytes = objects.reduce((sum, { size }) => sum + size, 0);
  return objects.length === files.count && bytes === files.bytes ? examplesPrefix : undefined;
}
