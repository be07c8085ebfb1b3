import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Errors, Pass, TaskInput, type IChainable, type Parallel, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { trainingErrors } from '../../../core/training-error';

/** The functions of the workflow, by the step that calls them. */
export interface StepFunctions {
  readonly checkWindow: IFunction;
  readonly planTraining: IFunction;
  readonly inspectTrainingSet: IFunction;
  /** @default - hyperparameters are not tuned */
  readonly startTuning?: IFunction;
  readonly startTraining: IFunction;
  readonly recordModel: IFunction;
  readonly judgeModel: IFunction;
  readonly registerModel: IFunction;
}

export interface TrainingWorkflowProps {
  readonly functions: StepFunctions;
  readonly workgroupName: string;
  readonly databaseName: string;
  /** Between two questions whether the window is closed. */
  readonly windowPollInterval: Duration;
  /** After its arrival a row may be missing from the lake for this long. */
  readonly deliveryBuffer: Duration;
  /** Between two questions how the job goes. */
  readonly pollInterval: Duration;
  /** Where outcomes are told. */
  readonly notifications: ITopic;
  /** The pipeline's name, for people, and the end of the source of its events. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

/** What AWS calls a passing trouble of a function. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html */
const transientLambdaErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** What our functions call a passing trouble of a service that they call. */
const transientTrainingErrors = [trainingErrors.throttled, trainingErrors.serviceUnavailable];

/** Steps of one workflow: each is told its way out when it fails. */
export class Steps {
  /** @param failed where a step goes that fails, with the error in `$.failure` */
  constructor(
    private readonly scope: Construct,
    private readonly failed: IChainable,
  ) {}

  /** Calls a function. Every one may be called twice, so what passes is tried again. */
  invoke(id: string, lambdaFunction: IFunction, payload: Readonly<Record<string, unknown>>, resultPath: string): LambdaInvoke {
    const task = LambdaInvoke.jsonPath(this.scope, id, {
      lambdaFunction,
      payload: TaskInput.fromObject({ ...payload }),
      resultPath,
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
    });
    retried(task, transientLambdaErrors);
    task.addRetry({ errors: transientTrainingErrors, interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 5 });
    return task;
  }

  /** Gives a step its way out. The last thing to be added: it catches every error. */
  caught<T extends TaskStateBase | Parallel>(state: T): T {
    state.addCatch(this.failed, { errors: [Errors.ALL], resultPath: '$.failure' });
    return state;
  }

  /** A failure that no step threw. */
  failure(id: string, what: { readonly Error: string; readonly Cause: string }): IChainable {
    return Pass.jsonPath(this.scope, id, { parameters: what, resultPath: '$.failure' }).next(this.failed);
  }
}

/** Repeats a step after passing trouble, up to six times, 2, 4, 8, … seconds apart. */
export function retried<T extends TaskStateBase>(task: T, errors: readonly string[]): T {
  task.addRetry({ errors: [...errors], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6 });
  return task;
}
