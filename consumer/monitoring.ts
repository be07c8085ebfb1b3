import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { consumerMetricNamespace } from '../core/metrics';
import type { Configuration } from './configuration';
import {
  EmbeddedMetrics,
  KclMetrics,
  registerKclMetrics,
  startMonitoringServer,
  type Clock,
  type EmbeddedMetric,
  type KclEvent,
  type MonitoringServer,
} from './kcl';
import type { Logger } from './logger';
import type { PipelineEvent } from './pipeline';
import { PipelineMetrics } from './pipeline-metrics';

export interface MonitoringOptions {
  readonly configuration: Pick<
    Configuration,
    'cloudWatchMetrics' | 'failoverTimeMs' | 'leaseTableName' | 'monitoringHost' | 'monitoringPort' | 'streamName'
  >;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What others may know of the process: its metrics for Prometheus and CloudWatch, its health, its shards. Nothing listens and nothing
 * is written unless the configuration says so.
 */
export class Monitoring {
  private readonly metrics: KclMetrics;
  private readonly embedded: EmbeddedMetrics | undefined;
  private readonly pipeline = new PipelineMetrics();
  private readonly over = new AbortController();
  private server: MonitoringServer | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly options: MonitoringOptions) {
    const { clock, configuration, logger } = options;
    const { cloudWatchMetrics, failoverTimeMs, leaseTableName: application, streamName: stream } = configuration;
    this.metrics = new KclMetrics({ clock, failoverTimeMs });
    if (cloudWatchMetrics !== 'off') {
      const ofProcess = processMetrics();
      this.embedded = new EmbeddedMetrics({
        metrics: this.metrics,
        namespace: consumerMetricNamespace,
        stream,
        application,
        perShard: cloudWatchMetrics === 'shards',
        write: (document) => logger.document(document),
        more: () => [...ofProcess(), ...this.pipeline.take()],
        clock,
      });
    }
  }

  /** Hears of every event of the worker. */
  observe(event: KclEvent): void {
    this.metrics.observe(event);
    this.embedded?.observe(event);
  }

  /** Hears of every event of the pipeline. */
  observePipeline(event: PipelineEvent): void {
    this.pipeline.observe(event);
  }

  /** @throws Error of the system when the port cannot be listened on */
  async start(): Promise<void> {
    const { monitoringHost: host, monitoringPort: port } = this.options.configuration;
    this.writing = this.embedded?.run(this.over.signal);
    if (port === undefined) {
      return;
    }
    const registry = new Registry();
    registerKclMetrics(registry, this.metrics);
    collectDefaultMetrics({ register: registry });
    const server = await startMonitoringServer({ metrics: this.metrics, registry, host, port });
    if (this.over.signal.aborted) {
      await server.close();
      return;
    }
    this.server = server;
    this.options.logger.info('monitoring', { url: server.url });
  }

  /** Writes what is left and ends the server. Stopping twice is harmless. */
  async stop(): Promise<void> {
    this.over.abort();
    await Promise.all([this.writing, this.server?.close()]);
  }
}

/** The process's own metrics since the last time they were asked for. */
function processMetrics(): () => readonly EmbeddedMetric[] {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return () => {
    const { heapUsed, rss } = process.memoryUsage();
    // Without a reading yet the greatest delay is 0, and the mean is not a number.
    const eventLoopDelayMs = delay.max / 1e6;
    delay.reset();
    return [
      { name: 'ResidentMemory', unit: 'Bytes', value: rss },
      { name: 'HeapUsed', unit: 'Bytes', value: heapUsed },
      { name: 'EventLoopDelayMax', unit: 'Milliseconds', value: eventLoopDelayMs },
    ];
  };
}
