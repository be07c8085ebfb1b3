import type {
  ContinuousParameterRange,
  CreateHyperParameterTuningJobRequest,
  HyperParameterTrainingJobDefinition,
  ParameterRanges,
  Tag,
} from '@aws-sdk/client-sagemaker';
import { isTunedInWholeNumbers, type Tuning } from '../../core/training-set';
import { jobDefinition, type JobData } from '../shared/job/job-definition';
import type { StartTuningConfig } from './config';

/** One tuning job. */
export interface TuningSpecification extends JobData {
  readonly tuningJobName: string;
  /** The hyperparameters as they are without tuning: those that are searched for are left out. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Of the values that are drawn, from 0 on. */
  readonly seed: number;
  readonly tags: readonly Tag[];
}

/**
 * The request for a tuning job by random search: of it AWS says that the same seed draws the same values, and no trial depends on another.
 *
 * Its training jobs write no checkpoints: the API takes one place for all of them, and does not say that it keeps them apart; a trial that
 * went on with the checkpoint of another would have trained with two sets of hyperparameters. One that is interrupted starts over.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-considerations.html#automatic-model-tuning-random-seed
 */
export function tuningRequest(job: TuningSpecification, config: StartTuningConfig): CreateHyperParameterTuningJobRequest {
  const { maxJobs, maxParallelJobs, tuning } = config;
  return {
    HyperParameterTuningJobName: job.tuningJobName,
    HyperParameterTuningJobConfig: {
      Strategy: 'Random',
      RandomSeed: job.seed,
      HyperParameterTuningJobObjective: { Type: tuning.direction, MetricName: tuning.metric },
      ResourceLimits: { MaxNumberOfTrainingJobs: maxJobs, MaxParallelTrainingJobs: Math.min(maxParallelJobs, maxJobs) },
      ParameterRanges: parameterRanges(tuning),
      // Which jobs it would stop depends on which end first.
      TrainingJobEarlyStoppingType: 'Off',
    },
    TrainingJobDefinition: {
      StaticHyperParameters: fixedHyperparameters(tuning, job.hyperparameters),
      ...(jobDefinition(job, config) as HyperParameterTrainingJobDefinition),
    },
    // Its training jobs have them as well.
    Tags: [...job.tags],
  };
}

function fixedHyperparameters(
  { ranges }: Tuning,
  hyperparameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(hyperparameters).filter(([name]) => !Object.hasOwn(ranges, name)));
}

function parameterRanges({ ranges }: Tuning): ParameterRanges {
  const all = Object.entries(ranges).map(([Name, { max, min, scale = 'linear' }]): ContinuousParameterRange => ({
    Name,
    MinValue: String(min),
    MaxValue: String(max),
    ScalingType: scale === 'linear' ? 'Linear' : 'Logarithmic',
  }));
  const isWhole = ({ Name = '' }: ContinuousParameterRange): boolean => isTunedInWholeNumbers(Name);
  return {
    IntegerParameterRanges: all.filter(isWhole),
    ContinuousParameterRanges: all.filter((range) => !isWhole(range)),
  };
}
