import { fileOfModelArchive } from '../../../../core/model/model-archive';
import { parseModel } from '../../../../core/model/parse-model';
import { predict } from '../../../../core/model/predict';
import type { ServingModel } from './endpoints';

/**
 * The model in the `model.tar.gz` of a training job.
 * @throws ModelFormatError when there is none that is understood
 */
export function trainedModel(archive: Uint8Array): ServingModel {
  const model = parseModel(fileOfModelArchive(archive));
  return { features: model.forest.features, predict: (columns, rows) => predict(model, columns, rows) };
}
