import { gzipSync } from 'node:zlib';

/** A tree of one question: is a feature below a threshold? */
export interface Stump {
  /** Index of the feature. */
  readonly feature: number;
  readonly below: number;
  /** What it adds when so, or when the feature is missing. */
  readonly yes: number;
  readonly no: number;
}

/** `model.tar.gz` as a training job leaves it, with a model of stumps in XGBoost's JSON. */
export function modelArchive(
  stumps: readonly Stump[],
  { features = 2, objective = 'reg:squarederror', baseScore = objective.startsWith('binary:') ? '5E-1' : '0E0' } = {},
): Uint8Array {
  const model = {
    version: [3, 2, 0],
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      learner_model_param: { base_score: baseScore, num_class: '0', num_feature: String(features), num_target: '1' },
      objective: { name: objective },
      gradient_booster: {
        name: 'gbtree',
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: String(stumps.length) },
          tree_info: stumps.map(() => 0),
          trees: stumps.map(tree),
        },
      },
    },
  };
  return archive({ 'xgboost-model': Buffer.from(JSON.stringify(model)) });
}

function tree({ feature, below, yes, no }: Stump, id: number): unknown {
  return {
    id,
    tree_param: { num_nodes: '3', size_leaf_vector: '1' },
    left_children: [1, -1, -1],
    right_children: [2, -1, -1],
    split_indices: [feature, 0, 0],
    split_conditions: [below, yes, no],
    default_left: [1, 0, 0],
    split_type: [0, 0, 0],
  };
}

const blockBytes = 512;

/** Files as a gzipped tar archive. @see https://www.gnu.org/software/tar/manual/html_node/Standard.html */
export function archive(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(blockBytes);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\0', 257);
    header.write('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]));
}
