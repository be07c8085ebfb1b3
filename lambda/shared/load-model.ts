import { fileOfModelArchive } from '../../core/model/model-archive';
import { ModelFormatError } from '../../core/model/model-format-error';
import { parseModel } from '../../core/model/parse-model';
import type { XgboostModel } from '../../core/model/xgboost-model';
import { trainingErrors } from '../../core/training-error';
import type { Lake } from './lake';
import { lakeKey } from './lake-uri';
import { readObject } from './read-object';
import { TrainingError } from './training-error';

/**
 * The model in an archive of the lake, as a training job leaves it.
 *
 * @param uri `s3://` URI of `model.tar.gz`
 * @param features how many the domain's model has
 * @throws TrainingError ModelUnreadable when it is not there, is no model, or takes another number of features
 */
export async function loadModel(lake: Lake, uri: string, features: number): Promise<XgboostModel> {
  const archive = await readObject(lake, lakeKey(lake.bucket, uri));
  if (archive === undefined) {
    throw new TrainingError(trainingErrors.modelUnreadable, `there is no model at ${uri}`);
  }
  const model = parsed(archive, uri);
  if (model.forest.features !== features) {
    throw new TrainingError(
      trainingErrors.modelUnreadable,
      `the model at ${uri} takes ${model.forest.features} features, and the domain has ${features}`,
    );
  }
  return model;
}

function parsed(archive: Uint8Array, uri: string): XgboostModel {
  try {
    return parseModel(fileOfModelArchive(archive));
  } catch (error: unknown) {
    if (error instanceof ModelFormatError) {
      throw new TrainingError(trainingErrors.modelUnreadable, `the model at ${uri} cannot be read: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
