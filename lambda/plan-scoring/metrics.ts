import { scoringMetrics } from '../../core/metrics';
import type { PlannedScoring } from './logic';

/**
 * A log line of which CloudWatch makes a metric: for how long rows have waited to be scored. Undefined as long as no model was ever in use.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(planned: PlannedScoring, pipeline: string, now: number): string | undefined {
  if (planned.unscoredSeconds === undefined) {
    return undefined;
  }
  const { dimension, namespace, unscored } = scoringMetrics;
  const metrics = [{ Name: unscored, Unit: 'Seconds' }];
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: metrics }] },
    event: 'scoring-planned',
    level: 'info',
    [dimension]: pipeline,
    [unscored]: planned.unscoredSeconds,
    ...(planned.status === 'ready' ? { batch: planned.batch.id } : { reason: planned.reason }),
  });
}
