import * as fc from 'fast-check';
import {
  countsSelect,
  dayLiteral,
  examplesSelect,
  inDays,
  scoringSelect,
  timestampLiteral,
  unloadStatement,
  type TrainingSet,
} from '../../../core/training-set';

const trainingSet: TrainingSet = {
  doc: 'A reading.',
  sql: ({ arrivedBefore, window: { end, start } }) =>
    `SELECT * FROM readings WHERE t >= ${start} AND t < ${end} AND a < ${arrivedBefore}`,
  scoringSql: ({ arrivedBefore, arrivedFrom }) => `SELECT * FROM readings WHERE a >= ${arrivedFrom} AND a < ${arrivedBefore}`,
  label: 'y',
  features: ['f', 'g'],
  holdOut: { testBuckets: 10, validationBuckets: 20 },
  baseline: { doc: 'The mean.', kind: 'mean' },
  hyperparameters: {},
  objectiveMetric: 'validation:rmse',
};
const scope = { window: { start: 1, end: 2 }, arrivedBefore: 3 };

const rows = `SELECT e.*, CASE
  WHEN e.device_bucket < 10 THEN 'test_devices'
  WHEN e.device_bucket < 30 THEN 'validation'
  ELSE 'train'
END AS split
FROM (
SELECT * FROM readings WHERE t >= 1 AND t < 2 AND a < 3
) AS e
WHERE e.y IS NOT NULL`;

describe('the SQL of a training set', () => {
  test('writes an instant in UTC to the millisecond', () => {
    expect(timestampLiteral(Date.UTC(2026, 10, 20, 1, 2, 3, 40))).toBe("TIMESTAMP '2026-11-20 01:02:03.040'");
    expect(timestampLiteral(0)).toBe("TIMESTAMP '1970-01-01 00:00:00.000'");
    expect(dayLiteral(Date.UTC(2026, 10, 20, 23, 59, 59, 999))).toBe("'2026-11-20'");
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

  test('gives the label first, then the features in their order, as doubles, then the split; by device and sequence', () => {
    expect(examplesSelect(trainingSet, scope)).toBe(
      `SELECT CAST(x.y AS double) AS y, CAST(x.f AS double) AS f, CAST(x.g AS double) AS g, x.split\nFROM (\n${rows}\n) AS x\n` +
        'WHERE x.split IS NOT NULL\nORDER BY x.device_id, x.sequence',
    );
  });

  test('counts the same rows', () => {
    expect(countsSelect(trainingSet, scope)).toContain(`FROM (\n${rows}\n) AS x\nWHERE x.split IS NOT NULL\nGROUP BY x.split`);
  });

  test('gives rows to be scored under their names, then the features', () => {
    expect(scoringSelect(trainingSet, { arrivedFrom: 1, arrivedBefore: 2 })).toBe(
      'SELECT x.device_id, x.sequence, x.event_time, CAST(x.f AS double) AS f, CAST(x.g AS double) AS g\nFROM (\n' +
        'SELECT * FROM readings WHERE a >= 1 AND a < 2\n) AS x\nORDER BY x.device_id, x.sequence',
    );
  });

  test('is written as Parquet with Snappy to the place that is given, in a folder per split', () => {
    expect(unloadStatement('SELECT 1 AS x', 's3://lake/sets/train/')).toBe(
      "UNLOAD (\nSELECT 1 AS x\n)\nTO 's3://lake/sets/train/'\nWITH (format = 'PARQUET', compression = 'SNAPPY')",
    );
    expect(unloadStatement('SELECT 1 AS x', 's3://lake/sets/', 'split')).toBe(
      "UNLOAD (\nSELECT 1 AS x\n)\nTO 's3://lake/sets/'\nWITH (format = 'PARQUET', compression = 'SNAPPY', partitioned_by = ARRAY['split'])",
    );
  });
});

describe('the days that a statement reads', () => {
  const at = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 10, day, hour, minute);

  test('begin with the day of the earliest arrival, and with the one before when an object could have begun in it', () => {
    expect(inDays('t', { arrivedFrom: at(20, 12) })).toBe(`t."date" >= '2026-11-20'`);
    expect(inDays('t', { arrivedFrom: at(20, 1) })).toBe(`t."date" >= '2026-11-20'`);
    expect(inDays('t', { arrivedFrom: at(20, 0, 59) })).toBe(`t."date" >= '2026-11-19'`);
  });

  test('end with the day on which everything was delivered, when it is known: not with that of the last arrival', () => {
    expect(inDays('t', { arrivedFrom: at(1, 12), deliveredBefore: at(21, 3) })).toBe(
      `t."date" >= '2026-11-01' AND t."date" <= '2026-11-21'`,
    );
  });

  test('hold every row that was delivered in time, whatever the buffering and the lag', () => {
    const minutes = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: max * 60_000 });
    fc.assert(
      fc.property(minutes(2 * 1440), minutes(3 * 1440), minutes(30), minutes(5 * 1440), (from, later, buffered, lag) => {
        const arrivedFrom = at(1, 0) + from;
        const delivered = arrivedFrom + later + lag;
        // The object is named after its oldest record; this row came to it as the last.
        const day = new Date(delivered - buffered).toISOString().slice(0, 10);
        const [, first = '', last = ''] =
          /"date" >= '(.*)' AND t."date" <= '(.*)'/.exec(inDays('t', { arrivedFrom, deliveredBefore: delivered + 1 })) ?? [];
        expect(first <= day && day <= last).toBe(true);
      }),
    );
  });
});
