import { filesPerMonth } from './delivery-usage';
import type { Scenario } from './load';
import {
  daysPerMonth,
  functionSeconds,
  getsPerFile,
  trainingSpotDiscount,
  transitionsPerPoll,
  transitionsPerRun,
} from './measured';
import { runsPerMonth } from './schedule';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

/** Memory of each of the three functions. */
const functionGiB = 0.5;
const functionsPerRun = 3;
const gBperTB = 1024;

/** GB that the query of a training run scans at most: every column of every file in its window. */
export function scannedPerQuery({ domain }: Scenario, { storedBytes }: Traffic, month: number): number {
  const months = Math.min(month, (domain.windowDays ?? Infinity) / daysPerMonth);
  return (storedBytes / gB) * months;
}

/** A month's training runs: a query each, three functions, and a job. */
export function trainingUsage(scenario: Scenario, traffic: Traffic, month: number): readonly Usage[] {
  const { config, domain, load } = scenario;
  const { scheduled, schedule, instanceType, instanceCount, useSpot, pollIntervalSeconds } = config.training;
  const runs = scheduled ? runsPerMonth(schedule) : 0;
  const scanned = scannedPerQuery(scenario, traffic, month) * runs;
  const windowMonths = Math.min(month, (domain.windowDays ?? Infinity) / daysPerMonth);
  const infrequentMonths =
    windowMonths - Math.min(windowMonths, (config.lake.infrequentAccessAfterDays ?? Infinity) / daysPerMonth);
  const polls = (load.trainingMinutes * 60) / pollIntervalSeconds;
  const minor = 'Lambda, Step Functions';
  return [
    {
      service: 'S3',
      item: 'read to train',
      price: 's3.get',
      quantity: filesPerMonth(scenario, traffic) * windowMonths * getsPerFile * runs,
    },
    {
      service: 'S3',
      item: 'retrieved to train',
      price: 's3.retrieval',
      quantity: (traffic.storedBytes / gB) * infrequentMonths * runs,
    },
    { service: 'Athena', item: 'scanned to train', price: 'athena.scanned', quantity: scanned / gBperTB },
    {
      service: 'SageMaker training',
      item: useSpot ? 'jobs, spot' : 'jobs',
      price: `sagemaker.${instanceType as `ml.${string}`}`,
      quantity: runs * instanceCount * (load.trainingMinutes / 60),
      discount: useSpot ? trainingSpotDiscount : 0,
    },
    { service: minor, item: 'functions called', price: 'lambda.request', quantity: runs * functionsPerRun },
    {
      service: minor,
      item: 'functions running',
      price: 'lambda.arm64.duration',
      quantity: runs * functionsPerRun * functionSeconds * functionGiB,
    },
    {
      service: minor,
      item: 'transitions',
      price: 'step-functions.transition',
      quantity: runs * (transitionsPerRun + polls * transitionsPerPoll),
    },
  ];
}
