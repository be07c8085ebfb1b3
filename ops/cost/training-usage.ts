import { wholeProcessorMiB } from '../../lib/training/training-function';
import { filesPerMonth } from './delivery-usage';
import type { Scenario } from './load';
import {
  daysPerMonth,
  exampleBytes,
  examplesPerRow,
  functionSeconds,
  getsPerFile,
  getsPerPinnedFile,
  inspectSecondsPerExample,
  judgeSecondsPerRow,
  pinSecondsPerFile,
  scannedShareOfCounts,
  scannedShareOfInputs,
  testShare,
  trainingSpotDiscount,
  transitionsOfTuning,
  transitionsPerPoll,
  transitionsPerRun,
} from './measured';
import { runsPerMonth } from './schedule';
import { averageStored } from './storage';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

/** Memory of each function that waits for other services. */
const smallGiB = 0.5;
/** Those are: the window, the start, the record, the registration. */
const smallFunctions = 4;
/** Those that read files beside them: the plan, the inspection, the judge. */
const readingFunctions = 3;
const gBperTB = 1024;
const miBperGiB = 1024;
/** What the three statements of a run scan, of what the one scans that needs most. */
const scans = 1 + scannedShareOfCounts + scannedShareOfInputs;

/** GB that the largest query of a training run scans at most: every column of every file in its window. */
export function scannedPerQuery({ domain }: Scenario, { storedBytes }: Traffic, month: number): number {
  const months = Math.min(month, (domain.windowDays ?? Infinity) / daysPerMonth);
  return (storedBytes / gB) * months;
}

/** Examples of a training run: rows of its window that there is something to learn from. */
export function examplesPerRun({ domain }: Scenario, { messages }: Traffic, month: number): number {
  return messages * Math.min(month, (domain.windowDays ?? Infinity) / daysPerMonth) * examplesPerRow;
}

/** A month's training runs: three queries each, seven functions, and a job, after those of the tuning job if there is one; and the training sets, as long as they are kept. */
export function trainingUsage(scenario: Scenario, traffic: Traffic, month: number): readonly Usage[] {
  const { config, domain, load } = scenario;
  const { scheduled, schedule, instanceType, instanceCount, useSpot, pollIntervalSeconds, tuning } = config.training;
  const runs = scheduled ? runsPerMonth(schedule) : 0;
  const scanned = scannedPerQuery(scenario, traffic, month) * scans * runs;
  const windowMonths = Math.min(month, (domain.windowDays ?? Infinity) / daysPerMonth);
  const infrequentMonths =
    windowMonths - Math.min(windowMonths, (config.lake.infrequentAccessAfterDays ?? Infinity) / daysPerMonth);
  const files = filesPerMonth(scenario, traffic) * windowMonths;
  const examples = examplesPerRun(scenario, traffic, month);
  const isTuned = tuning.maxJobs > 0;
  // Those of a tuning job run side by side: so many rounds, and one for the model.
  const rounds = Math.ceil(tuning.maxJobs / tuning.maxParallelJobs) + 1;
  const polls = (rounds * load.trainingMinutes * 60) / pollIntervalSeconds;
  const minor = 'Lambda, Step Functions';
  return [
    {
      service: 'S3',
      item: 'read to train',
      price: 's3.get',
      quantity: files * (getsPerFile * scans + getsPerPinnedFile) * runs,
    },
    {
      service: 'S3',
      item: 'retrieved to train',
      price: 's3.retrieval',
      quantity: (traffic.storedBytes / gB) * infrequentMonths * scans * runs,
    },
    {
      service: 'S3',
      item: 'training sets',
      price: 's3.standard',
      // A day longer as a superseded version.
      quantity: averageStored(
        (examples * exampleBytes * runs) / gB,
        month,
        0,
        (config.lake.trainingSetRetentionDays + (config.lake.versioned ? 1 : 0)) / daysPerMonth,
      ),
    },
    { service: 'Athena', item: 'scanned to train', price: 'athena.scanned', quantity: scanned / gBperTB },
    {
      service: 'SageMaker training',
      item: useSpot ? 'jobs, spot' : 'jobs',
      price: `sagemaker.${instanceType as `ml.${string}`}`,
      quantity: runs * (tuning.maxJobs + 1) * instanceCount * (load.trainingMinutes / 60),
      discount: useSpot ? trainingSpotDiscount : 0,
    },
    {
      service: minor,
      item: 'functions called',
      price: 'lambda.request',
      quantity: runs * (smallFunctions + readingFunctions + (isTuned ? 1 : 0)),
    },
    {
      service: minor,
      item: 'functions running',
      price: 'lambda.arm64.duration',
      quantity:
        runs * (gBSecondsPerRun(files, examples, config.training.judgeMemoryMiB) + (isTuned ? functionSeconds * smallGiB : 0)),
    },
    {
      service: minor,
      item: 'transitions',
      price: 'step-functions.transition',
      quantity: runs * (transitionsPerRun + (isTuned ? transitionsOfTuning : 0) + polls * transitionsPerPoll),
    },
  ];
}

/** What Lambda bills for the functions of a run: seconds by memory. Those that read files work for some seconds, and longer by what they read. */
function gBSecondsPerRun(files: number, examples: number, judgeMemoryMiB: number): number {
  const whole = wholeProcessorMiB / miBperGiB;
  const plan = functionSeconds + files * pinSecondsPerFile;
  const inspect = functionSeconds + examples * inspectSecondsPerExample;
  const judge = functionSeconds + examples * testShare * judgeSecondsPerRow;
  return smallFunctions * functionSeconds * smallGiB + (plan + inspect) * whole + judge * (judgeMemoryMiB / miBperGiB);
}
