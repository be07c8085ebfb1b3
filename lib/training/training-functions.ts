import type { Construct } from 'constructs';
import type { RuntimeCode } from '../shared/runtime-code';
import * as environment from './function-environment';
import {
  checkWindowPermissions,
  inspectTrainingSetPermissions,
  judgeModelPermissions,
  planTrainingPermissions,
  recordModelPermissions,
  registerModelPermissions,
} from './function-permissions';
import { startTrainingPermissions, startTuningPermissions } from './start-permissions';
import { longest, TrainingFunction, wholeProcessorMiB } from './training-function';

export interface TrainingFunctionsProps extends environment.FunctionEnvironmentProps {
  readonly code: Pick<RuntimeCode, keyof TrainingFunctions>;
  /** ARN of the ECR repository with the training image. */
  readonly imageRepositoryArn: string;
}

/** The steps of the workflow that need code. */
export interface TrainingFunctions {
  /** Decides whether the window is closed. */
  readonly checkWindow: TrainingFunction;
  /** Decides what the next model is trained on. */
  readonly planTraining: TrainingFunction;
  /** Looks at the training set before a job is paid for. */
  readonly inspectTrainingSet: TrainingFunction;
  /** Starts the tuning job. @default - hyperparameters are not tuned */
  readonly startTuning?: TrainingFunction;
  /** Starts the training job. */
  readonly startTraining: TrainingFunction;
  /** Records a model with its metrics and its inputs. */
  readonly recordModel: TrainingFunction;
  /** Judges a model beside the one in use. */
  readonly judgeModel: TrainingFunction;
  /** Registers a model, approved or not. */
  readonly registerModel: TrainingFunction;
}

/** The functions, each with what it has to know and what it may do. */
export function trainingFunctions(scope: Construct, props: TrainingFunctionsProps): TrainingFunctions {
  const { config, foundation, lake, prefix: jobNamePrefix, code, group, imageRepositoryArn, tuning } = props;
  const ofAll = { config, foundation };
  const starting = { jobNamePrefix, jobRole: props.jobRole, network: props.network, tuning };
  return {
    checkWindow: new TrainingFunction(scope, 'CheckWindowFunction', {
      ...ofAll,
      description: 'Decides whether the window is closed',
      codeDirectory: code.checkWindow,
      environment: environment.checkWindow(props),
      permissions: checkWindowPermissions(lake, props.leaseTable),
    }),
    planTraining: new TrainingFunction(scope, 'PlanTrainingFunction', {
      ...ofAll,
      description: 'Decides what the next model is trained on',
      codeDirectory: code.planTraining,
      environment: environment.planTraining(props),
      permissions: planTrainingPermissions(lake),
      // 20,000 files take 33 seconds of a processor.
      timeout: longest,
      memorySize: wholeProcessorMiB,
    }),
    inspectTrainingSet: new TrainingFunction(scope, 'InspectTrainingSetFunction', {
      ...ofAll,
      description: 'Looks at the training set before a job is paid for',
      codeDirectory: code.inspectTrainingSet,
      environment: environment.inspectTrainingSet(props),
      permissions: inspectTrainingSetPermissions(lake, group),
      timeout: longest,
      memorySize: wholeProcessorMiB,
    }),
    startTraining: new TrainingFunction(scope, 'StartTrainingFunction', {
      ...ofAll,
      description: 'Starts the training job',
      codeDirectory: code.startTraining,
      environment: environment.startTraining(props),
      permissions: startTrainingPermissions(scope, starting),
    }),
    ...(tuning !== undefined && {
      startTuning: new TrainingFunction(scope, 'StartTuningFunction', {
        ...ofAll,
        description: 'Starts the tuning job',
        codeDirectory: code.startTuning,
        environment: environment.startTuning(props, tuning),
        permissions: startTuningPermissions(scope, starting, tuning),
      }),
    }),
    recordModel: new TrainingFunction(scope, 'RecordModelFunction', {
      ...ofAll,
      description: 'Records a model with its metrics and its inputs',
      codeDirectory: code.recordModel,
      environment: environment.recordModel(props),
      permissions: recordModelPermissions(lake, jobNamePrefix),
    }),
    judgeModel: new TrainingFunction(scope, 'JudgeModelFunction', {
      ...ofAll,
      description: 'Judges a model beside the one in use',
      codeDirectory: code.judgeModel,
      environment: environment.judgeModel(props),
      permissions: judgeModelPermissions(lake, jobNamePrefix, group),
      timeout: longest,
      memorySize: config.training.judgeMemoryMiB,
    }),
    registerModel: new TrainingFunction(scope, 'RegisterModelFunction', {
      ...ofAll,
      description: 'Registers a model, approved or not',
      codeDirectory: code.registerModel,
      environment: environment.registerModel(props),
      permissions: registerModelPermissions({ lake, jobNamePrefix, group, imageRepositoryArn }),
    }),
  };
}
