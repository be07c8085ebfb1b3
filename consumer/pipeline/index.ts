import type { Domain } from '../../core/domain';
import type { Clock, Random } from '../kcl';
import type { ShardProcessorFactory } from '../kcl';
import type { AlertPort } from './alerts/alert-port';
import { AlertSender } from './alerts/alert-sender';
import type { DeliveryPort } from './delivery/delivery-port';
import { Limiter } from './delivery/limiter';
import { FairShare } from './fair-share';
import { MessageProcessor } from './message-processor';
import type { PipelineEvent } from './pipeline-event';
import { TelemetryProcessor } from './telemetry-processor';

export { SnsAlerts } from './alerts/sns-alerts';
export { DeliveryRefusedError } from './delivery/delivery-port';
export { FirehoseDelivery } from './delivery/firehose-delivery';
export type { PipelineEvent } from './pipeline-event';

/** Bounds on what one process holds, whatever the number of its shards. */
export interface PipelineLimits {
  /**
   * Bytes of rows at which a shard flushes, when few shards share the process. One full Firehose record, which is about what a
   * shard takes in per second at its write limit.
   */
  readonly shardBufferBytes: number;
  /** Bytes of rows that wait for delivery, all shards together; with many shards each flushes at its part of it. */
  readonly totalBufferBytes: number;
  /** Devices that are remembered (recent sequences and the domain's state), all shards together. */
  readonly rememberedDevices: number;
  /** Requests to Firehose in flight. Each takes about four times its size in memory while it is encoded. */
  readonly concurrentRequests: number;
}

export const defaultPipelineLimits: PipelineLimits = {
  shardBufferBytes: 1_024_000,
  totalBufferBytes: 24 * 1_024_000,
  rememberedDevices: 10_000,
  concurrentRequests: 4,
};

/** How alerts are sent. */
export interface AlertOptions {
  readonly port: AlertPort;
  /** Alerts that the process sends one by one in a minute at most; the others are told of together. At least 1. */
  readonly perMinute: number;
}

/** What the pipeline is made of. */
export interface PipelineOptions {
  readonly domain: Domain;
  /** For each table of the domain the name of its delivery stream. */
  readonly deliveryStreams: Readonly<Record<string, string>>;
  readonly quarantineStream: string;
  readonly delivery: DeliveryPort;
  /** Who is told of alerts. @default - nobody: a replay, for one, tells nobody of what is past */
  readonly alerts?: AlertOptions;
  /** Longest that a record stays undelivered and so uncheckpointed while its shard is read, in milliseconds. */
  readonly flushIntervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: PipelineEvent) => void;
  /** @default defaultPipelineLimits */
  readonly limits?: Partial<PipelineLimits>;
}

/**
 * The record processors of a process, one per shard.
 *
 * @throws RangeError when the domain contradicts itself or a table has no delivery stream
 */
export function createTelemetryProcessors(options: PipelineOptions): ShardProcessorFactory {
  const limits = { ...defaultPipelineLimits, ...options.limits };
  const messages = new MessageProcessor(options.domain);
  const deliveryStreams = new Map(Object.entries(options.deliveryStreams));
  for (const table of Object.keys(options.domain.tables)) {
    if (!deliveryStreams.has(table)) {
      throw new RangeError(`table ${table} has no delivery stream`);
    }
  }
  const limiter = new Limiter(limits.concurrentRequests);
  const bufferedBytes = new FairShare(limits.totalBufferBytes, limits.shardBufferBytes);
  const rememberedDevices = new FairShare(limits.rememberedDevices, limits.rememberedDevices);
  const { domain, quarantineStream, delivery, flushIntervalMs, clock, random, onEvent } = options;
  const alerts = options.alerts && new AlertSender({ ...options.alerts, domain, clock, random, onEvent });
  return (context) =>
    new TelemetryProcessor(
      {
        domainName: domain.name,
        messages,
        deliveryStreams,
        quarantineStream,
        delivery,
        limiter,
        ...(alerts !== undefined && { alerts }),
        flushIntervalMs,
        bufferedBytes: bufferedBytes.join(),
        rememberedDevices: rememberedDevices.join(),
        clock,
        random,
        onEvent,
      },
      context,
    );
}
