import { notSupported } from '../../http/aws-error';
import { parseTrainingRequest } from '../training-request';
import { checkRequest, integer, invalid, isMembers, list, oneOf, structure, type Members, type Shape } from '../shapes';
import { maximized } from '../xgboost/metrics';
import { parameterRanges, readRanges, type ParameterRange } from './parameter-ranges';

/** What a CreateHyperParameterTuningJob call asks for, checked. */
export interface TuningRequest {
  readonly name: string;
  readonly objective: { readonly type: 'Maximize' | 'Minimize'; readonly metric: string };
  readonly ranges: readonly ParameterRange[];
  readonly maxJobs: number;
  /** Of the values that are drawn. @default - of the job's name */
  readonly seed?: number;
  /** Hyperparameters that every training job has. */
  readonly fixed: Readonly<Record<string, string>>;
  /** The members as they came, for descriptions. */
  readonly input: Members;
}

/** A tuning job's name is the start of its training jobs' names. */
export const tuningJobName: Shape = { kind: 'text', min: 1, max: 32, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}/ };

/** What is checked by the training job's own rules. */
const asIs: Shape = { kind: 'any' };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html */
const createRequest = structure(
  {
    HyperParameterTuningJobName: tuningJobName,
    HyperParameterTuningJobConfig: structure(
      {
        Strategy: oneOf('Bayesian', 'Random', 'Hyperband', 'Grid'),
        HyperParameterTuningJobObjective: structure(
          { Type: oneOf('Maximize', 'Minimize'), MetricName: { kind: 'text', min: 1, max: 255 } },
          'Type',
          'MetricName',
        ),
        ResourceLimits: structure(
          { MaxNumberOfTrainingJobs: integer(1, 750), MaxParallelTrainingJobs: integer(1, 100) },
          'MaxNumberOfTrainingJobs',
          'MaxParallelTrainingJobs',
        ),
        ParameterRanges: parameterRanges,
        TrainingJobEarlyStoppingType: oneOf('Off', 'Auto'),
        RandomSeed: integer(0, 2 ** 31 - 1),
      },
      'Strategy',
      'HyperParameterTuningJobObjective',
      'ResourceLimits',
      'ParameterRanges',
    ),
    TrainingJobDefinition: structure(
      {
        StaticHyperParameters: { kind: 'map', key: { kind: 'text', max: 256 }, value: { kind: 'text', max: 2500 }, max: 100 },
        AlgorithmSpecification: asIs,
        RoleArn: asIs,
        InputDataConfig: asIs,
        VpcConfig: asIs,
        OutputDataConfig: asIs,
        ResourceConfig: asIs,
        StoppingCondition: asIs,
        EnableNetworkIsolation: asIs,
        EnableInterContainerTrafficEncryption: asIs,
        EnableManagedSpotTraining: asIs,
        CheckpointConfig: asIs,
        RetryStrategy: asIs,
      },
      'AlgorithmSpecification',
      'RoleArn',
      'OutputDataConfig',
      'StoppingCondition',
    ),
    Tags: list(structure({ Key: { kind: 'text', min: 1, max: 128 }, Value: { kind: 'text', max: 256 } }, 'Key', 'Value'), 0, 50),
  },
  'HyperParameterTuningJobName',
  'HyperParameterTuningJobConfig',
  'TrainingJobDefinition',
);

/**
 * Checks a CreateHyperParameterTuningJob call, its training jobs included.
 * @throws AwsError ValidationException; NotImplementedException naming what exists in AWS and not here
 */
export function parseTuningRequest(input: Members): TuningRequest {
  checkRequest('CreateHyperParameterTuningJob', createRequest, input);
  const config = members(input.HyperParameterTuningJobConfig);
  if (config.Strategy !== 'Random') {
    throw notSupported(`sagemaker: the tuning strategy ${String(config.Strategy)}; only Random`);
  }
  if (config.TrainingJobEarlyStoppingType === 'Auto') {
    throw notSupported('sagemaker: TrainingJobEarlyStoppingType Auto; only Off');
  }
  const fixed = members(members(input.TrainingJobDefinition).StaticHyperParameters ?? {}) as Readonly<Record<string, string>>;
  const ranges = readRanges(members(config.ParameterRanges));
  const both = ranges.find(({ name }) => Object.hasOwn(fixed, name));
  if (both !== undefined) {
    throw invalid(`the hyperparameter ${both.name} is both fixed and searched for`);
  }
  const request: TuningRequest = {
    name: String(input.HyperParameterTuningJobName),
    objective: objectiveOf(members(config.HyperParameterTuningJobObjective)),
    ranges,
    maxJobs: Number(members(config.ResourceLimits).MaxNumberOfTrainingJobs),
    ...(typeof config.RandomSeed === 'number' && { seed: config.RandomSeed }),
    fixed,
    input,
  };
  parseTrainingRequest(trainingInput(request, request.name, {}));
  return request;
}

/**
 * The CreateTrainingJob call for one of a tuning job's training jobs. The objective goes with the hyperparameters, by the name under which
 * the container looks for it.
 */
export function trainingInput(request: TuningRequest, name: string, drawn: Readonly<Record<string, string>>): Members {
  const definition = Object.entries(members(request.input.TrainingJobDefinition)).filter(
    ([member]) => member !== 'StaticHyperParameters',
  );
  return {
    ...Object.fromEntries(definition),
    TrainingJobName: name,
    HyperParameters: { ...request.fixed, ...drawn, _tuning_objective_metric: request.objective.metric },
    ...(request.input.Tags !== undefined && { Tags: request.input.Tags }),
  };
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html */
function objectiveOf({ Type: type, MetricName: name }: Members): TuningRequest['objective'] {
  const [, metric] = /^validation:(.+)$/.exec(String(name)) ?? [];
  if (metric === undefined) {
    throw invalid(`the objective metric ${String(name)} is none of the algorithm's: validation:rmse, validation:auc, …`);
  }
  const better = maximized.has(metric) ? 'Maximize' : 'Minimize';
  if (type !== better) {
    throw invalid(`the objective type of ${String(name)} must be ${better}`);
  }
  return { type: better, metric: String(name) };
}

function members(value: unknown): Members {
  return isMembers(value) ? value : {};
}
