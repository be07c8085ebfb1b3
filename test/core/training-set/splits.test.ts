import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { hourMs } from '../../../core/features/statistics';
import {
  channels,
  splitExpression,
  splitFolder,
  splits,
  splitsOf,
  timestampLiteral,
  type HoldOut,
} from '../../../core/training-set';

const end = Date.UTC(2026, 10, 20);
const window = { start: end - 30 * 24 * hourMs, end };

/** A row, by the bucket of its device and its event time. */
interface Row {
  readonly bucket: number;
  readonly time: number;
}

describe('the splits of a training set', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });
  afterAll(() => connection.closeSync());

  /** The split of each row, as the database sees it. */
  const splitsIn = async (rows: readonly Row[], holdOut: HoldOut): Promise<readonly (string | null)[]> => {
    const values = rows.map(({ bucket, time }, index) => `(${index}, ${bucket}, ${timestampLiteral(time)})`).join(', ');
    const reader = await connection.runAndReadAll(
      `SELECT ${splitExpression('r', holdOut, window)} FROM (VALUES ${values}) AS r(i, device_bucket, event_time) ORDER BY r.i`,
    );
    return reader.getRows().map(([split]) => (split === null || split === undefined ? null : String(split)));
  };

  test('are devices never trained on, the end of the window, an embargo that is left out, and the rest', async () => {
    const holdOut = { testBuckets: 10, validationBuckets: 20, time: { days: 2, embargoHours: 30 } };
    const before = (hours: number): number => end - hours * hourMs;
    const rows = [
      { bucket: 9, time: before(1) },
      { bucket: 9, time: before(400) },
      { bucket: 10, time: before(1) },
      { bucket: 99, time: before(48) },
      { bucket: 99, time: before(48) - 1 },
      { bucket: 10, time: before(78) },
      { bucket: 10, time: before(78) - 1 },
      { bucket: 29, time: before(500) },
      { bucket: 30, time: before(500) },
    ];
    expect(await splitsIn(rows, holdOut)).toEqual([
      'test_devices',
      'test_devices',
      'test_time',
      'test_time',
      null,
      null,
      'validation',
      'validation',
      'train',
    ]);
    expect(splitsOf(holdOut)).toEqual(splits);
  });

  test('have no time of their own where the devices have none in common', async () => {
    const holdOut = { testBuckets: 1, validationBuckets: 1 };
    expect(
      await splitsIn(
        [0, 1, 2].map((bucket) => ({ bucket, time: end - 1 })),
        holdOut,
      ),
    ).toEqual(['test_devices', 'validation', 'train']);
    expect(splitsOf(holdOut)).toEqual(['train', 'validation', 'test_devices']);
  });

  test('keep what is judged on from what is trained on: by devices, and by time as far as labels and features reach', async () => {
    const holdOuts = fc.record({
      testBuckets: fc.integer({ min: 1, max: 40 }),
      validationBuckets: fc.integer({ min: 1, max: 40 }),
      horizonHours: fc.integer({ min: 0, max: 72 }),
      featureHours: fc.integer({ min: 0, max: 24 }),
      days: fc.integer({ min: 1, max: 20 }),
    });
    const row = fc.record({
      bucket: fc.integer({ min: 0, max: 99 }),
      time: fc.integer({ min: window.start, max: window.end - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(holdOuts, fc.array(row, { minLength: 1, maxLength: 200 }), async (drawn, rows) => {
        const { days, featureHours, horizonHours, testBuckets, validationBuckets } = drawn;
        const holdOut = { testBuckets, validationBuckets, time: { days, embargoHours: horizonHours + featureHours } };
        const found = await splitsIn(rows, holdOut);
        const of = (...names: readonly string[]): readonly Row[] => rows.filter((_, index) => names.includes(found[index] ?? ''));
        const buckets = (split: string): ReadonlySet<number> => new Set(of(split).map(({ bucket }) => bucket));
        const held = buckets('test_devices');
        const stopping = buckets('validation');
        for (const bucket of [...buckets('train'), ...stopping, ...buckets('test_time')]) {
          expect(held.has(bucket)).toBe(false);
        }
        for (const bucket of buckets('train')) {
          expect(stopping.has(bucket)).toBe(false);
        }
        // A label that is learnt looks ahead to here; a reading that is tested looks back to there.
        const learnt = Math.max(...of(...channels).map(({ time }) => time + horizonHours * hourMs));
        const tested = Math.min(...of('test_time').map(({ time }) => time - featureHours * hourMs));
        expect(learnt).toBeLessThan(tested);
        expect(of('test_time').every(({ time }) => time >= end - days * 24 * hourMs)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    [{ testBuckets: 0, validationBuckets: 10 }, 'holdOut.testBuckets is 0'],
    [{ testBuckets: 10, validationBuckets: 1.5 }, 'holdOut.validationBuckets is 1.5'],
    [{ testBuckets: 50, validationBuckets: 50 }, 'leave no device to train on'],
    [{ testBuckets: 1, validationBuckets: 1, time: { days: 29, embargoHours: 24 } }, 'leave no time to train on'],
    [{ testBuckets: 1, validationBuckets: 1, time: { days: 0, embargoHours: 24 } }, 'leave no time'],
    [{ testBuckets: 1, validationBuckets: 1, time: { days: 1, embargoHours: Number.NaN } }, 'leave no time'],
  ])('refuse %j', (holdOut, reason) => {
    expect(() => splitExpression('r', holdOut, window)).toThrow(reason);
  });

  test('lie in folders that SageMaker loads, one for each', () => {
    expect(channels.map(splitFolder)).toEqual(['split=train/', 'split=validation/']);
  });
});
