import type { TrainedModel } from './boost';
import type { LegacyTree } from './legacy-model';
import { encodeUbjson, type UbjsonValue } from './ubjson';

/**
 * The version of XGBoost whose model schema the file follows. Later versions read it; the binary format of the build that
 * trained the model is read by none since 3.1.
 */
const schemaVersion = [1, 7, 6] as const;

/**
 * The model as XGBoost's `load_model` reads it (1.7 and later): UBJSON, like the file `xgboost-model` of the container.
 * @see https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
 */
export function encodeModel(model: TrainedModel): Buffer {
  const { treesPerRound, objective } = model.hyperparameters;
  const rounds = model.trees.length / treesPerRound;
  return encodeUbjson({
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        model: {
          gbtree_model_param: {
            num_parallel_tree: String(treesPerRound),
            num_trees: String(model.trees.length),
            size_leaf_vector: '0',
          },
          iteration_indptr: Array.from({ length: rounds + 1 }, (_, round) => round * treesPerRound),
          tree_info: model.trees.map(() => 0),
          trees: model.trees.map((tree, id) => treeDocument(tree, id, model.features)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: model.baseScore.toExponential(8).toUpperCase(),
        boost_from_average: '1',
        num_class: '0',
        num_feature: String(model.features),
        num_target: '1',
      },
      objective: {
        name: objective === 'reg:linear' ? 'reg:squarederror' : objective,
        reg_loss_param: { scale_pos_weight: model.hyperparameters.booster.scale_pos_weight ?? '1' },
      },
    },
    version: schemaVersion,
  });
}

/** XGBoost's mark of a root's parent. */
const noParent = 2147483647;

function treeDocument(tree: LegacyTree, id: number, features: number): UbjsonValue {
  const nodes = tree.left.length;
  return {
    base_weights: tree.baseWeight,
    categories: new Int32Array(),
    categories_nodes: new Int32Array(),
    categories_segments: new BigInt64Array(),
    categories_sizes: new BigInt64Array(),
    default_left: tree.defaultLeft,
    id,
    left_children: tree.left,
    loss_changes: tree.lossChange,
    parents: tree.parent.map((parent) => (parent === -1 ? noParent : parent)),
    right_children: tree.right,
    split_conditions: tree.value,
    split_indices: tree.feature,
    split_type: new Uint8Array(nodes),
    sum_hessian: tree.sumHessian,
    tree_param: { num_deleted: '0', num_feature: String(features), num_nodes: String(nodes), size_leaf_vector: '1' },
  };
}
