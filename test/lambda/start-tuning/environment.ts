import type { Domain } from '../../../core/domain';
import { domain as untuned } from '../fixtures';
import { environment as ofJobs } from '../start-training/environment';

/** The environment of the function. */
export const environment = {
  ...ofJobs,
  USE_SPOT: 'true',
  MAX_JOBS_PER_DAY: '6',
  TUNING_NAME_PREFIX: 'tune',
  TUNING_JOBS: '4',
  PARALLEL_TUNING_JOBS: '2',
  TRIAL_PREFIX: 'trials/',
};

/** A domain that says what to search for. */
export const domain: Domain = {
  ...untuned,
  trainingSet: {
    ...untuned.trainingSet,
    hyperparameters: { objective: 'reg:squarederror', num_round: '5', eval_metric: 'rmse', eta: '0.3' },
    tuning: {
      metric: 'validation:rmse',
      direction: 'Minimize',
      ranges: { eta: { min: 0.01, max: 0.5, scale: 'logarithmic' }, max_depth: { min: 2, max: 6 }, lambda: { min: 0, max: 10 } },
    },
  },
};
