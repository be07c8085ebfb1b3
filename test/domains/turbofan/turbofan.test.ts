import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { channelSelect } from '../../../core/training-set';
import { turbofan } from '../../../domains/turbofan/domain';
import { cycleMs, cycleZeroMs, unreadableKey } from '../../../domains/turbofan/reader';
import { sensors, settings } from '../../../domains/turbofan/sensors';
import { lakeOf, messageIn, parse, rowsOf, unknownColumns } from '../support';

const file = join(__dirname, '../../../../shared/data/cmapss/train_FD001.txt.gz');
const testWithFile = existsSync(file) ? test : test.skip;
const read = (line: string) => turbofan.reader.record(line);

/** A made-up engine: 24 values that change with the cycle. */
const line = (unit: number, cycle: number): string =>
  [
    unit,
    cycle,
    0.001,
    0.0002,
    100,
    ...sensors.map((_, index) => (index === 15 ? 0.03 : index === 9 ? 1.3 : 10 + index + cycle / 10)),
  ].join(' ');

describe('the C-MAPSS reader', () => {
  test('makes a line the message of one engine, its cycle the sequence', () => {
    const record = read(`  ${line(7, 3)}  `);
    expect(record?.partitionKey).toBe('engine-007');
    expect(record && messageIn(turbofan, record)).toMatchObject({
      deviceId: 'engine-007',
      sourceType: 'cycle',
      sequence: 3,
      eventTime: cycleZeroMs + 3 * cycleMs,
      values: { cycle: 3, setting3: 100, s1: 10.3, s16: 0.03 },
    });
  });

  test.each([
    '1 2 3',
    `${line(1, 1)} 5`,
    line(1, 1).replace('100', 'NaN'),
    line(1, 1).replace(/^1/, 'x'),
    line(1, 1).replace(/^1 1/, '1 0'),
  ])('sends what it cannot read as it is: %.30s', (text) => {
    expect(read(text)).toEqual({ partitionKey: unreadableKey, data: Buffer.from(text) });
  });

  test('skips blank lines', () => {
    expect(read('   ')).toBeUndefined();
  });

  testWithFile('gives every value of the real file as it stands there, within the bounds of the schema', () => {
    const lines = gunzipSync(readFileSync(file)).toString().split('\n').filter(Boolean);
    expect(lines).toHaveLength(20_631);
    const names = ['cycle', ...settings.map(({ name }) => name), ...sensors.map(({ name }) => name)];
    for (const [index, text] of lines.entries()) {
      const record = read(text);
      const words = text.trim().split(/\s+/).map(Number);
      if (record === undefined) {
        throw new Error(text);
      }
      // The whole check on one line in ten: it costs more than the rest.
      const values: Record<string, unknown> = index % 10 === 0 ? messageIn(turbofan, record).values : parse(record);
      expect(names.map((name) => values[name]).join()).toBe(words.slice(1).join());
    }
  });
});

describe('turbofan features and training set', () => {
  const engines = Array.from({ length: 30 }, (_, index) => index + 1);
  const lifeOf = (unit: number): number => 100 + unit * 2;
  const messages = engines.flatMap((unit) =>
    Array.from({ length: lifeOf(unit) }, (_, index) => read(line(unit, index + 1))).flatMap((record) =>
      record === undefined ? [] : [messageIn(turbofan, record)],
    ),
  );
  const tables = rowsOf(turbofan, messages);

  test('say what a sensor did over the last cycles', () => {
    const row = tables.get('cycles')?.find((each) => each['device_id'] === 'engine-001' && each['cycle'] === 50);
    // Sensor 2 is 11 + cycle / 10: a straight line.
    expect(row?.['s2_mean']).toBeCloseTo(11 + (50 - 14.5) / 10, 9);
    expect(row?.['s2_slope']).toBeCloseTo(0.1, 9);
    expect(row?.['s2_recent']).toBeCloseTo(11 + 4.8, 9);
    expect(row?.['s2_change']).toBeCloseTo(4.25, 9);
    expect(row?.['s2_deviation']).toBeCloseTo(Math.sqrt((30 * 31) / 12) / 10, 9);
    expect(row && unknownColumns(turbofan, 'cycles', row)).toEqual([]);
  });

  test('count the cycles that remain, at most 125, on engines held out whole, duplicates removed', async () => {
    const rows = tables.get('cycles') ?? [];
    const twice = new Map([['cycles', [...rows, ...rows.slice(0, 500)]]]);
    const lake = await lakeOf(turbofan, twice);
    const window = { start: 0, end: Date.UTC(2026, 0, 1) };
    const select = async (sql: string) => (await lake.runAndReadAll(sql)).getRowObjectsJS();
    const training = await select(channelSelect(turbofan.trainingSet, window, 'train'));
    const validation = await select(channelSelect(turbofan.trainingSet, window, 'validation'));
    expect(training.length + validation.length).toBe(rows.length);
    expect(validation.length).toBeGreaterThan(0);
    expect(Object.keys(training[0] ?? {})).toEqual([turbofan.trainingSet.label, ...turbofan.trainingSet.features]);
    for (const { rul, cycle } of [...training, ...validation]) {
      expect(Number(rul) >= 0 && Number(rul) <= 125 && Number.isInteger(Number(cycle))).toBe(true);
    }
    const perEngine = await select(
      `SELECT c.device_bucket < 20 AS held_out, count(*) AS n FROM cycles c WHERE c.cycle = 1 AND c.arrival_time < TIMESTAMP '2027-01-01' GROUP BY 1`,
    );
    // Each engine passes its whole life in one split: as many first cycles (all at the cap or short of it) as engines.
    expect(training.filter(({ cycle }) => cycle === 1).length + validation.filter(({ cycle }) => cycle === 1).length).toBe(
      engines.length,
    );
    expect(perEngine).toHaveLength(2);
    expect(training.filter(({ rul }) => rul === 0).length + validation.filter(({ rul }) => rul === 0).length).toBe(
      engines.length,
    );
    lake.closeSync();
  });
});
