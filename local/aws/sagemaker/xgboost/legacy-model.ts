/**
 * Reads the binary model of XGBoost 0.6, which the WebAssembly build writes: little-endian structures of fixed size.
 *
 *     LearnerModelParam 136 bytes │ objective and booster, each a 64-bit length and its characters │ GBTreeModelParam 160 bytes │
 *     trees: TreeParam 148 bytes, a node of 20 bytes and its statistics of 16 bytes for each node │ 32 bits per tree: its group
 *
 * @see https://github.com/dmlc/xgboost/blob/v0.60/src/tree/tree_model.cc and src/gbm/gbtree.cc
 */

import type { Tree } from '../../../../core/model/forest';

/** One regression tree. Nodes that pruning deleted are left out. */
export interface LegacyTree extends Tree {
  /** -1 for the root. */
  readonly parent: Int32Array;
  readonly defaultLeft: Uint8Array;
  readonly lossChange: Float32Array;
  readonly sumHessian: Float32Array;
  readonly baseWeight: Float32Array;
}

/** What a model says, whatever the format. */
export interface ParsedModel {
  /** In margin space: before the objective's transformation. */
  readonly baseMargin: number;
  readonly features: number;
  readonly objective: string;
  /** How many trees the whole model has. */
  readonly treeCount: number;
  /** The trees from the one asked for on. */
  readonly trees: readonly LegacyTree[];
}

const learnerParamBytes = 136;
const gbtreeParamBytes = 160;
const treeParamBytes = 148;
const nodeBytes = 20;
const statBytes = 16;
/** Set in the split index of a node whose missing values go left. */
const defaultLeftBit = 0x80000000;

/**
 * The model in `bytes`.
 * @param firstTree index of the first tree to decode: after one more round, only its trees are new
 * @throws RangeError when the bytes end early, or hold another booster than gbtree
 */
export function parseLegacyModel(bytes: Uint8Array, firstTree = 0): ParsedModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = learnerParamBytes;
  const text = (): string => {
    const length = view.getUint32(at, true);
    const characters = Buffer.from(bytes.subarray(at + 8, at + 8 + length)).toString('latin1');
    at += 8 + length;
    return characters;
  };
  const objective = text();
  const booster = text();
  if (booster !== 'gbtree') {
    throw new RangeError(`booster ${booster} in a model: only gbtree is understood`);
  }
  const treeCount = view.getInt32(at, true);
  at += gbtreeParamBytes;
  const trees: LegacyTree[] = [];
  for (let index = 0; index < treeCount; index++) {
    const nodes = view.getInt32(at + 4, true);
    if (index >= firstTree) {
      trees.push(readTree(view, at + treeParamBytes, nodes));
    }
    at += treeParamBytes + nodes * (nodeBytes + statBytes);
  }
  return { baseMargin: view.getFloat32(0, true), features: view.getUint32(4, true), objective, treeCount, trees };
}

function readTree(view: DataView, start: number, nodes: number): LegacyTree {
  const node = (index: number, member: number): number => start + index * nodeBytes + member * 4;
  const stat = (index: number, member: number): number => start + nodes * nodeBytes + index * statBytes + member * 4;
  // Breadth first from the root: what pruning deleted is not reached.
  const order = [0];
  const parents = [-1];
  for (let index = 0; index < order.length; index++) {
    const original = order[index] as number;
    const left = view.getInt32(node(original, 1), true);
    if (left !== -1) {
      order.push(left, view.getInt32(node(original, 2), true));
      parents.push(index, index);
    }
  }
  const count = order.length;
  const tree = {
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    parent: Int32Array.from(parents),
    feature: new Int32Array(count),
    defaultLeft: new Uint8Array(count),
    value: new Float32Array(count),
    lossChange: new Float32Array(count),
    sumHessian: new Float32Array(count),
    baseWeight: new Float32Array(count),
  };
  let next = 1;
  order.forEach((original, index) => {
    if (view.getInt32(node(original, 1), true) !== -1) {
      const split = view.getUint32(node(original, 3), true);
      tree.left[index] = next++;
      tree.right[index] = next++;
      tree.feature[index] = split & ~defaultLeftBit;
      tree.defaultLeft[index] = split >= defaultLeftBit ? 1 : 0;
    }
    tree.value[index] = view.getFloat32(node(original, 4), true);
    tree.lossChange[index] = view.getFloat32(stat(original, 0), true);
    tree.sumHessian[index] = view.getFloat32(stat(original, 1), true);
    tree.baseWeight[index] = view.getFloat32(stat(original, 2), true);
  });
  return tree;
}
