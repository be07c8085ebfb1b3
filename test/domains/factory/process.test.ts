import type { Message } from '../../../core/message';
import { process, type MachineMemory } from '../../../domains/factory/process';
import { windowReadings } from '../../../domains/factory/tables';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

const reading = (sequence: number, changes: Record<string, number | string | boolean | null> = {}): Message => ({
  sourceType: 'telemetry',
  deviceId: 'pump-0001',
  sequence,
  eventTime: start + sequence * 10 * minute,
  values: {
    site: 'pune',
    machine: 'pump',
    state: 'running',
    alarm: false,
    load: 80,
    temperature: 60,
    pressure: 400,
    humidity: null,
    vibration: 2,
    speed: 1450,
    power: 20,
    ...changes,
  },
});
const entry = (sequence: number, event: string): Message => ({
  sourceType: 'maintenance',
  deviceId: 'pump-0001',
  sequence,
  eventTime: start + sequence * 10 * minute,
  values: { event, component: 'bearing', cause: 'wear', downtime: null },
});

function run(messages: readonly Message[]) {
  let memory: MachineMemory | undefined;
  return messages.map((message) => {
    const processed = process(message, memory);
    // The state is plain data: it goes on from a copy as it would from the original.
    memory = structuredClone(processed.state);
    return { ...processed.rows[0]?.row, table: processed.rows[0]?.table };
  });
}

describe('processing factory messages', () => {
  test('carries values on and adds features of the readings so far', () => {
    const rows = run([reading(1), reading(2, { vibration: 4 }), reading(3, { vibration: 6, temperature: 66 })]);
    expect(rows[2]).toMatchObject({
      table: 'telemetry',
      vibration: 6,
      vibration_mean: 4,
      vibration_deviation: 2,
      vibration_minimum: 2,
      vibration_maximum: 6,
      vibration_slope: 12,
      temperature_mean: 62,
      humidity_mean: null,
      running_readings: 3,
      since_last: 600,
      missing_messages: 0,
      since_maintenance: null,
    });
  });

  test('measures change without what speed does', () => {
    const slow = Array.from({ length: 90 }, (_, index) => reading(index + 1));
    const fast = Array.from({ length: windowReadings }, (_, index) =>
      reading(91 + index, { speed: 2900, vibration: 2 * 2 ** 1.5, pressure: 1600, power: 40 }),
    );
    const row = run([...slow, ...fast]).at(-1);
    expect(row).toMatchObject({ vibration_change: 0, pressure_change: 0, power_change: 0, speed_mean: 2900 });
  });

  test('keeps what it knew of the running machine while it stands still', () => {
    const rows = run([reading(1), reading(2, { state: 'standby', vibration: 0.05, speed: 0, power: 0, load: 0 })]);
    expect(rows[1]).toMatchObject({ vibration: 0.05, vibration_mean: 2, running_readings: 1 });
  });

  test('begins anew after a repair, and not after a failure', () => {
    const rows = run([reading(1), entry(2, 'failure'), reading(3), entry(4, 'repair'), reading(5, { vibration: 1 })]);
    expect(rows[1]).toMatchObject({ table: 'maintenance', event: 'failure' });
    expect(rows[2]).toMatchObject({ running_readings: 2 });
    expect(rows[4]).toMatchObject({ running_readings: 1, vibration_mean: 1, vibration_change: 0, since_maintenance: 600 });
  });

  test('gives a late reading the features of its own time, and counts what is missing', () => {
    const late = reading(2, { vibration: 8 });
    const rows = run([reading(1), reading(3), late, reading(4)]);
    expect(rows[1]).toMatchObject({ missing_messages: 1, since_last: 1200 });
    expect(rows[2]).toMatchObject({ vibration_mean: 5, running_readings: 2, missing_messages: 0 });
    expect(rows[3]).toMatchObject({ vibration_mean: 3.5, running_readings: 4, missing_messages: 0 });
  });

  test('has no features for a reading older than all that it remembers', () => {
    const rows = run([...Array.from({ length: windowReadings + 5 }, (_, index) => reading(index + 10)), reading(1)]);
    expect(rows.at(-1)).toMatchObject({ vibration: 2, vibration_mean: null, vibration_change: null, running_readings: 0 });
  });
});
