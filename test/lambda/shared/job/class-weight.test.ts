import { hyperparametersFor } from '../../../../lambda/shared/job/class-weight';

const hyperparameters = { objective: 'binary:logistic', num_round: '5' };
const counts = { positives: 3, negatives: 97 };

describe('the weight of positive rows', () => {
  test('is that of all negative ones together when the domain asks for balance', () => {
    expect(hyperparametersFor({ classBalance: 'balanced', hyperparameters }, counts)).toEqual({
      ...hyperparameters,
      scale_pos_weight: '32.3333',
    });
  });

  test.each([
    ['the domain takes classes as they are', { classBalance: 'as-is', hyperparameters }, counts],
    ['the domain says nothing', { hyperparameters }, counts],
    [
      'the domain has set one',
      { classBalance: 'balanced', hyperparameters: { ...hyperparameters, scale_pos_weight: '2' } },
      counts,
    ],
    ['nobody has counted', { classBalance: 'balanced', hyperparameters }, {}],
    ['there is no positive row', { classBalance: 'balanced', hyperparameters }, { positives: 0, negatives: 100 }],
  ] as const)('is left alone when %s', (_what, trainingSet, given) => {
    expect(hyperparametersFor(trainingSet, given)).toBe(trainingSet.hyperparameters);
  });
});
