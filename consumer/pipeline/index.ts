import { setImmediate } from 'node:timers/promises';
import type { Domain } from '../../core/domain';
import type { Clock, Random, ShardContext } from '../kcl';
import type { ShardProcessorFactory } from '../kcl';
import type { AlertPort } from './alerts/alert-port';
import { AlertSender } from './alerts/alert-sender';
import type { DeliveryPort } from './delivery/delivery-port';
import { Limiter } from './delivery/limiter';
import type { DeviceStateStore } from './device-state/device-state-store';
import { PatientStore } from './device-state/patient-store';
import { RememberedDevices, type ShardDevices } from './device-state/shard-devices';
import { StoredDevices } from './device-state/stored-devices';
import { FairShare, type Share } from './fair-share';
import { MessageProcessor } from './message-processor';
import type { PipelineEvent } from './pipeline-event';
import { TelemetryProcessor } from './telemetry-processor';

export { SnsAlerts } from './alerts/sns-alerts';
export { DeliveryRefusedError } from './delivery/delivery-port';
export { FirehoseDelivery } from './delivery/firehose-delivery';
export { DeviceStateRefusedError } from './device-state/device-state-store';
export type { DeviceStateStore } from './device-state/device-state-store';
export { DynamoDbDeviceStateStore } from './device-state/dynamodb-device-state-store';
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
  /**
   * Devices in memory, all shards together: recent sequences, the domain's state, and that state as it is stored. About 10 kB each. With a
   * store the others are loaded when they report; without one they are forgotten.
   */
  readonly rememberedDevices: number;
  /** Requests to Firehose in flight. Each takes about four times its size in memory while it is encoded. */
  readonly concurrentRequests: number;
  /** Requests to the device state store in flight, of a few kilobytes each; the SDK opens at most 50 connections. */
  readonly concurrentStateRequests: number;
}

export const defaultPipelineLimits: PipelineLimits = {
  shardBufferBytes: 1_024_000,
  totalBufferBytes: 24 * 1_024_000,
  rememberedDevices: 10_000,
  concurrentRequests: 4,
  concurrentStateRequests: 32,
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
  /** Where what is remembered of devices outlives the process. @default - nowhere: it is in memory only */
  readonly deviceStates?: DeviceStateStore;
  /** Longest that a record stays undelivered while its shard is read, in milliseconds. */
  readonly flushIntervalMs: number;
  /** Longest that a record stays uncheckpointed while its shard is read, in milliseconds; at least `flushIntervalMs`. */
  readonly checkpointIntervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Lets others have their turn while a large batch is worked on. @default - a turn of the event loop */
  readonly nextTurn?: () => Promise<unknown>;
  readonly onEvent: (event: PipelineEvent) => void;
  /** @default defaultPipelineLimits */
  readonly limits?: Partial<PipelineLimits>;
}

/**
 * The record processors of a process, one per shard.
 *
 * @throws RangeError when the domain contradicts itself, a table has no delivery stream, or states are to be stored that have no codec
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
  const devicesOf = shardDevices(options, new Limiter(limits.concurrentStateRequests));
  const { domain, quarantineStream, delivery, flushIntervalMs, checkpointIntervalMs, clock, random, onEvent } = options;
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
        checkpointIntervalMs,
        bufferedBytes: bufferedBytes.join(),
        devices: (signal) => devicesOf(context, signal, rememberedDevices.join()),
        clock,
        random,
        nextTurn: options.nextTurn ?? setImmediate,
        onEvent,
      },
      context,
    );
}

type ShardDevicesFactory = (context: ShardContext, signal: AbortSignal, share: Share) => ShardDevices;

/** How the devices of a shard are kept. */
function shardDevices({ clock, deviceStates, domain, onEvent, random }: PipelineOptions, limiter: Limiter): ShardDevicesFactory {
  if (deviceStates === undefined) {
    return (_, __, share) => new RememberedDevices(share);
  }
  const { stateCodec: codec } = domain;
  if (codec === undefined) {
    throw new RangeError(`domain ${domain.name} has no codec for its state, so it cannot be stored`);
  }
  return ({ confirmLease, fencingToken, shardId }, signal, share) => {
    const onRetry: ConstructorParameters<typeof PatientStore>[0]['onRetry'] = (event) => onEvent({ ...event, shardId });
    const store = new PatientStore({ store: deviceStates, limiter, clock, random, signal, onRetry });
    return new StoredDevices({ shardId, fencingToken, confirmLease, codec, store, share, clock, onEvent });
  };
}
