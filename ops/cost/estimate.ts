import { deviceStateUsage, fargateUsage, leaseUsage, networkUsage, remembersAll } from './consumer-usage';
import { firehoseUsage, lakeUsage } from './delivery-usage';
import { iotUsage, streamUsage } from './ingest-usage';
import type { Scenario } from './load';
import { alertUsage, keyUsage, monitoringUsage } from './operations-usage';
import type { Line, PriceBook } from './price-book';
import { trafficOf, type Traffic } from './traffic';
import { longest } from '../../lib/training/training-function';
import { inspectSecondsPerExample } from './measured';
import { scoringUsage } from './scoring-usage';
import { examplesPerRun, scannedPerQuery, trainingUsage } from './training-usage';
import { services, type Service, type Usage } from './usage';

/** The lake is counted as it is in this month: by then what a year keeps is there, and what moves to a cheaper class has moved. */
export const steadyMonth = 12;

/** A month's bill. */
export interface Estimate {
  readonly traffic: Traffic;
  readonly lines: readonly Line[];
  /** In the order of `services`; what costs nothing is left out. */
  readonly services: readonly { readonly service: Service; readonly amount: number }[];
  readonly total: number;
  /** The same in the first month, when the lake is still small. */
  readonly firstMonth: number;
  readonly perDevice: number;
  /** What would not work as configured. */
  readonly warnings: readonly string[];
}

/** What a scenario costs in a month. @throws UsageError when the region lacks a price that is needed */
export function estimate(scenario: Scenario, book: PriceBook, spotDiscount: number): Estimate {
  const traffic = trafficOf(scenario);
  const priced = (month: number): readonly Line[] => book.price(usagesOf(scenario, traffic, month, spotDiscount));
  const lines = priced(steadyMonth);
  const total = sum(lines);
  return {
    traffic,
    lines,
    services: services
      .map((service) => ({ service, amount: sum(lines.filter((line) => line.service === service)) }))
      .filter(({ amount }) => amount > 0),
    total,
    firstMonth: sum(priced(1)),
    perDevice: total / scenario.load.devices,
    warnings: warningsOf(scenario, traffic),
  };
}

function usagesOf(scenario: Scenario, traffic: Traffic, month: number, spotDiscount: number): readonly Usage[] {
  return [
    ...iotUsage(scenario, traffic),
    ...streamUsage(scenario, traffic),
    ...fargateUsage(scenario, traffic, spotDiscount),
    ...leaseUsage(scenario, traffic),
    ...deviceStateUsage(scenario, traffic),
    ...networkUsage(scenario, traffic),
    ...firehoseUsage(scenario, traffic),
    ...alertUsage(scenario),
    ...lakeUsage(scenario, traffic, month),
    ...trainingUsage(scenario, traffic, month),
    ...scoringUsage(scenario, traffic, month),
    ...keyUsage(scenario, traffic),
    ...monitoringUsage(scenario, traffic),
  ].filter(({ quantity }) => quantity > 0);
}

const sum = (lines: readonly Line[]): number => lines.reduce((total, { amount }) => total + amount, 0);

function warningsOf(scenario: Scenario, traffic: Traffic): readonly string[] {
  const { consumer, delivery, ingestion, training } = scenario.config;
  const { recordBytes, records, messages, messagesPerSecond, shards, tasksNeeded } = traffic;
  const recordsPerSecond = (messagesPerSecond * records) / messages;
  const fullest = Math.max(recordsPerSecond / shards / 1_000, (recordsPerSecond * recordBytes) / shards / (1024 * 1024));
  const scanned = scannedPerQuery(scenario, traffic, steadyMonth);
  const examples = examplesPerRun(scenario, traffic, steadyMonth);
  const mostExamples = longest.toSeconds() / inspectSecondsPerExample;
  return [
    ...(tasksNeeded > consumer.maxTasks
      ? [`the load needs ${tasksNeeded} tasks; consumer.maxTasks is ${consumer.maxTasks}`]
      : []),
    ...(scenario.domain.keepsDeviceState && !remembersAll(scenario, traffic)
      ? [
          `${traffic.tasks} tasks remember ${traffic.tasks * consumer.rememberedDevices} of ${scenario.load.devices} devices: each message reads and writes the device state table; raise consumer.rememberedDevices or consumer.tasks`,
        ]
      : []),
    ...(ingestion.capacity.mode === 'provisioned' && fullest > 1
      ? [`the load is ${Math.round(fullest * 100)} % of what ${shards} shards take: it would be throttled`]
      : []),
    ...(training.scheduled && scanned > delivery.queryScanLimitGiB
      ? [
          `a training query scans up to ${Math.round(scanned)} GB; delivery.queryScanLimitGiB is ${delivery.queryScanLimitGiB}: it would be cancelled`,
        ]
      : []),
    ...(training.scheduled && examples > mostExamples
      ? [
          `a training set has up to ${millions(examples)} million rows; the function that looks at it reads about ${millions(mostExamples)} million in the ${longest.toMinutes()} minutes that Lambda gives it: a shorter window, or fewer rows by the domain's SQL`,
        ]
      : []),
  ];
}

function millions(count: number): string {
  return Math.round(count / 1e6).toLocaleString('en');
}
