import type { Domain } from '../../core/domain';
import { featuresHash } from './features-hash';
import { modelInUse, packageMetadata, type ModelRegistry } from './model-registry';
import type { ScoringModel } from './scoring-batch';

/** The model in use, when rows of today can be scored by it. */
export type UsableModel =
  | { readonly model: ScoringModel }
  | {
      /** Why there is none, for a person. */
      readonly reason: string;
      /** The version that is in use all the same. @default - none is */
      readonly inUse?: number;
    };

/** Finds the model in use, and holds it to what rows have: whatever scores asks here, so that all of it scores by the same model. */
export async function usableModel(
  registry: Pick<ModelRegistry, 'group' | 'versions'>,
  domain: Pick<Domain, 'trainingSet'>,
): Promise<UsableModel> {
  const inUse = await modelInUse(registry);
  if (inUse === undefined) {
    return { reason: `no model of ${registry.group} is approved` };
  }
  const { arn, metadata, modelUri, version } = inUse;
  const refused = (why: string): UsableModel => ({
    reason: `version ${version} of ${registry.group}, the model in use, was ${why}`,
    inUse: version,
  });
  const jobName = metadata[packageMetadata.jobName];
  if (modelUri === undefined || jobName === undefined) {
    return refused('not registered by this pipeline');
  }
  if (metadata[packageMetadata.featuresHash] !== featuresHash(domain.trainingSet.features)) {
    return refused('trained on other features than rows have now: a new model has to be trained and approved');
  }
  return { model: { jobName, modelPackageArn: arn, version, modelUri } };
}
