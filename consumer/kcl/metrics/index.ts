/** Metrics and health of a worker. */
export { EmbeddedMetrics, type EmbeddedMetric, type EmbeddedMetricsOptions } from './embedded-metrics';
export { healthLimits, type Health, type HealthLimits, type HealthProblem } from './health';
export { KclMetrics, type KclMetricsOptions } from './kcl-metrics';
export { startMonitoringServer, type MonitoringServer, type MonitoringServerOptions } from './monitoring-server';
export { registerKclMetrics } from './prometheus';
export type { KclSnapshot, ShardSnapshot } from './snapshot';
