import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { WaitedFunction, type WaitedFunctionProps } from '../shared/waited-function';

export type TrainingFunctionProps = Omit<WaitedFunctionProps, 'timeout'> & {
  /** Longest that a call may take. @default 5 minutes */
  readonly timeout?: Duration;
};

/** As long as Lambda lets a call take: for what reads many files. */
export const longest = Duration.minutes(15);

/** From here on a function has a whole processor. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const wholeProcessorMiB = 1_769;

/** A step of the training workflow that needs code: the workflow calls it, and waits. */
export class TrainingFunction extends WaitedFunction {
  constructor(scope: Construct, id: string, props: TrainingFunctionProps) {
    super(scope, id, { ...props, timeout: props.timeout ?? Duration.minutes(5) });
  }
}
