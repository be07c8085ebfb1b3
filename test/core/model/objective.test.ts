import { marginOf, predictionOf } from '../../../core/model/objective';

describe('the way from margins to predictions', () => {
  test('has the bounds of XGBoost at its ends', () => {
    expect([-200, 0, 200].map((margin) => predictionOf('logit', margin))).toEqual([
      Math.fround(1 / Math.fround(Math.exp(Math.fround(88.7)))),
      0.5,
      1,
    ]);
    expect([-200, 0].map((margin) => predictionOf('log', margin))).toEqual([0, 1]);
    expect(predictionOf('identity', -3)).toBe(-3);
  });

  test.each(['identity', 'logit', 'log'] as const)('%s goes back by marginOf', (link) => {
    for (const score of [0.001, 0.03, 0.5, 0.9]) {
      expect(predictionOf(link, marginOf(link, score))).toBeCloseTo(score, 6);
    }
  });

  test('keeps a base score of a class away from 0 and 1', () => {
    expect([0, 1].map((score) => marginOf('logit', score))).toEqual([expect.closeTo(-13.8155, 3), expect.closeTo(13.8, 0)]);
  });

  test('has no margin for what is no prediction', () => {
    expect([
      marginOf('logit', -0.1),
      marginOf('logit', 1.1),
      marginOf('log', 0),
      marginOf('log', -1),
      marginOf('logit', NaN),
    ]).toEqual(new Array(5).fill(NaN));
  });
});
