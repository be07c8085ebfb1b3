import { configurationOf } from '../../../lib/config/read-configuration';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import type { Inventory, Load, Scenario } from '../../../ops/cost/load';
import { PriceBook } from '../../../ops/cost/price-book';
import { readPriceFile } from '../../../ops/cost/price-file';

export const priceFile = readPriceFile();
export const book = new PriceBook(priceFile, 'us-east-1');
export const spotDiscount = 0.7;

const inventory: Inventory = {
  endpointZones: 10,
  natGateways: 0,
  keys: 3,
  alarmMetrics: 20,
  dashboards: 1,
  insightsClusters: 1,
  flowLogs: 1,
};

/** A scenario with a handful of round numbers, changed where a test says so. */
export function scenarioOf(settings: StageSettings = {}, load: Partial<Load> = {}, has: Partial<Inventory> = {}): Scenario {
  return {
    config: configurationOf('example', settings),
    load: { devices: 1_000, intervalSeconds: 60, bytes: 100, sender: 'iot-core', trainingMinutes: 15, ...load },
    domain: { windowDays: 30, keepsDeviceState: true },
    inventory: { ...inventory, ...has },
  };
}
