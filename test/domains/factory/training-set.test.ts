import * as fc from 'fast-check';
import type { CellValue } from '../../../core/column';
import { deviceBucket } from '../../../core/device-bucket';
import { hourMs } from '../../../core/features/statistics';
import type { Message } from '../../../core/message';
import { countsSelect, examplesSelect, scoringSelect } from '../../../core/training-set';
import { factory } from '../../../domains/factory/domain';
import { windowReadings } from '../../../domains/factory/tables';
import { trainingSet } from '../../../domains/factory/training-set';
import { featureHours, horizonHours, readingStride } from '../../../domains/factory/training-sql';
import { lakeOf, messageIn, rowsOf, select, unknownColumns } from '../support';

const endTime = Date.UTC(2026, 10, 20, 12);
const scope = { window: { start: endTime - 30 * 24 * hourMs, end: endTime }, arrivedBefore: endTime };

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
    const rows = await select(lake, `SELECT * FROM (${trainingSet.sql(scope)}) AS t WHERE fails IS NOT NULL`);

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
    expect(Math.abs(rows.length - expected.length)).toBeLessThanOrEqual(2);
    const positives = rows.filter(({ fails }) => fails === 1).length;
    expect(positives).toBeGreaterThan(50);
    // A failure that comes right after a repair counts from the repair on.
    expect(Math.abs(positives - expected.filter(Boolean).length)).toBeLessThanOrEqual(0.05 * positives);

    const examples = await select(lake, examplesSelect(trainingSet, scope));
    expect(Object.keys(examples[0] ?? {})).toEqual([trainingSet.label, ...trainingSet.features, 'split']);
    const numbers = examples.flatMap(({ split, ...values }) => (typeof split === 'string' ? Object.values(values) : [split]));
    expect(numbers.every((value) => value === null || Number.isFinite(value))).toBe(true);
    lake.closeSync();
  });

  test('tells of its splits what is in them, each machine in its own', async () => {
    const lake = await lakeOf(factory, tables);
    const examples = await select(lake, examplesSelect(trainingSet, scope));
    const counts = await select(lake, countsSelect(trainingSet, scope));
    expect(counts.map(({ split }) => split)).toEqual(['test_devices', 'test_time', 'train', 'validation']);
    for (const { devices, positives, rows, split } of counts) {
      const of = examples.filter((example) => example['split'] === split);
      expect([Number(rows), Number(positives)]).toEqual([of.length, of.filter(({ fails }) => fails === 1).length]);
      expect(Number(devices)).toBeGreaterThan(2);
    }
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
      // A row from before a machine first ran has no mean, whoever delivers it.
      const [total] = await select(
        lake,
        `SELECT count(*) AS n, sum(running_readings) AS readings, sum(CASE WHEN vibration_mean < 0 THEN 1 ELSE 0 END) AS forgetful
         FROM (${examplesSelect(trainingSet, scope)}) AS t WHERE running_readings > 0`,
      );
      totals.push(total);
      lake.closeSync();
    }
    expect(totals[0]).toMatchObject({ forgetful: 0n });
    expect(totals[1]).toEqual(totals[0]);
  });

  test('scores every reading of a machine in operation that arrived in the span, with the features that are trained on', async () => {
    const lake = await lakeOf(factory, tables);
    // Arrivals are a millisecond apart.
    const [from, before] = [1_000, 3_000].map((ms) => Date.UTC(2026, 10, 20) + ms) as [number, number];
    const scored = await select(lake, scoringSelect(trainingSet, { arrivedFrom: from, arrivedBefore: before }));
    const expected = (tables.get('telemetry') ?? []).filter(({ arrival_time: arrival, state }) => {
      const at = Date.parse(String(arrival));
      return at >= from && at < before && (state === 'running' || state === 'standby');
    });
    expect(scored.length).toBe(expected.length);
    expect(Object.keys(scored[0] ?? {})).toEqual(['device_id', 'sequence', 'event_time', ...trainingSet.features]);
    const features = trainingSet.features.map((name) => `CAST(t.${name} AS double) AS ${name}`).join(', ');
    const trained = await select(
      lake,
      `SELECT t.device_id, t.sequence, t.event_time, ${features} FROM (${trainingSet.sql(scope)}) AS t ORDER BY 1, 2`,
    );
    const key = ({ device_id: id, sequence }: Record<string, unknown>): string => `${String(id)}/${String(sequence)}`;
    const byKey = new Map(trained.map((row) => [key(row), row]));
    const both = scored.filter((row) => byKey.has(key(row)));
    expect(both.length).toBeGreaterThan(100);
    expect(both).toEqual(both.map((row) => byKey.get(key(row))));
    lake.closeSync();
  });

  test('has an embargo that covers what a label looks ahead and a feature looks back', () => {
    // Machines report every ten minutes.
    expect(featureHours * 6).toBeGreaterThanOrEqual(windowReadings);
    expect(trainingSet.holdOut.time?.embargoHours).toBeGreaterThanOrEqual(horizonHours + featureHours);
  });
});

type Cells = Readonly<Record<string, CellValue>>;

/** Rows of one machine or another, at any time in and around the window. */
const lakes = fc.record({
  telemetry: fc.array(
    row({ state: fc.constantFrom('running', 'standby', 'fault'), running_readings: fc.integer({ min: 1, max: 24 }) }),
  ),
  maintenance: fc.array(row({ event: fc.constantFrom('failure', 'repair', 'service') }), { maxLength: 20 }),
});

/** Whole minutes between two hours, in hours. */
function minutes(from: number, to: number): fc.Arbitrary<number> {
  return fc.integer({ min: from * 60, max: to * 60 }).map((minute) => minute / 60);
}

function row(own: Readonly<Record<string, fc.Arbitrary<CellValue>>>): fc.Arbitrary<Cells> {
  return fc
    .record({
      device: fc.constantFrom('pump-1', 'pump-2', 'fan-3', 'motor-4', 'fan-5', 'pump-6', 'fan-7'),
      sequence: fc.integer({ min: 1, max: 30 }),
      // Not doubles, most of which are next to nothing.
      hour: minutes(-800, 1),
      latenessHours: minutes(0, 30),
      deliveryHours: minutes(0, 60),
      own: fc.record(own),
    })
    .map(({ deliveryHours, device, hour, latenessHours, own: cells, sequence }) => {
      const event = Math.round(endTime + hour * hourMs);
      const arrival = event + Math.round(latenessHours * hourMs);
      return {
        device_id: device,
        // Numbers of both tables are one sequence, and readings of the stride are what is trained on.
        sequence: 'event' in cells ? sequence * readingStride + 1 : sequence * readingStride,
        event_time: new Date(event).toISOString(),
        device_bucket: deviceBucket(device),
        arrival_time: new Date(arrival).toISOString(),
        sequence_number: String(sequence),
        date: new Date(arrival + Math.round(deliveryHours * hourMs)).toISOString().slice(0, 10),
        ...cells,
      };
    });
}

describe('the factory training set, of any lake', () => {
  const rowsIn = async (
    { maintenance, telemetry }: { telemetry: readonly Cells[]; maintenance: readonly Cells[] },
    of = scope,
  ) => {
    const lake = await lakeOf(
      factory,
      new Map([
        ['telemetry', telemetry],
        ['maintenance', maintenance],
      ]),
    );
    const names = `device_id, CAST(sequence AS integer) AS sequence, CAST(event_time AS varchar) AS event_time, fails, since_maintenance, running_readings`;
    const found = await select(lake, `SELECT ${names} FROM (${trainingSet.sql(of)}) AS t ORDER BY 1, 2`);
    const examples = await select(lake, examplesSelect(trainingSet, of));
    lake.closeSync();
    return { found, examples };
  };

  test('has each message once, and no more of them than arrived before the cutoff; later arrivals change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lakes, async (lake) => {
        const arrivedBefore = endTime - 12 * hourMs;
        const inTime = (rows: readonly Cells[]) => rows.filter(({ arrival_time: at }) => Date.parse(String(at)) < arrivedBefore);
        const all = await rowsIn(lake, { ...scope, arrivedBefore });
        const cut = await rowsIn(
          { telemetry: inTime(lake.telemetry), maintenance: inTime(lake.maintenance) },
          { ...scope, arrivedBefore },
        );
        expect(all).toEqual(cut);
        const keys = all.found.map(({ device_id: id, sequence }) => `${String(id)}/${String(sequence)}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 10 },
    );
  });

  test('learns nothing of what happens in the time that is tested on', async () => {
    const tested = endTime - (trainingSet.holdOut.time?.days ?? 0) * 24 * hourMs;
    let examined = 0;
    await fc.assert(
      fc.asyncProperty(lakes, async (lake) => {
        const before = lake.maintenance.filter(({ event_time: at }) => Date.parse(String(at)) < tested);
        const trained = (examples: readonly Record<string, unknown>[]) =>
          examples.filter(({ split }) => split === 'train' || split === 'validation');
        const whole = await rowsIn(lake);
        const without = await rowsIn({ ...lake, maintenance: before });
        expect(trained(whole.examples)).toEqual(trained(without.examples));
        examined += trained(whole.examples).length;
      }),
      { numRuns: 10 },
    );
    expect(examined).toBeGreaterThan(0);
  });
});
