import * as fc from 'fast-check';
import { channelSelect, timestampLiteral, unloadStatement, type TrainingSet } from '../../core/training-set';

const trainingSet: TrainingSet = {
  doc: 'A reading.',
  sql: ({ start, end }) => `SELECT f, y, split, secret FROM readings WHERE t >= ${start} AND t < ${end}`,
  label: 'y',
  features: ['f', 'g'],
  hyperparameters: {},
  objectiveMetric: 'validation:rmse',
};

describe('the SQL of a training set', () => {
  test('writes an instant in UTC to the millisecond', () => {
    expect(timestampLiteral(Date.UTC(2026, 10, 20, 1, 2, 3, 40))).toBe("TIMESTAMP '2026-11-20 01:02:03.040'");
    expect(timestampLiteral(0)).toBe("TIMESTAMP '1970-01-01 00:00:00.000'");
  });

  test('writes instants so that they can be read back, and sort as they are', () => {
    // To the end of year 9999: beyond, the literal would need a sign.
    const instants = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(instants, instants, (one, other) => {
        const text = (epochMs: number): string => timestampLiteral(epochMs).slice("TIMESTAMP '".length, -1);
        expect(Date.parse(`${text(one).replace(' ', 'T')}Z`)).toBe(one);
        expect(text(one) < text(other)).toBe(one < other);
      }),
    );
  });

  test('gives a channel the label first, then the features in their order, as doubles, and nothing else', () => {
    expect(channelSelect(trainingSet, { start: 1, end: 2 }, 'validation')).toBe(
      'SELECT CAST(y AS double) AS y, CAST(f AS double) AS f, CAST(g AS double) AS g\nFROM (\n' +
        "SELECT f, y, split, secret FROM readings WHERE t >= 1 AND t < 2\n) AS training_set\nWHERE split = 'validation'",
    );
  });

  test('is written as Parquet with Snappy to the place that is given', () => {
    expect(unloadStatement('SELECT 1 AS x', 's3://lake/sets/train/')).toBe(
      "UNLOAD (\nSELECT 1 AS x\n)\nTO 's3://lake/sets/train/'\nWITH (format = 'PARQUET', compression = 'SNAPPY')",
    );
  });
});
