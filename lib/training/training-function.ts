import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { WaitedFunction, type WaitedFunctionProps } from '../shared/waited-function';

export type TrainingFunctionProps = Omit<WaitedFunctionProps, 'timeout'>;

/** A step of the training workflow that needs code: the workflow calls it once a run, and waits. */
export class TrainingFunction extends WaitedFunction {
  constructor(scope: Construct, id: string, props: TrainingFunctionProps) {
    // Listing the files of a long window is the slowest that any of them does.
    super(scope, id, { ...props, timeout: Duration.minutes(5) });
  }
}
