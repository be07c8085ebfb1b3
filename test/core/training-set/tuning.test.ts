import { isTunedInWholeNumbers, tuningFaults, type Tuning } from '../../../core/training-set';
import { domains } from '../../../domains';

const hyperparameters = { objective: 'binary:logistic', num_round: '5', eval_metric: 'auc, logloss' };
const tuning: Tuning = {
  metric: 'validation:logloss',
  direction: 'Minimize',
  ranges: { eta: { min: 0.01, max: 0.3, scale: 'logarithmic' }, max_depth: { min: 2, max: 6 } },
};
const faultsOf = (change: Partial<Tuning>) =>
  tuningFaults({ hyperparameters, tuning: { ...tuning, ...change } }).map(({ allowed, key }) => `${key}: ${allowed}`);
const ofRange = (name: string, range: { min: number; max: number; scale?: 'linear' | 'logarithmic' }) =>
  faultsOf({ ranges: { [name]: range } });

describe('what a domain lets a tuning job search for', () => {
  test('is nothing, or what XGBoost can be tuned by', () => {
    expect(tuningFaults({ hyperparameters })).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });

  test.each(Object.values(domains))('is well said in $name', ({ trainingSet }) => {
    expect(trainingSet.tuning).toBeDefined();
    expect(tuningFaults(trainingSet)).toEqual([]);
  });

  test.each<[string, Partial<Tuning>, RegExp]>([
    ['a metric of training rows', { metric: 'train:logloss' }, /tuning\.metric: one of .*validation:logloss/],
    ['a metric that is none', { metric: 'toString' }, /tuning\.metric: one of/],
    ['another than training stops by', { metric: 'validation:auc', direction: 'Maximize' }, /validation:logloss: the last of/],
    ['the wrong direction', { direction: 'Maximize' }, /tuning\.direction: Minimize for validation:logloss/],
    ['no ranges', { ranges: {} }, /tuning\.ranges: ranges of one hyperparameter or more: alpha, /],
  ])('is not %s', (_what, change, message) => {
    expect(faultsOf(change)).toEqual([expect.stringMatching(message)]);
  });

  test.each(['num_round', 'objective', 'seed', 'eval_metric', 'tree_method', 'scale_pos_weight', 'constructor'])(
    'is not %s, which has to stay as it is',
    (name) => {
      expect(ofRange(name, { min: 1, max: 2 })).toEqual([
        expect.stringMatching(new RegExp(`tuning\\.ranges\\.${name}: left out: what can be searched for is alpha, `)),
      ]);
    },
  );

  test.each([
    ['eta', { min: 0.1, max: 1.1 }, /within the bounds of XGBoost$/],
    ['subsample', { min: 0, max: 1 }, /within the bounds/],
    ['lambda', { min: -1, max: 1 }, /within the bounds/],
    ['gamma', { min: Number.NaN, max: 1 }, /within the bounds/],
    ['max_depth', { min: 2, max: 6.5 }, /in whole numbers/],
    ['eta', { min: 0.3, max: 0.3 }, /min is below its max/],
    ['alpha', { min: 0, max: 1, scale: 'logarithmic' as const }, /above 0 on a logarithmic scale/],
  ])('is not %s in %j', (name, range, message) => {
    expect(ofRange(name, range)).toEqual([expect.stringMatching(message)]);
  });

  test('has all that is wrong with it told', () => {
    expect(faultsOf({ direction: 'Maximize', ranges: { seed: { min: 1, max: 2 }, eta: { min: 2, max: 3 } } })).toHaveLength(3);
  });

  test('is in whole numbers where XGBoost takes no others', () => {
    expect(['max_depth', 'max_delta_step', 'eta', 'toString'].map(isTunedInWholeNumbers)).toEqual([true, true, false, false]);
  });
});
