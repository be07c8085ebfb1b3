import { csvMetrics } from '../../core/metrics';
import type { Tally } from './logic';

/**
 * A log line of which CloudWatch makes metrics: what one invocation did with CSV. Undefined when it saw none.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(tally: Tally, deliveryStream: string, now: number, error?: Error): string | undefined {
  const quarantined = Object.values(tally.quarantined).reduce((sum, count) => sum + count, 0);
  const failed = tally.failed.quarantineFailed + tally.failed.answerTooLarge;
  if (tally.csvRows + quarantined + failed === 0) {
    return undefined;
  }
  const { namespace, dimension } = csvMetrics;
  const metrics = [csvMetrics.rows, csvMetrics.quarantined, csvMetrics.failed].map((Name) => ({ Name, Unit: 'Count' }));
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: metrics }] },
    event: 'csv-to-rows',
    level: failed > 0 ? 'error' : 'info',
    [dimension]: deliveryStream,
    [csvMetrics.rows]: tally.csvRows,
    [csvMetrics.quarantined]: quarantined,
    [csvMetrics.failed]: failed,
    jsonRecords: tally.jsonRecords,
    quarantined: tally.quarantined,
    failed: tally.failed,
    ...(error !== undefined && { error: `${error.name}: ${error.message}` }),
  });
}
