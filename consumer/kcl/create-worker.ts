import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { DynamoDbLeaseStore } from './adapters/dynamodb/dynamodb-lease-store';
import { KinesisFanOutApi } from './adapters/kinesis/fan-out-api';
import { KinesisStreamApi } from './adapters/kinesis/kinesis-stream-api';
import { systemClock } from './adapters/system-clock';
import type { Clock, Random } from './clock';
import type { StartWord } from './decisions/shard-graph';
import { KclError } from './errors';
import { safely, type Emit, type KclEvent } from './events';
import { resolveSettings, tableTimeoutMs, type WorkerSettings } from './options';
import type { LeaseStore } from './ports/lease-store';
import type { FanOutApi } from './ports/fan-out-api';
import type { ShardSource } from './ports/shard-source';
import type { StreamApi } from './ports/stream-api';
import { resolveFanOutConsumer, resolveFanOutTimes, type Reading } from './reading';
import { FanOutSource } from './runtime/fan-out/fan-out-source';
import type { RecordFailures } from './runtime/processing/given-up-records';
import { PollingSource, type PollingProps } from './runtime/reading/polling-source';
import type { DeadLetterSink, RecordFailurePolicy } from './record-failure';
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
  /** How shards are read: by polling or by enhanced fan-out. @default { kind: 'polling' } */
  readonly reading?: Reading;
  /** What becomes of a record that the processor cannot deal with. @default 'dead-letter' when `deadLetter` is given, else 'stop-shard' */
  readonly onRecordFailure?: RecordFailurePolicy;
  /** Keeps the records that were given up; for `onRecordFailure: 'dead-letter'`. @default none */
  readonly deadLetter?: DeadLetterSink;
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
  /** Name of the lease table, which is the name of the KCL application; its key is `leaseKey` (S). */
  readonly application: string;
  /**
   * Creates the lease table, billed on demand, if it is missing. Else the worker ends with LEASE_TABLE_MISSING: where the table belongs
   * to a template, a name that is mistyped should not read the whole stream again.
   * @default false
   */
  readonly createLeaseTable?: boolean;
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
}

/** What a worker stands on. */
export interface WorkerPorts {
  readonly leases: LeaseStore;
  readonly stream: StreamApi;
  /** For enhanced fan-out. @default none */
  readonly fanOut?: FanOutApi;
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
  const { application, dynamodb, kinesis, reading, stream } = options;
  const api = new KinesisStreamApi(kinesis, stream);
  return createWorkerOn(
    {
      leases: new DynamoDbLeaseStore({
        client: dynamodb,
        application,
        requestTimeoutMs: tableTimeoutMs(failoverTimeMs),
        createTable: options.createLeaseTable ?? false,
      }),
      stream: api,
      ...(reading?.kind === 'fan-out' && {
        fanOut: new KinesisFanOutApi({ client: kinesis, stream, api, consumer: resolveFanOutConsumer(reading, application) }),
      }),
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
  const emit = safely(behaviour.onEvent);
  return new WorkerRuntime({
    workerId,
    store: ports.leases,
    source: createSource(ports, behaviour, { api: ports.stream, clock, random, startTimestampMs, ...settings }, settings, emit),
    clock,
    random,
    emit,
    factory: behaviour.processor,
    recordFailures: resolveRecordFailures(behaviour),
    start,
    settings,
  });
}

function createSource(
  { fanOut }: WorkerPorts,
  { reading = { kind: 'polling' } }: WorkerBehaviour,
  polling: PollingProps,
  { idleReadIntervalMs, readerStallTimeMs }: WorkerSettings,
  emit: Emit,
): ShardSource {
  const source = new PollingSource(polling);
  if (reading.kind === 'polling') {
    return source;
  }
  if (fanOut === undefined) {
    throw new KclError('INVALID_OPTION', 'reading is fan-out, and no port for it is given');
  }
  const { clock, random } = polling;
  const times = resolveFanOutTimes(reading, readerStallTimeMs);
  return new FanOutSource({ api: fanOut, clock, random, emit, ...times, idleReadIntervalMs, polling: source });
}

function resolveRecordFailures({ deadLetter: sink, onRecordFailure }: WorkerBehaviour): RecordFailures {
  const policy = onRecordFailure ?? (sink === undefined ? 'stop-shard' : 'dead-letter');
  if (policy !== 'dead-letter') {
    if (sink !== undefined) {
      throw new KclError('INVALID_OPTION', `deadLetter is given, but with onRecordFailure ${policy} nothing would be sent there`);
    }
    return { policy };
  }
  if (sink === undefined) {
    throw new KclError('INVALID_OPTION', 'onRecordFailure dead-letter needs deadLetter, which keeps the records');
  }
  return { policy, sink };
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
