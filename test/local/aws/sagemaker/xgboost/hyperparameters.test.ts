import { parseHyperparameters } from '../../../../../local/aws/sagemaker/xgboost/hyperparameters';
import { domains } from '../../../../../domains';

describe('hyperparameters', () => {
  test('take the names of the old build where those differ', () => {
    expect(parseHyperparameters({ objective: 'reg:squarederror', num_round: '10', eta: '0.1' })).toEqual({
      rounds: 10,
      objective: 'reg:squarederror',
      metrics: ['rmse'],
      treesPerRound: 1,
      booster: { eta: '0.1', tree_method: 'hist', objective: 'reg:linear', silent: '1' },
    });
  });

  test('have logloss as the metric of a classification, like XGBoost since 1.3', () => {
    expect(parseHyperparameters({ objective: 'binary:logistic', num_round: '1' }).metrics).toEqual(['logloss']);
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html
  test.each([
    ['auc,logloss', 'validation:auc', ['logloss', 'auc']],
    ['auc,logloss', 'validation:logloss', ['auc', 'logloss']],
    ['auc', 'validation:error', ['auc', 'error']],
    [undefined, 'validation:error', ['error']],
  ])('in a tuning job measure what it is after last, for training to stop early by: %s and %s', (asked, tuned, metrics) => {
    const given = { objective: 'binary:logistic', num_round: '1', _tuning_objective_metric: tuned };
    expect(parseHyperparameters(asked === undefined ? given : { ...given, eval_metric: asked }).metrics).toEqual(metrics);
  });

  test.each([
    [{}, 'Missing required hyperparameter: num_round'],
    [{ num_round: '1', num_trees: '2' }, 'Extraneous hyperparameter found: num_trees'],
    [{ num_round: '1', constructor: '2' }, 'Extraneous hyperparameter found: constructor'],
    [{ num_round: '0' }, 'num_round: value 0'],
    [{ num_round: '1.5' }, 'num_round: value 1.5'],
    [{ num_round: '1', eta: '2' }, 'eta: value 2'],
    [{ num_round: '1', subsample: '0' }, 'subsample: value 0'],
    [{ num_round: '1', tree_method: 'gpu_hist' }, 'tree_method: value gpu_hist'],
    [{ num_round: '1', objective: 'multi:softmax' }, 'objective: value multi:softmax'],
    [{ num_round: '1', eval_metric: 'rmse,mape' }, 'eval_metric: value rmse,mape'],
    [{ num_round: '1', eval_metric: 'auc' }, "Metric 'auc' can only be applied"],
    [{ num_round: '1', _tuning_objective_metric: 'train:rmse' }, '_tuning_objective_metric: value train:rmse'],
    [{ num_round: '1', booster: 'dart' }, 'booster: value dart'],
    [{ num_round: '1', monotone_constraints: '(1)' }, 'monotone_constraints: not supported by the local training program'],
  ])('%j: %s', (given, message) => {
    expect(() => parseHyperparameters(given)).toThrow(expect.objectContaining({ name: 'UserError' }) as Error);
    expect(() => parseHyperparameters(given)).toThrow(message);
  });

  test.each(Object.entries(domains))('of the domain %s are understood', (_name, domain) => {
    const { hyperparameters, objectiveMetric } = domain.trainingSet;
    expect(parseHyperparameters(hyperparameters).metrics).toContain(objectiveMetric.replace('validation:', ''));
  });
});
