import { filesPerMonth } from './delivery-usage';
import type { Scenario } from './load';
import {
  daysPerMonth,
  examplesPerRow,
  functionSeconds,
  getsPerFile,
  judgeSecondsPerRow,
  predictionBytes,
  scannedDays,
  scoringTransitions,
} from './measured';
import { runsPerMonth } from './schedule';
import { averageStored } from './storage';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

/** Memory of the functions that plan, list and finish. */
const smallGiB = 0.5;
const smallFunctions = 3;
const gBperTB = 1024;
const miBperGiB = 1024;

/** A month's scoring: a query over the day so far for each batch, four functions, and the predictions, which are kept. */
export function scoringUsage(scenario: Scenario, traffic: Traffic, month: number): readonly Usage[] {
  const { memoryMiB, schedule, scheduled } = scenario.config.scoring;
  const runs = scheduled ? runsPerMonth(schedule) : 0;
  const daysRead = scannedDays(runs / daysPerMonth);
  const rows = runs === 0 ? 0 : traffic.messages * examplesPerRow;
  const minor = 'Lambda, Step Functions';
  return [
    {
      service: 'S3',
      item: 'read to score',
      price: 's3.get',
      quantity: (filesPerMonth(scenario, traffic) / daysPerMonth) * daysRead * getsPerFile * runs,
    },
    {
      service: 'S3',
      item: 'predictions, kept',
      price: 's3.standard',
      quantity: averageStored((rows * predictionBytes) / gB, month, 0, scenario.config.lake.expireAfterDays ?? Infinity),
    },
    {
      service: 'Athena',
      item: 'scanned to score',
      price: 'athena.scanned',
      quantity: ((traffic.storedBytes / gB / daysPerMonth) * daysRead * runs) / gBperTB,
    },
    { service: minor, item: 'functions called to score', price: 'lambda.request', quantity: runs * (smallFunctions + 1) },
    {
      service: minor,
      item: 'functions that score',
      price: 'lambda.arm64.duration',
      quantity:
        runs * functionSeconds * (smallFunctions * smallGiB + memoryMiB / miBperGiB) +
        rows * judgeSecondsPerRow * (memoryMiB / miBperGiB),
    },
    { service: minor, item: 'transitions to score', price: 'step-functions.transition', quantity: runs * scoringTransitions },
  ];
}
