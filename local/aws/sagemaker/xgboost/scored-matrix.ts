import { BlockKeys } from '../../../../core/model/block-keys';
import { blockRows, type Forest } from '../../../../core/model/forest';
import { links, predictionOf, type Objective } from '../../../../core/model/objective';
import { walkForest } from '../../../../core/model/walk-forest';
import type { Matrix } from './matrix';

/** The rows of a matrix as scoring takes them, made once, and what the trees so far say about each. */
export class ScoredMatrix {
  private readonly blocks: readonly Int32Array[];
  /** The sum of the trees so far, in single precision like XGBoost; room for whole blocks. */
  private readonly margins: Float32Array;

  constructor(
    private readonly matrix: Matrix,
    baseMargin: number,
  ) {
    const columns = columnsOf(matrix);
    this.blocks = Array.from({ length: Math.ceil(matrix.rows / blockRows) }, (_, block) => {
      const keys = new BlockKeys(matrix.columns);
      keys.fill(columns, block * blockRows, Math.min(blockRows, matrix.rows - block * blockRows));
      return keys.keys;
    });
    this.margins = new Float32Array(this.blocks.length * blockRows).fill(baseMargin);
  }

  /** Adds what further trees say. */
  add(forest: Forest): void {
    this.blocks.forEach((keys, block) => {
      walkForest(forest, keys, blockRows, this.margins.subarray(block * blockRows, (block + 1) * blockRows));
    });
  }

  /** What the trees so far predict for each row. */
  predictions(objective: Objective): Float32Array {
    const link = links[objective];
    return this.margins.subarray(0, this.matrix.rows).map((margin) => predictionOf(link, margin));
  }
}

function columnsOf({ columns, rows, values }: Matrix): readonly Float32Array[] {
  return Array.from({ length: columns }, (_, column) => {
    const numbers = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      numbers[row] = values[row * columns + column] as number;
    }
    return numbers;
  });
}
