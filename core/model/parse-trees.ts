import type { Place } from './document';
import { plantForest, type Tree } from './forest';
import type { XgboostModel } from './xgboost-model';

/** The trees of a booster. @param features - how many the trees may ask for. @throws ModelFormatError */
export function treesOf(booster: Place, features: number): Pick<XgboostModel, 'forest' | 'rounds'> {
  const isDart = isDartBooster(booster.member('name'));
  const model = (isDart ? booster.member('gbtree') : booster).member('model');
  const trees = model.member('trees').items().map(treeOf);
  const groups = model.member('tree_info');
  if (groups.int32s(trees.length).some((group) => group !== 0)) {
    groups.fail('trees for several outputs are not supported');
  }
  // Trees that were dropped in training weigh less. Since XGBoost 3.4 the booster gbtree drops trees as well.
  const weights = (isDart ? booster : model).member('weight_drop');
  const weightOf = weights.exists ? weights.float32s(trees.length) : undefined;
  return { forest: plantForest(trees, features, (tree) => weightOf?.[tree] ?? 1), rounds: roundsOf(model, trees.length) };
}

function isDartBooster(name: Place): boolean {
  const booster = name.text();
  return booster === 'dart' || booster === 'gbtree'
    ? booster === 'dart'
    : name.fail(`the booster ${booster} is not supported; supported are gbtree and dart`);
}

/** Files of XGBoost before 2.1 do not say which trees are of which round, but how many there are of each. */
function roundsOf(model: Place, trees: number): number {
  const starts = model.member('iteration_indptr');
  if (starts.exists) {
    return Math.max(0, starts.int32s().length - 1);
  }
  return Math.ceil(trees / Math.max(1, model.member('gbtree_model_param').member('num_parallel_tree').count()));
}

function treeOf(place: Place, index: number): Tree {
  const id = place.member('id');
  if (id.count() !== index) {
    id.fail(`tree ${id.count()} at place ${index}`);
  }
  const parameters = place.member('tree_param');
  const outputs = parameters.member('size_leaf_vector');
  if (outputs.exists && outputs.count() > 1) {
    outputs.fail(`leaves of ${outputs.count()} values are not supported`);
  }
  const nodes = parameters.member('num_nodes').count();
  const splitTypes = place.member('split_type');
  if (splitTypes.exists && splitTypes.int32s(nodes).some((type) => type !== 0)) {
    splitTypes.fail('categorical splits are not supported');
  }
  return {
    left: place.member('left_children').int32s(nodes),
    right: place.member('right_children').int32s(nodes),
    feature: place.member('split_indices').int32s(nodes),
    defaultLeft: place.member('default_left').int32s(nodes),
    value: place.member('split_conditions').float32s(nodes),
  };
}
