import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** One graph of the dashboard. */
export interface Graph {
  readonly title: string;
  readonly left: readonly (Metric | MathExpression)[];
  /** What is counted in another unit. @default none */
  readonly right?: readonly (Metric | MathExpression)[];
  /** The unit on the left. */
  readonly axis: string;
  readonly rightAxis?: string;
  /** Beyond which it is an alarm, in the unit on the left: drawn as a line. @default none */
  readonly limit?: number;
}
