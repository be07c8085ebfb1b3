import * as fc from 'fast-check';
import type { Column } from '../../../core/model/block-keys';
import type { Tree } from '../../../core/model/forest';

/** A tree as a person would draw it. */
export type Drawn =
  | { readonly leaf: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missingLeft: boolean;
      readonly left: Drawn;
      readonly right: Drawn;
    };

/** Numbers at the ends of what a single can hold, and beside each other. */
export const oddNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  1 + 2 ** -23,
  1 + 2 ** -25,
  2 ** -149,
  -(2 ** -149),
  2 ** -127,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1e300,
  Infinity,
  -Infinity,
];

export const numbers: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...oddNumbers),
  fc.integer({ min: -4, max: 4 }).map((whole) => whole / 4),
  fc.double({ noNaN: true }),
);

/** A value of a row; one in four is missing. */
export const cells: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constant(Number.NaN), weight: 1 },
  { arbitrary: numbers, weight: 3 },
);

/** Trees that ask for features below `features`. */
export function drawnTrees(features: number): fc.Arbitrary<Drawn> {
  return fc.letrec<{ tree: Drawn; leaf: Drawn; split: Drawn }>((tie) => ({
    tree: fc.oneof({ maxDepth: 7, withCrossShrink: true }, tie('leaf'), tie('split'), tie('split')),
    leaf: fc.record({ leaf: fc.integer({ min: -1000, max: 1000 }).map((value) => value / 7) }),
    split: fc.record({
      feature: fc.integer({ min: 0, max: features - 1 }),
      threshold: numbers.map(Math.fround),
      missingLeft: fc.boolean(),
      left: tie('tree'),
      right: tie('tree'),
    }),
  })).tree;
}

/** The tree as a model file has it: nodes in the order of a walk that goes left first, so that children lie anywhere. */
export function filed(drawn: Drawn): Tree {
  const nodes: { left: number; right: number; feature: number; defaultLeft: number; value: number }[] = [];
  const visit = (tree: Drawn): number => {
    const node = { left: -1, right: -1, feature: 0, defaultLeft: 0, value: 0 };
    const index = nodes.push(node) - 1;
    if ('leaf' in tree) {
      node.value = tree.leaf;
    } else {
      Object.assign(node, { feature: tree.feature, defaultLeft: Number(tree.missingLeft), value: tree.threshold });
      node.left = visit(tree.left);
      node.right = visit(tree.right);
    }
    return index;
  };
  visit(drawn);
  return {
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    defaultLeft: nodes.map(({ defaultLeft }) => defaultLeft),
    value: Float32Array.from(nodes, ({ value }) => value),
  };
}

/** Where a row ends, as a person would follow it: in single precision, left if it is less. */
export function follow(drawn: Drawn, columns: readonly Column[], row: number): number {
  if ('leaf' in drawn) {
    return Math.fround(drawn.leaf);
  }
  const value = Math.fround(columns[drawn.feature]?.[row] ?? Number.NaN);
  const goesLeft = Number.isNaN(value) ? drawn.missingLeft : value < drawn.threshold;
  return follow(goesLeft ? drawn.left : drawn.right, columns, row);
}
