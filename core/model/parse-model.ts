import type { Place } from './document';
import { maxFeatures } from './forest';
import { isObjective, links, marginOf, type Objective } from './objective';
import { treesOf } from './parse-trees';
import { readDocument } from './read-document';
import type { XgboostModel } from './xgboost-model';

/** The oldest version of XGBoost whose files are read, and the first major version whose are not. */
const oldest = [1, 6] as const;
const tooNew = 4;

/**
 * The model in a file of XGBoost 1.6 to 3.x, UBJSON or JSON, as `save_model` writes it.
 *
 * Read are the boosters gbtree and dart with one output and numeric splits, and the objectives of `links`. Refused, by name: the binary
 * format of XGBoost before 2.1 (also that of a file without an extension, which is what SageMaker's container 1.7-1 writes), pickles,
 * gblinear, several classes or targets, categorical features, all other objectives.
 *
 * @throws ModelFormatError for all other bytes
 * @see https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
 */
export function parseModel(bytes: Uint8Array): XgboostModel {
  const file = readDocument(bytes);
  const version = versionOf(file.member('version'));
  const learner = file.member('learner');
  const parameters = learner.member('learner_model_param');
  requireOneOutput(parameters);
  const objective = objectiveOf(learner.member('objective').member('name'));
  const features = featuresOf(parameters.member('num_feature'));
  return {
    version,
    objective,
    ...featureNamesOf(learner),
    baseMargin: baseMarginOf(parameters.member('base_score'), objective),
    attributes: learner.member('attributes').texts(),
    ...treesOf(learner.member('gradient_booster'), features),
  };
}

function versionOf(place: Place): XgboostModel['version'] {
  const [major, minor, patch] = place.items().map((item) => item.count());
  if (major === undefined || minor === undefined || patch === undefined) {
    return place.fail('major, minor and patch are needed');
  }
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]) || major >= tooNew) {
    return place.fail(
      `files of XGBoost ${major}.${minor}.${patch} are not supported; supported are ${oldest.join('.')} to ${tooNew - 1}.x`,
    );
  }
  return [major, minor, patch];
}

function requireOneOutput(parameters: Place): void {
  for (const [name, what] of [
    ['num_class', 'classes'],
    ['num_target', 'targets'],
  ] as const) {
    const place = parameters.member(name);
    if (place.exists && place.count() > 1) {
      place.fail(`models of ${place.count()} ${what} are not supported`);
    }
  }
}

function objectiveOf(place: Place): Objective {
  const name = place.text();
  return isObjective(name) ? name : place.fail(`${name} is not supported; supported are ${Object.keys(links).join(', ')}`);
}

function featuresOf(place: Place): number {
  const features = place.count();
  return features >= 1 && features <= maxFeatures
    ? features
    : place.fail(`${features} features are not supported; supported are 1 to ${maxFeatures}`);
}

/** A base score is a number as text up to XGBoost 3.0, a list of one as text since. */
function baseMarginOf(place: Place, objective: Objective): number {
  const number = /^\s*\[?\s*([^[\],\s]+)\s*\]?\s*$/.exec(place.text())?.[1];
  const margin = number === undefined ? Number.NaN : marginOf(links[objective], Number(number));
  return Number.isFinite(margin) ? margin : place.fail(`${place.text()} is no base score for ${objective}`);
}

function featureNamesOf(learner: Place): Pick<XgboostModel, 'featureNames'> {
  const types = learner.member('feature_types');
  if (types.exists && types.items().some((type) => type.text() === 'c')) {
    types.fail('categorical features are not supported');
  }
  const names = learner.member('feature_names');
  const featureNames = names.exists ? names.items().map((item) => item.text()) : [];
  return featureNames.length === 0 ? {} : { featureNames };
}
