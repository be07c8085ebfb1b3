import { hourMs } from '../../../core/features/statistics';
import type { Message } from '../../../core/message';
import { channelSelect } from '../../../core/training-set';
import { factory } from '../../../domains/factory/domain';
import { readingStride } from '../../../domains/factory/training-set';
import { lakeOf, messageIn, rowsOf, unknownColumns } from '../support';

const endTime = Date.UTC(2026, 10, 20, 12);
const window = { start: endTime - 30 * 24 * hourMs, end: endTime };

function simulated(): Message[] {
  const records = factory.simulator?.simulate({ devices: 40, records: 6000, seed: 2, endTime }) ?? [];
  return [...records].filter(({ expected }) => expected === 'delivered').map((record) => messageIn(factory, record));
}

describe('the factory training set', () => {
  const messages = simulated();
  const tables = rowsOf(factory, messages);

  test("is made of rows that have the tables' columns, all of them", () => {
    for (const [name, rows] of tables) {
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.flatMap((row) => unknownColumns(factory, name, row))).toEqual([]);
      const missing = factory.tables[name]?.columns.filter((column) => !Object.hasOwn(rows[0] ?? {}, column.name));
      expect(missing).toEqual([]);
    }
  });

  test('labels as the maintenance database says, leaves out what is not known yet, and ignores duplicates', async () => {
    const lake = await lakeOf(factory, new Map([...tables].map(([name, rows]) => [name, [...rows, ...rows.slice(0, 300)]])));
    const select = async (sql: string) => (await lake.runAndReadAll(sql)).getRowObjectsJS();
    const splits = await Promise.all([
      select(channelSelect(factory.trainingSet, window, 'train')),
      select(channelSelect(factory.trainingSet, window, 'validation')),
    ]);
    const [training, validation] = splits;
    expect(Object.keys(training[0] ?? {})).toEqual([factory.trainingSet.label, ...factory.trainingSet.features]);

    // The same, told in TypeScript.
    const maintenance = messages.filter(({ sourceType }) => sourceType === 'maintenance');
    const expected = messages
      .filter(({ sourceType, sequence, eventTime, values }) => {
        const used = sourceType === 'telemetry' && sequence % readingStride === 0 && eventTime < endTime - 24 * hourMs;
        return used && (values['state'] === 'running' || values['state'] === 'standby');
      })
      .map(({ deviceId, eventTime }) =>
        maintenance.some(
          (entry) =>
            entry.deviceId === deviceId &&
            entry.values['event'] === 'failure' &&
            entry.eventTime > eventTime &&
            entry.eventTime <= eventTime + 24 * hourMs,
        ),
      );
    const rows = [...training, ...validation];
    expect(Math.abs(rows.length - expected.length)).toBeLessThanOrEqual(2);
    const positives = rows.filter(({ fails }) => fails === 1).length;
    expect(positives).toBeGreaterThan(50);
    // A failure that comes right after a repair counts from the repair on.
    expect(Math.abs(positives - expected.filter(Boolean).length)).toBeLessThanOrEqual(0.05 * positives);

    const everyValueIsNumeric = rows.every((row) =>
      Object.values(row).every((value) => value === null || Number.isFinite(value)),
    );
    expect(everyValueIsNumeric).toBe(true);
    lake.closeSync();
  });

  test('of rows that were delivered again uses those that know most of the machine', async () => {
    const again = [...tables].map(([name, rows]) => {
      const forgetful = rows.slice(0, 900).map((row) => ({ ...row, vibration_mean: -1, running_readings: 0 }));
      return [name, name === 'telemetry' ? [...forgetful, ...rows, ...forgetful] : rows] as const;
    });
    const totals: unknown[] = [];
    for (const each of [tables, new Map(again)]) {
      const lake = await lakeOf(factory, each);
      const select = channelSelect(factory.trainingSet, window, 'train');
      // A row from before a machine first ran has no mean, whoever delivers it.
      const result = await lake.runAndReadAll(
        `SELECT count(*) AS n, sum(running_readings) AS readings, sum(CASE WHEN vibration_mean < 0 THEN 1 ELSE 0 END) AS forgetful
         FROM (${select}) AS t WHERE running_readings > 0`,
      );
      totals.push(result.getRowObjectsJS()[0]);
      lake.closeSync();
    }
    expect(totals[0]).toMatchObject({ forgetful: 0n });
    expect(totals[1]).toEqual(totals[0]);
  });

  test('holds whole machines out for validation', async () => {
    const lake = await lakeOf(factory, tables);
    const sql = factory.trainingSet.sql(window).replace(/SELECT\n {2}CASE/, 'SELECT n.device_id,\n  CASE');
    const result = await lake.runAndReadAll(`SELECT device_id, count(DISTINCT split) AS n FROM (${sql}) AS t GROUP BY device_id`);
    expect(result.getRowObjectsJS().length).toBeGreaterThan(30);
    expect(result.getRowObjectsJS().every(({ n }) => n === 1n)).toBe(true);
    lake.closeSync();
  });
});
