import { scoringMetrics } from '../../core/metrics';
import type { FinishedBatch } from './logic';

/**
 * A log line of which CloudWatch makes a metric: how many rows were scored.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine({ batchId, rows }: FinishedBatch, pipeline: string, now: number): string {
  const { dimension, namespace, rows: rowsScored } = scoringMetrics;
  const metrics = [{ Name: rowsScored, Unit: 'Count' }];
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: metrics }] },
    event: 'batch-scored',
    level: 'info',
    [dimension]: pipeline,
    [rowsScored]: rows,
    batch: batchId,
  });
}
