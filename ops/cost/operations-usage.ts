import { filesPerMonth } from './delivery-usage';
import type { Scenario } from './load';
import { applicationMetrics, daysPerMonth, hoursPerMonth, logBytesPerTaskMinute, metricsPerShard } from './measured';
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

/** Logs of the consumer, metrics that it writes, alarms and dashboards. */
export function monitoringUsage({ config, inventory }: Scenario, { tasks, shards }: Traffic): readonly Usage[] {
  const service = 'CloudWatch';
  const { cloudWatchMetrics } = config.consumer;
  const logged = (tasks * hoursPerMonth * 60 * logBytesPerTaskMinute) / gB;
  const metrics = { off: 0, application: applicationMetrics, shards: applicationMetrics + shards * metricsPerShard }[
    cloudWatchMetrics
  ];
  return [
    { service, item: 'logs of the consumer', price: 'cloudwatch.logs', quantity: logged },
    { service, item: 'logs kept', price: 'cloudwatch.logs.kept', quantity: (logged * config.logRetentionDays) / daysPerMonth },
    { service, item: 'metrics of the consumer', price: 'cloudwatch.metric', quantity: metrics },
    { service, item: 'alarms', price: 'cloudwatch.alarm', quantity: inventory.alarmMetrics },
    { service, item: 'dashboards', price: 'cloudwatch.dashboard', quantity: inventory.dashboards },
  ];
}
