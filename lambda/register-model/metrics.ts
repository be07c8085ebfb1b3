import { trainingMetrics } from '../../core/metrics';
import type { Approval } from '../shared/model-registry';
import type { Registered } from './logic';

const metricOf: Readonly<Record<Approval, string>> = {
  Approved: trainingMetrics.modelsApproved,
  PendingManualApproval: trainingMetrics.modelsAwaitingApproval,
  Rejected: trainingMetrics.modelsRejected,
};

/**
 * A log line of which CloudWatch makes a metric: what became of a model. Undefined for one that was registered before.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(registered: Registered, pipeline: string, now: number): string | undefined {
  if (!registered.created) {
    return undefined;
  }
  const { dimension, namespace } = trainingMetrics;
  const name = metricOf[registered.approval];
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: [{ Name: name, Unit: 'Count' }] }],
    },
    event: 'model-registered',
    level: 'info',
    [dimension]: pipeline,
    [name]: 1,
    modelPackageArn: registered.modelPackageArn,
    version: registered.version,
  });
}
