import { Writable } from 'node:stream';
import { systemClock } from '../../../consumer/kcl';
import { VirtualClock } from '../../../consumer/kcl/testing';
import { Logger } from '../../../consumer/logger';
import { Monitoring } from '../../../consumer/monitoring';
import { metricsLine as windowMetricsLine } from '../../../lambda/check-window/metrics';
import { metricsLine as finishMetricsLine } from '../../../lambda/finish-scoring/metrics';
import { metricsLine as planMetricsLine } from '../../../lambda/plan-scoring/metrics';
import { metricsLine } from '../../../lambda/csv-to-rows/metrics';
import { metricsLine as modelMetricsLine } from '../../../lambda/register-model/metrics';
import { batch, taken } from '../../consumer/kcl/metrics/events';

/** A metric as CloudWatch tells it from others. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Names of its dimensions, sorted. */
  readonly dimensions: readonly string[];
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** What the consumer and the functions write for CloudWatch: their own code run, and the documents read. */
export async function emittedMetrics(): Promise<readonly MetricIdentity[]> {
  const tally = { jsonRecords: 1, csvRows: 1, quarantined: {}, failed: { quarantineFailed: 0, answerTooLarge: 0 } };
  const overdue = { status: 'overdue', window: { start: '', end: '' }, force: false, reason: '', waitedSeconds: 1 } as const;
  const approvals = ['Approved', 'PendingManualApproval', 'Rejected'] as const;
  const functionLines = [
    metricsLine(tally, 'delivery', 0),
    windowMetricsLine(overdue, 'pipeline', 0),
    ...approvals.map((approval) =>
      modelMetricsLine({ modelPackageArn: 'arn', version: 1, approval, created: true }, 'pipeline', 0),
    ),
    ...scoringLines(),
  ];
  return metricsIn([...(await consumerLines()), ...functionLines.map((line) => line ?? '')]);
}

function scoringLines(): readonly (string | undefined)[] {
  const planned = { status: 'nothing-to-score', reason: '', unscoredSeconds: 1 } as const;
  const finished = { batchId: '', from: '', cutoff: '', rows: 1, files: 1, modelJobName: '', modelVersion: 1 };
  return [planMetricsLine(planned, 'pipeline', 0), finishMetricsLine(finished, 'pipeline', 0)];
}

/** The consumer's log of a minute with some work. */
async function consumerLines(): Promise<readonly string[]> {
  const lines: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      lines.push(chunk);
      done();
    },
  });
  const clock = new VirtualClock();
  const monitoring = new Monitoring({
    configuration: {
      cloudWatchMetrics: 'application',
      failoverTimeMs: 10_000,
      leaseTableName: 'leases',
      monitoringHost: '127.0.0.1',
      monitoringPort: undefined,
      streamName: 'telemetry',
    },
    clock,
    logger: new Logger({ out, clock: systemClock, level: 'info' }),
  });
  await monitoring.start();
  monitoring.observe(taken('s0'));
  monitoring.observe(batch('s0', 10, 1_000));
  await clock.advance(60_000);
  await monitoring.stop();
  return lines;
}

function metricsIn(lines: readonly string[]): readonly MetricIdentity[] {
  const documents = lines.map(
    (line) => JSON.parse(line) as { readonly _aws?: { readonly CloudWatchMetrics: readonly Directive[] } },
  );
  return documents.flatMap(({ _aws }) =>
    (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name: name }) => Dimensions.map((set) => ({ namespace, name, dimensions: [...set].sort() }))),
    ),
  );
}
