import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { countsSelect, examplesSelect, scoringSelect } from '../../../core/training-set';
import { turbofan } from '../../../domains/turbofan/domain';
import { cycleMs, cycleZeroMs, unreadableKey } from '../../../domains/turbofan/reader';
import { sensors, settings } from '../../../domains/turbofan/sensors';
import { lakeOf, messageIn, parse, rowsOf, select, unknownColumns } from '../support';

const file = join(__dirname, '../../../../shared/data/cmapss/train_FD001.txt.gz');
const testWithFile = existsSync(file) ? test : test.skip;
const read = (line: string) => turbofan.reader.open('train_FD001.txt.gz').record(line)[0];

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
    expect(record?.partitionKey).toBe('FD001-train-007');
    expect(record && messageIn(turbofan, record)).toMatchObject({
      deviceId: 'FD001-train-007',
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

  test.each([
    ['data/cmapss/train_FD001.txt.gz', 'FD001-train-007'],
    ['test_FD001.txt', 'FD001-test-007'],
    ['TRAIN_FD004.TXT', 'FD004-train-007'],
    ['/tmp/our engines.txt.gz', 'our engines-007'],
    [`${'x'.repeat(200)}.txt`, `${'x'.repeat(100)}-007`],
  ])('names the engines of %s after it, for each file numbers them anew', (name, deviceId) => {
    expect(turbofan.reader.open(name).record(line(7, 3))[0]?.partitionKey).toBe(deviceId);
  });

  test('tells at the end of a train_ file that its engines have failed, after their last cycles, wherever their lines are', () => {
    const train = turbofan.reader.open('train_FD001.txt');
    [
      line(1, 1),
      line(2, 1),
      line(1, 2),
      'not a line of the format',
      line(2, 2),
      line(2, 3),
      line(1, 3).replace('100', '?'),
    ].forEach((text) => train.record(text));
    const failures = (train.end?.() ?? []).map((record) => messageIn(turbofan, record));
    expect(failures).toEqual(
      [
        ['FD001-train-001', 2],
        ['FD001-train-002', 3],
      ].map(([deviceId, cycle]) => ({
        sourceType: 'failure',
        deviceId,
        sequence: Number(cycle) + 1,
        eventTime: cycleZeroMs + Number(cycle) * cycleMs,
        values: { cycle },
      })),
    );
    const other = turbofan.reader.open('FD001.txt');
    other.record(line(1, 1));
    expect(other.end?.()).toEqual([]);
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
  const recorded = turbofan.reader.open('train_FD001.txt');
  const lines = engines.flatMap((unit) => Array.from({ length: lifeOf(unit) }, (_, index) => line(unit, index + 1)));
  const messages = [...lines.flatMap((each) => recorded.record(each)), ...(recorded.end?.() ?? [])].map((record) =>
    messageIn(turbofan, record),
  );
  const tables = rowsOf(turbofan, messages);

  test('say what a sensor did over the last cycles', () => {
    const row = tables.get('cycles')?.find((each) => each['device_id'] === 'FD001-train-001' && each['cycle'] === 50);
    // Sensor 2 is 11 + cycle / 10: a straight line.
    expect(row?.['s2_mean']).toBeCloseTo(11 + (50 - 14.5) / 10, 9);
    expect(row?.['s2_slope']).toBeCloseTo(0.1, 9);
    expect(row?.['s2_recent']).toBeCloseTo(11 + 4.8, 9);
    expect(row?.['s2_change']).toBeCloseTo(4.25, 9);
    expect(row?.['s2_deviation']).toBeCloseTo(Math.sqrt((30 * 31) / 12) / 10, 9);
    expect(row && unknownColumns(turbofan, 'cycles', row)).toEqual([]);
  });

  const scope = { window: { start: 0, end: Date.UTC(2026, 0, 1) }, arrivedBefore: Date.UTC(2027, 0, 1) };
  const { features, label } = turbofan.trainingSet;

  test('count the cycles until the failure, at most 125, on engines held out whole, duplicates removed', async () => {
    const rows = tables.get('cycles') ?? [];
    const failures = tables.get('failures') ?? [];
    const twice = new Map([
      ['cycles', [...rows, ...rows.slice(0, 500)]],
      ['failures', [...failures, ...failures.slice(0, 3)]],
    ]);
    const lake = await lakeOf(turbofan, twice);
    const labeled = await select(lake, `SELECT device_id, cycle, rul FROM (${turbofan.trainingSet.sql(scope)}) AS t`);
    expect(labeled).toHaveLength(rows.length);
    for (const { device_id: id, cycle, rul } of labeled) {
      expect(rul).toBe(Math.min(125, lifeOf(Number(String(id).slice(-3))) - Number(cycle)));
    }

    const examples = await select(lake, examplesSelect(turbofan.trainingSet, scope));
    expect(examples).toHaveLength(rows.length);
    expect(Object.keys(examples[0] ?? {})).toEqual([label, ...features, 'split']);
    // Each engine passes its whole life in one split: as many first and last cycles as engines.
    const counts = await select(lake, countsSelect(turbofan.trainingSet, scope));
    expect(counts.map(({ split }) => split)).toEqual(['test_devices', 'train', 'validation']);
    for (const { devices, split } of counts) {
      const of = examples.filter((example) => example['split'] === split);
      expect(of.filter(({ cycle }) => cycle === 1)).toHaveLength(Number(devices));
      expect(of.filter(({ rul }) => rul === 0)).toHaveLength(Number(devices));
    }
    lake.closeSync();
  });

  test('are not known of engines that have not failed: they are scored, and not trained on', async () => {
    const other = turbofan.reader.open('/somewhere/test_FD001.txt.gz');
    const running = Array.from({ length: 40 }, (_, index) => other.record(line(1, index + 1))).flat();
    expect(other.end?.()).toEqual([]);
    const lake = await lakeOf(turbofan, rowsOf(turbofan, [...messages, ...running.map((each) => messageIn(turbofan, each))]));
    const [counted] = await select(
      lake,
      `SELECT count(*) AS n, count(rul) AS known FROM (${turbofan.trainingSet.sql(scope)}) AS t WHERE device_id = 'FD001-test-001'`,
    );
    expect(counted).toEqual({ n: 40n, known: 0n });
    const scored = await select(
      lake,
      scoringSelect(turbofan.trainingSet, { arrivedFrom: 0, arrivedBefore: scope.arrivedBefore }),
    );
    expect(Object.keys(scored[0] ?? {})).toEqual(['device_id', 'sequence', 'event_time', ...features]);
    expect(scored.filter(({ device_id: id }) => id === 'FD001-test-001')).toHaveLength(40);
    expect(scored).toHaveLength((tables.get('cycles') ?? []).length + 40);
    lake.closeSync();
  });
});
