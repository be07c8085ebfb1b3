import type { XgboostModel } from '../../core/model/xgboost-model';
import { trainingErrors } from '../../core/training-error';
import { typedApiError } from '../shared/api-error';
import { featuresHash } from '../shared/features-hash';
import type { Lake } from '../shared/lake';
import { modelInUse, packageMetadata, type ModelRegistry, type RegisteredModel } from '../shared/model-registry';
import { TrainingError } from '../shared/training-error';
import { loadModel } from '../shared/load-model';

/** The model in use: it can predict the rows that a candidate is judged on, or there is a reason why it cannot, for a person. */
export type CurrentModel = { readonly registered: RegisteredModel } & (
  { readonly model: XgboostModel } | { readonly model?: undefined; readonly notCompared: string }
);

/**
 * Loads the model in use. One that sees other features, or cannot be read any more, is no breakage: a person has to compare.
 *
 * @param planned the job name of the plan: a run that is repeated does not compare a model with itself
 * @returns undefined when no model is in use
 * @throws TrainingError for an error of the API that is one of ours
 */
export async function currentModel(
  lake: Lake,
  registry: Pick<ModelRegistry, 'group' | 'versions'>,
  features: readonly string[],
  planned: string,
): Promise<CurrentModel | undefined> {
  const registered = await modelInUse(registry, planned).catch((error: unknown) => {
    throw typedApiError(error, `model package group ${registry.group}`);
  });
  if (registered === undefined) {
    return undefined;
  }
  if (registered.metadata[packageMetadata.featuresHash] !== featuresHash(features)) {
    return { registered, notCompared: 'it sees other features' };
  }
  if (registered.modelUri === undefined) {
    return { registered, notCompared: 'the registry does not say where it lies' };
  }
  try {
    return { registered, model: await loadModel(lake, registered.modelUri, features.length) };
  } catch (error: unknown) {
    if (error instanceof TrainingError && unreadable.has(error.code)) {
      return { registered, notCompared: error.message };
    }
    throw error;
  }
}

const unreadable: ReadonlySet<string> = new Set([trainingErrors.modelUnreadable, trainingErrors.invalidInput]);
