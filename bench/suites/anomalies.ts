import { fleetResult } from '../anomalies/fleet';
import { machineTemperature, machineTemperatureFile, temperatureDetector } from '../anomalies/machine-temperature';
import type { SeriesResult } from '../anomalies/windows';
import type { Suite } from '../shared/suite';

/** Four weeks of readings ten minutes apart: the longest that the simulator spans. */
const fleet = { devices: 160, records: 160 * 28 * 144, seed: 2, endTime: Date.UTC(2026, 10, 20) };

/** What anomaly scores find, and what they raise for nothing: quality, not time. One round, for each gives the same. */
export const anomalies: Suite = {
  name: 'anomalies',
  about: 'which anomalies are alerted, how early, and how many false alerts: NAB’s machine temperature, and a simulated fleet',
  run: (context) => {
    const temperature = machineTemperature();
    if (temperature === undefined) {
      context.say(`  machine temperature: SKIPPED, ${machineTemperatureFile} is not here`);
    } else {
      for (const [what, { outside, windows }] of Object.entries(temperature) as [string, SeriesResult][]) {
        windows.forEach((window) => context.say(`  ${what}: ${JSON.stringify(window)}`));
        context.say(`  ${what}, outside: ${JSON.stringify(outside)}`);
      }
    }
    const result = fleetResult({ ...fleet, records: context.records ?? fleet.records });
    context.say(`  anomalies: ${JSON.stringify(result.anomalies)}`);
    context.say(`  own protection: ${JSON.stringify(result.ownProtection)}`);
    const { signals, ...parameters } = temperatureDetector;
    context.keep('anomalies', {
      machineTemperature: temperature ?? null,
      parameters: { ...parameters, floor: signals[0]?.floor },
      fleet: result,
    });
    return Promise.resolve();
  },
};
