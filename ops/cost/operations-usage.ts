import { filesPerMonth } from './delivery-usage';
import type { Scenario } from './load';
import {
  alertsPerDeviceMonth,
  applicationMetrics,
  daysPerMonth,
  flowRecordBytes,
  flowsPerInterfaceMinute,
  hoursPerMonth,
  insightsEventBytes,
  insightsEventsPerMinute,
  insightsMetrics,
  logBytesPerTaskMinute,
  metricsPerShard,
} from './measured';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

/** Kinesis asks KMS about once in five minutes for each credential that puts or gets. https://docs.aws.amazon.com/streams/latest/dev/costs-performance.html */
const keyUsesPerHour = 12;

/** Keys by the month, and their use by the stream's clients and for each file of the lake. */
export function keyUsage(scenario: Scenario, traffic: Traffic): readonly Usage[] {
  const service = 'KMS';
  const clients = traffic.tasks + 1;
  const requests = clients * keyUsesPerHour * hoursPerMonth + filesPerMonth(scenario, traffic);
  return [
    { service, item: 'keys', price: 'kms.key', quantity: scenario.inventory.keys },
    { service, item: 'requests', price: 'kms.request', quantity: requests },
  ];
}

/** Alerts that are written to people. Publishing costs nothing for the first million a month, which would be as many devices. */
export function alertUsage({ config: { consumer }, load }: Scenario): readonly Usage[] {
  const recipients = consumer.alerts ? consumer.alertEmails.length : 0;
  const mails = recipients * load.devices * alertsPerDeviceMonth;
  return [{ service: 'SNS (alerts)', item: 'e-mails', price: 'sns.email', quantity: mails }];
}

/**
 * Logs, metrics, alarms and dashboards. What Container Insights logs is kept for a day, and not counted as kept.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/ (flow logs cost what other logs do, up to 10 TB)
 */
export function monitoringUsage({ config, inventory }: Scenario, { tasks, shards }: Traffic): readonly Usage[] {
  const service = 'CloudWatch';
  const { cloudWatchMetrics } = config.consumer;
  const { endpointZones, natGateways, insightsClusters, flowLogs } = inventory;
  const inMonth = (bytesPerMinute: number): number => (bytesPerMinute * 60 * hoursPerMonth) / gB;
  const logged = inMonth(tasks * logBytesPerTaskMinute);
  const interfaces = tasks + endpointZones + natGateways;
  const flows = inMonth(flowLogs * interfaces * flowsPerInterfaceMinute * flowRecordBytes);
  const insights = inMonth(insightsClusters * insightsEventsPerMinute(tasks) * insightsEventBytes);
  const metrics = { off: 0, application: applicationMetrics, shards: applicationMetrics + shards * metricsPerShard }[
    cloudWatchMetrics
  ];
  const kept = ((logged + flows) * config.logRetentionDays) / daysPerMonth;
  return [
    { service, item: 'logs of the consumer', price: 'cloudwatch.logs', quantity: logged },
    { service, item: 'flow logs', price: 'cloudwatch.logs', quantity: flows },
    { service, item: 'logs of Container Insights', price: 'cloudwatch.logs', quantity: insights },
    { service, item: 'logs kept', price: 'cloudwatch.logs.kept', quantity: kept },
    { service, item: 'metrics of the consumer', price: 'cloudwatch.metric', quantity: metrics },
    { service, item: 'Container Insights metrics', price: 'cloudwatch.metric', quantity: insightsClusters * insightsMetrics },
    { service, item: 'alarms', price: 'cloudwatch.alarm', quantity: inventory.alarmMetrics },
    { service, item: 'dashboards', price: 'cloudwatch.dashboard', quantity: inventory.dashboards },
  ];
}
