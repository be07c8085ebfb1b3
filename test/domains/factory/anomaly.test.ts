import type { Alert, Processed } from '../../../core/domain';
import { anomalyDefaults } from '../../../core/anomaly/detector';
import type { Message } from '../../../core/message';
import { process, type MachineMemory } from '../../../domains/factory/process';
import { detector } from '../../../domains/factory/anomaly';
import { anomalyColumn, anomalySignals, windowReadings } from '../../../domains/factory/tables';

const start = Date.UTC(2026, 0, 1);
const { refractoryReadings, warmUpReadings } = anomalyDefaults;

/** A machine whose speed and load go up and down, and what depends on them with them. */
function reading(sequence: number, changes: Message['values'] = {}): Message {
  const load = 60 + 20 * Math.sin(sequence);
  const thousands = 1.5 + 0.4 * Math.sin(sequence);
  return {
    sourceType: 'telemetry',
    deviceId: 'pump-0001',
    sequence,
    eventTime: start + sequence * 600_000,
    values: {
      site: 'pune',
      machine: 'pump',
      state: 'running',
      alarm: false,
      load,
      temperature: 60 + Math.sin(sequence / 7),
      pressure: 200 * thousands ** 2,
      humidity: null,
      vibration: 1.2 * thousands ** 1.5,
      speed: thousands * 1000,
      power: 12 * thousands * (0.25 + 0.0075 * load),
      ...changes,
    },
  };
}

const entry = (sequence: number, event: string): Message => ({
  ...reading(sequence),
  sourceType: 'maintenance',
  values: { event, component: 'bearing', cause: 'wear', downtime: null },
});

const readings = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, index) => reading(from + index));

function run(messages: readonly Message[]): { readonly scores: readonly unknown[]; readonly alerts: readonly Alert[] }[] {
  let memory: MachineMemory | undefined;
  return messages.map((message) => {
    const processed: Processed<MachineMemory> = process(message, memory);
    memory = structuredClone(processed.state);
    const row = processed.rows[0]?.row;
    return { scores: anomalySignals.map((signal) => row?.[anomalyColumn(signal)]), alerts: processed.alerts ?? [] };
  });
}

const nothing = { scores: [null, null, null, null], alerts: [] };

describe('anomalies of a machine', () => {
  test('are judged once it is known, and what speed and load do is none', () => {
    const outcomes = run(readings(1, 400));
    expect(outcomes.slice(0, warmUpReadings).every(({ scores }) => scores.every((score) => score === null))).toBe(true);
    const [temperature, ...freed] = outcomes[399]?.scores ?? [];
    expect(Math.abs(Number(temperature))).toBeLessThan(3);
    expect(freed).toEqual([0, 0, 0]);
    expect(outcomes.flatMap(({ alerts }) => alerts)).toEqual([]);
  });

  test('are told in the unit of the sensor, with what was expected at that speed and load', () => {
    const odd = reading(401, { speed: 1000, load: 50, vibration: 2.7, pressure: 200, power: 7.5 });
    const [last] = run([...readings(1, 400), odd]).slice(-1);
    expect(last?.alerts).toEqual([
      {
        table: 'telemetry',
        signal: 'vibration',
        value: 2.7,
        score: 12.5,
        expected: { mean: 1.2, deviation: 0.12 },
        eventTime: odd.eventTime,
      },
    ]);
    expect(last?.scores.slice(1)).toEqual([0, 12.5, 0]);
  });

  test('are told of once, however many signals are unusual, and again after a while', () => {
    const broken = (sequence: number): Message => reading(sequence, { vibration: 90, pressure: 1, power: 900 });
    const outcomes = run([...readings(1, 300), ...Array.from({ length: 3 }, (_, index) => broken(301 + index))]);
    expect(outcomes.slice(-3).map(({ alerts }) => alerts.map(({ signal }) => signal))).toEqual([['power'], [], []]);
    const later = [...readings(302, 301 + refractoryReadings), broken(302 + refractoryReadings)];
    const again = run([...readings(1, 300), broken(301), ...later]);
    expect(again.flatMap(({ alerts }, index) => alerts.map(() => index + 1))).toEqual([301, 302 + refractoryReadings]);
  });

  test('are not looked for while it stands still', () => {
    const still = { state: 'standby', load: 0, speed: 0, power: 0, vibration: 0.05, pressure: 0, temperature: 20 };
    expect(run([...readings(1, 300), reading(301, still)]).at(-1)).toEqual(nothing);
  });

  test('begin anew with maintenance', () => {
    const outcomes = run([...readings(1, 300), entry(301, 'repair'), reading(302, { vibration: 50 })]);
    expect(outcomes.at(-1)).toEqual(nothing);
  });

  test('are seen in a late reading, unless it is too late for the window or from before a repair', () => {
    const late = reading(299, { vibration: 50 });
    const withoutLate = readings(1, 310).filter(({ sequence }) => sequence !== 299);
    expect(run([...withoutLate, late]).at(-1)?.alerts).toHaveLength(1);
    const tooLate = reading(310 - windowReadings - 1, { vibration: 50 });
    expect(run([...readings(1, 310).filter(({ sequence }) => sequence !== tooLate.sequence), tooLate]).at(-1)).toEqual(nothing);
    expect(run([...withoutLate, entry(311, 'service'), late]).at(-1)).toEqual(nothing);
  });

  test('have no signal where the machine has no sensor', () => {
    const motor = readings(1, 200).map((each) => ({ ...each, values: { ...each.values, pressure: null } }));
    expect(run(motor).at(-1)?.scores[1]).toBeNull();
  });

  test('are judged by floors that say what each sensor may be wrong by', () => {
    expect(detector.signals.map(({ name, floor }) => [name, floor.absolute, floor.relative ?? 0])).toEqual([
      ['temperature', 0.5, 0],
      ['pressure', 0.01, 0.01],
      ['vibration', 0.01, 0.1],
      ['power', 0.01, 0.01],
    ]);
  });
});
