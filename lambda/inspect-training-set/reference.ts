import { parseDataCard, type DataCard } from '../shared/data-card';
import type { Lake } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';
import { modelInUse, packageMetadata, type ModelRegistry } from '../shared/model-registry';

/** The training set of the model in use, or why there is none to compare with. */
export type FoundReference =
  | { readonly card: DataCard; readonly modelVersion: number }
  | { readonly card?: undefined; /** For a person; no full stop. */ readonly why: string };

/**
 * The data card of the model in use. A model that was made on this training set is passed over: a run that is repeated compares with
 * what the first one did.
 *
 * @param jobName of the plan
 * @throws TrainingError TrainingInputInvalid when the card is none
 */
export async function findReference(lake: Lake, registry: ModelRegistry, jobName: string): Promise<FoundReference> {
  const model = await modelInUse(registry, jobName);
  if (model === undefined) {
    return { why: `no model of ${registry.group} is approved` };
  }
  const { metadata, version } = model;
  const uri = metadata[packageMetadata.dataCardUri];
  if (uri === undefined) {
    return { why: `version ${version} of ${registry.group}, which is in use, names no data card` };
  }
  const text = await lake.readText(lakeKey(lake.bucket, uri));
  return text === undefined
    ? { why: `${uri}, the data card of version ${version}, which is in use, is not there any more` }
    : { card: parseDataCard(text, uri), modelVersion: version };
}
