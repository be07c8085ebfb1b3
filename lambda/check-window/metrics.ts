import { trainingMetrics } from '../../core/metrics';
import type { CheckedWindow } from './logic';

/**
 * A log line of which CloudWatch makes metrics: for how long a run has waited for its window, and whether it gives up. Undefined for a
 * window that is closed.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(checked: CheckedWindow, pipeline: string, now: number): string | undefined {
  if (checked.status === 'closed') {
    return undefined;
  }
  const { dimension, namespace, windowOpen, windowsOverdue } = trainingMetrics;
  const isOverdue = checked.status === 'overdue';
  const metrics = [{ Name: windowOpen, Unit: 'Seconds' }, ...(isOverdue ? [{ Name: windowsOverdue, Unit: 'Count' }] : [])];
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: metrics }] },
    event: 'window-open',
    level: isOverdue ? 'error' : 'info',
    [dimension]: pipeline,
    [windowOpen]: checked.waitedSeconds,
    ...(isOverdue && { [windowsOverdue]: 1 }),
    window: checked.window,
    reason: checked.reason,
  });
}
