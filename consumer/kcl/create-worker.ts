import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { DynamoDbLeaseStore } from './adapters/dynamodb/dynamodb-lease-store';
import { KinesisStreamApi } from './adapters/kinesis/kinesis-stream-api';
import { systemClock } from './adapters/system-clock';
import type { Clock, Random } from './clock';
import type { StartWord } from './decisions/shard-graph';
import { KclError } from './errors';
import { safely, type KclEvent } from './events';
import { resolveSettings, type WorkerSettings } from './options';
import type { LeaseStore } from './ports/lease-store';
import type { StreamApi } from './ports/stream-api';
import { PollingSource } from './runtime/polling-source';
import { WorkerRuntime } from './runtime/worker';
import type { ShardProcessorFactory } from './shard-processor';
import type { Worker } from './worker';

/**
 * Where a shard is read from that no checkpoint names yet: its oldest record, what arrives from now on, or what arrived at or after
 * a time. With LATEST, records that arrive between a lease's first read and its first checkpoint are passed over should the worker
 * die in between.
 */
export type InitialPosition = 'TRIM_HORIZON' | 'LATEST' | { readonly timestamp: Date };

/** What a worker does, wherever its stream and its lease table are. */
export interface WorkerBehaviour extends Partial<WorkerSettings> {
  /** @default host name : process id : a random UUID */
  readonly workerId?: string;
  /** Makes the processor of each shard. */
  readonly processor: ShardProcessorFactory;
  /** @default 'TRIM_HORIZON' */
  readonly initialPosition?: InitialPosition;
  /** Hears of everything; what it throws is ignored. @default nobody listens */
  readonly onEvent?: (event: KclEvent) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: Random;
}

/** A worker's options on AWS. */
export interface WorkerOptions extends WorkerBehaviour {
  /** The stream's name. */
  readonly stream: string;
  /** Name of the lease table, which is the name of the KCL application. The table must exist, with the key `leaseKey` (S). */
  readonly application: string;
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
}

/** What a worker stands on. */
export interface WorkerPorts {
  readonly leases: LeaseStore;
  readonly stream: StreamApi;
}

/**
 * A worker on a Kinesis data stream, with its leases in DynamoDB. Nothing happens before `run`.
 *
 * @throws KclError INVALID_OPTION, naming the option and what is allowed
 */
export function createWorker(options: WorkerOptions): Worker {
  for (const name of ['stream', 'application'] as const) {
    if (options[name] === '') {
      throw new KclError('INVALID_OPTION', `${name} must not be empty`);
    }
  }
  const { failoverTimeMs } = resolveSettings(options);
  const { application, dynamodb, kinesis, stream } = options;
  return createWorkerOn(
    {
      // A request that takes longer than a lease lives has no use.
      leases: new DynamoDbLeaseStore({ client: dynamodb, application, requestTimeoutMs: failoverTimeMs }),
      stream: new KinesisStreamApi(kinesis, stream),
    },
    options,
  );
}

/**
 * A worker on any ports: for tests and simulations.
 *
 * @throws KclError INVALID_OPTION, naming the option and what is allowed
 */
export function createWorkerOn(ports: WorkerPorts, behaviour: WorkerBehaviour): Worker {
  const settings = resolveSettings(behaviour);
  const workerId = behaviour.workerId ?? `${hostname()}:${process.pid}:${randomUUID()}`;
  if (workerId === '') {
    throw new KclError('INVALID_OPTION', 'workerId must not be empty');
  }
  const { start, startTimestampMs } = resolveStart(behaviour.initialPosition ?? 'TRIM_HORIZON');
  const clock = behaviour.clock ?? systemClock;
  const random = behaviour.random ?? Math.random;
  return new WorkerRuntime({
    workerId,
    store: ports.leases,
    source: new PollingSource({ api: ports.stream, clock, random, startTimestampMs, ...settings }),
    clock,
    random,
    emit: safely(behaviour.onEvent),
    factory: behaviour.processor,
    start,
    settings,
  });
}

function resolveStart(position: InitialPosition): { readonly start: StartWord; readonly startTimestampMs: number | undefined } {
  if (typeof position === 'string') {
    return { start: position, startTimestampMs: undefined };
  }
  const startTimestampMs = position.timestamp.getTime();
  if (Number.isNaN(startTimestampMs)) {
    throw new KclError('INVALID_OPTION', 'initialPosition.timestamp is not a valid date');
  }
  return { start: 'AT_TIMESTAMP', startTimestampMs };
}
