import type { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, type CallAwsServiceJsonPathProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retried, type Steps } from './steps';

/** A job of SageMaker that is waited for. */
export interface AwaitedJob {
  /** Ends the ids of the states: `WaitFor<id>` and `Has<id>Ended`. */
  readonly id: string;
  /** Asks how it is: the id of the state, and the call. */
  readonly describe: { readonly id: string } & Pick<
    CallAwsServiceJsonPathProps,
    'action' | 'parameters' | 'resultPath' | 'resultSelector'
  >;
  /** Where its status is, once it was asked for. */
  readonly status: string;
  /** Between two questions. */
  readonly pollInterval: Duration;
}

/** Waits, asks how the job is, and goes on with `next` once it has ended, however it has. */
export function untilEnded(scope: Construct, steps: Steps, job: AwaitedJob, next: IChainable): IChainable {
  const { id, ...call } = job.describe;
  const wait = new Wait(scope, `WaitFor${job.id}`, { time: WaitTime.duration(job.pollInterval) });
  const describe = steps.caught(
    retried(CallAwsService.jsonPath(scope, id, { service: 'sagemaker', ...call, iamResources: [] }), [
      'SageMaker.SageMakerException',
      'SageMaker.SdkClientException',
    ]),
  );
  const has = (name: string): Condition => Condition.stringEquals(job.status, name);
  const ended = new Choice(scope, `Has${job.id}Ended`)
    .when(Condition.or(has('Completed'), has('Failed'), has('Stopped')), next)
    .otherwise(wait);
  return wait.next(describe).next(ended);
}
