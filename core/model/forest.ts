import { ModelFormatError } from './model-format-error';

/** One regression tree as model files have it, an item of each list per node; node 0 is the root. */
export interface Tree {
  /** The child for `value < threshold`; -1 for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The feature that the node splits on, from 0; means nothing in a leaf. */
  readonly feature: Int32Array;
  /** 1 when a missing value goes left. */
  readonly defaultLeft: ArrayLike<number>;
  /** The threshold of a split; the value of a leaf. */
  readonly value: Float32Array;
}

/**
 * Trees laid out for scoring. A step down a tree is one comparison of whole numbers and no branch, which is what makes it fast: the
 * processor cannot guess which way a row goes.
 *
 * - Single-precision numbers are compared by their keys: whole numbers of 32 bits in the same order (`keyOf`). A missing value
 *   has the key below all others, `missingKey`.
 * - Where missing values go right, 1 is subtracted from both sides: nothing changes for numbers, and the lowest key becomes the highest.
 * - The right child lies behind the left one. A leaf is its own left child, with a threshold that no value reaches: all rows may take as
 *   many steps as the tree is deep.
 */
export interface Forest {
  /** How many features the trees may ask for. */
  readonly features: number;
  /** By tree: the index of the root's first word. */
  readonly roots: Int32Array;
  /** By tree: the steps to its deepest leaf. */
  readonly depths: Int32Array;
  /** Four words a node: where the feature's keys begin, the first word of the left child, 1 where missing values go right, the threshold's key. */
  readonly nodes: Int32Array;
  /** By node: the value of a leaf. */
  readonly leaves: Float32Array;
}

/** Rows that are scored together. Keys lie feature by feature, a place for each of so many rows. */
export const blockRows = 256;

/** So that every index fits into 31 bits. */
export const maxFeatures = 2 ** 22;

/** The key of a missing value: below that of every number. */
export const missingKey = -(2 ** 31);
/** No number's key: that of the largest, infinity, is below it. */
const unreachable = 2 ** 31 - 1;
const leaf = -1;

/** Whole numbers in the order of the singles whose bits they are given; 0 and -0 are equal. */
export function keyOf(bits: number): number {
  return bits === -(2 ** 31) ? 0 : bits ^ ((bits >> 31) & 0x7fffffff);
}

/**
 * The trees as a forest. Nodes that cannot be reached from the root are left out.
 * @param leafWeight what the leaves of each tree are multiplied by, in single precision
 * @throws ModelFormatError when nodes are no tree, or ask for a feature that there is none of; says which
 */
export function plantForest(trees: readonly Tree[], features: number, leafWeight: (tree: number) => number = () => 1): Forest {
  const nodesAtMost = trees.reduce((sum, { left }) => sum + left.length, 0);
  const nodes = new Int32Array(nodesAtMost * 4);
  const leaves = new Float32Array(nodesAtMost);
  const thresholds = new Float32Array(1);
  const thresholdBits = new Int32Array(thresholds.buffer);
  const roots = new Int32Array(trees.length);
  const depths = new Int32Array(trees.length);
  let planted = 0;
  trees.forEach((tree, index) => {
    const { defaultLeft, feature, left, value } = tree;
    const { order, depth } = breadthFirst(tree, index);
    const weight = leafWeight(index);
    roots[index] = planted * 4;
    depths[index] = depth;
    let child = planted + 1;
    for (const node of order) {
      const word = planted * 4;
      if (left[node] === leaf) {
        nodes[word + 1] = word;
        nodes[word + 3] = unreachable;
        leaves[planted] = finite((value[node] as number) * weight, index, node);
      } else {
        const asked = feature[node] as number;
        if (asked < 0 || asked >= features) {
          throw new ModelFormatError(`tree ${index}, node ${node}: feature ${asked} of ${features}`);
        }
        const goesRight = defaultLeft[node] === 1 ? 0 : 1;
        thresholds[0] = notNaN(value[node] as number, index, node);
        nodes[word] = asked * blockRows;
        nodes[word + 1] = child * 4;
        nodes[word + 2] = goesRight;
        nodes[word + 3] = keyOf(thresholdBits[0] as number) - goesRight;
        child += 2;
      }
      planted += 1;
    }
  });
  return { features, roots, depths, nodes: nodes.slice(0, planted * 4), leaves: leaves.slice(0, planted) };
}

/** The nodes that can be reached, level by level, the children of a node one behind the other. */
function breadthFirst({ left, right }: Tree, index: number): { readonly order: readonly number[]; readonly depth: number } {
  if (left.length === 0) {
    throw new ModelFormatError(`tree ${index}: no nodes`);
  }
  const order = [0];
  const seen = new Uint8Array(left.length);
  seen[0] = 1;
  let depth = 0;
  let endOfLevel = 1;
  for (let at = 0; at < order.length; at += 1) {
    if (at === endOfLevel) {
      depth += 1;
      endOfLevel = order.length;
    }
    const node = order[at] as number;
    if (left[node] === leaf) {
      continue;
    }
    for (const child of [left[node] as number, right[node] as number]) {
      if (seen[child] !== 0) {
        throw new ModelFormatError(
          `tree ${index}, node ${node}: child ${child} ${child in seen ? 'has two parents' : 'does not exist'}`,
        );
      }
      seen[child] = 1;
      order.push(child);
    }
  }
  return { order, depth };
}

function finite(value: number, tree: number, node: number): number {
  if (!Number.isFinite(Math.fround(value))) {
    throw new ModelFormatError(`tree ${tree}, node ${node}: a leaf of ${value}`);
  }
  return value;
}

function notNaN(value: number, tree: number, node: number): number {
  if (Number.isNaN(value)) {
    throw new ModelFormatError(`tree ${tree}, node ${node}: a threshold that is no number`);
  }
  return value;
}
