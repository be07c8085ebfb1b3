import { existsSync } from 'node:fs';
import {
  judgeSeries,
  machineTemperature,
  machineTemperatureFile,
  readingsIn,
  temperatureDetector,
} from '../../bench/anomalies/machine-temperature';
import { fleetResult } from '../../bench/anomalies/fleet';
import { worthOf } from '../../bench/anomalies/warnings';
import { heldAgainst } from '../../bench/anomalies/windows';
import { anomalyDefaults } from '../../core/anomaly/detector';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

describe('an anomaly detector on a labelled series', () => {
  /** Every five minutes; hot for an hour from reading 300, for ten minutes from reading 600. */
  const readings = Array.from({ length: 800 }, (_, index) => ({
    time: start + index * 300_000,
    value: 80 + Math.sin(index) + ((index >= 300 && index < 312) || (index >= 600 && index < 602) ? 30 : 0),
  }));
  const at = (index: number): number => start + index * 300_000;

  test('is told which windows it alerted, how early, and what it raised for nothing', () => {
    const result = heldAgainst(judgeSeries(readings, temperatureDetector), [
      { start: at(288), end: at(336) },
      { start: at(700), end: at(712) },
    ]);
    expect(result).toEqual({
      readings: 800,
      windows: [
        {
          start: '2026-01-02 00:00',
          end: '2026-01-02 04:00',
          alerts: 1,
          highestScore: expect.any(Number) as number,
          firstAlert: { at: '2026-01-02 01:00', hoursAfterStart: 1, hoursBeforeMoment: 1, hoursBeforeEnd: 3 },
        },
        { start: '2026-01-03 10:20', end: '2026-01-03 11:20', alerts: 0, highestScore: expect.any(Number) as number },
      ],
      outside: { alerts: ['2026-01-03 02:00'], highestScore: expect.any(Number) as number },
    });
  });

  test('has no score to show where nothing was scored', () => {
    const [window] = heldAgainst(judgeSeries(readings, temperatureDetector), [{ start: at(0), end: at(100) }]).windows;
    expect(window?.highestScore).toBeNull();
  });

  test('reads a file of the benchmark, and names a line that is no reading', () => {
    expect(readingsIn('timestamp,value\n2013-12-02 21:15:00,73.9\r\n')).toEqual([
      { time: Date.UTC(2013, 11, 2, 21, 15), value: 73.9 },
    ]);
    expect(() => readingsIn('timestamp,value\n2013-12-02 21:15:00,\n')).toThrow('line 2 is no reading');
    expect(() => readingsIn('timestamp,value\nyesterday,1\n')).toThrow('line 2 is no reading: yesterday,1');
  });

  test('has the parameters of the factory, none of its own', () => {
    expect(temperatureDetector).toEqual({ ...anomalyDefaults, signals: [{ name: 'temperature', floor: { absolute: 0.5 } }] });
  });
});

const theFile = existsSync(machineTemperatureFile) ? test : test.skip;

theFile('the machine temperature of NAB is judged as docs/decisions/0028-anomaly-scores-and-alerts.md says', () => {
  const result = machineTemperature();
  expect(result?.level.readings).toBe(22_695);
  expect(result?.level.windows.map(({ alerts, highestScore }) => [alerts, highestScore])).toEqual([
    [0, 2.1],
    [0, 3.2],
    [0, 3.7],
    [0, 2.2],
  ]);
  expect(result?.level.outside).toEqual({ alerts: [], highestScore: 5.5 });
  expect(result?.changeAfterwards.windows.map(({ alerts }) => alerts)).toEqual([0, 1, 0, 1]);
  expect(result?.changeAfterwards.outside.alerts).toHaveLength(2);
});

describe('warnings before failures', () => {
  const machine = (failures: readonly number[], warnings: readonly number[]) => ({
    from: 0,
    to: 730 * hour,
    failures: failures.map((hours) => ({ time: hours * hour, cause: hours < 400 ? 'wear' : 'leak' })),
    warnings: warnings.map((hours) => hours * hour),
  });

  test('count when they come in time, and are false when nothing follows', () => {
    expect(worthOf([machine([300, 500], [100, 240, 290, 501])], 72)).toEqual({
      failures: 2,
      warned: 1,
      byCause: { wear: { warned: 1, of: 1 }, leak: { warned: 0, of: 1 } },
      medianLeadHours: 60,
      warnings: 4,
      falseWarnings: 2,
      falsePerMachineMonth: 2.49,
    });
  });

  test('are counted over time that is not just before a failure, each hour once', () => {
    expect(worthOf([machine([], [1])], 72).falsePerMachineMonth).toBe(1);
    expect(worthOf([machine([36, 700, 730], [1])], 72)).toMatchObject({ falseWarnings: 0, falsePerMachineMonth: 0 });
    expect(worthOf([machine([365], [100])], 365).falsePerMachineMonth).toBe(0);
  });

  test('of a simulated fleet are the same each time', () => {
    const options = { devices: 6, records: 6 * 500, seed: 3, endTime: start };
    const result = fleetResult(options);
    expect(fleetResult(options)).toEqual(result);
    expect(result.anomalies.warned).toBeLessThanOrEqual(result.anomalies.failures);
    expect(result.anomalies.failures).toBe(result.ownProtection.failures);
    const bySignal = Object.values(result.anomalies.bySignal).reduce((sum, count) => sum + count, 0);
    expect(bySignal).toBe(result.anomalies.warnings);
  });
});
