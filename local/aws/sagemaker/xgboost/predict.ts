import type { Tree } from './legacy-model';
import type { Matrix } from './matrix';

/**
 * Adds what one tree says about every row to `margins`, in single precision like XGBoost: left when the value is less than the
 * threshold, the node's default direction when it is missing.
 */
export function addTree(tree: Tree, matrix: Matrix, margins: Float32Array): void {
  const { left, right, feature, defaultLeft, value } = tree;
  const { values, columns, rows } = matrix;
  for (let row = 0; row < rows; row++) {
    const offset = row * columns;
    let node = 0;
    while ((left[node] as number) !== -1) {
      const cell = values[offset + (feature[node] as number)] as number;
      const goesLeft = cell < (value[node] as number) || (Number.isNaN(cell) && defaultLeft[node] === 1);
      node = (goesLeft ? left[node] : right[node]) as number;
    }
    margins[row] = (margins[row] as number) + (value[node] as number);
  }
}

/** The probability for a margin of a logistic objective. */
export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
