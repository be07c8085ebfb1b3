import type { ApiRecorder } from '../http/api-call';
import type { FaultPlan } from '../http/faults';
import { startJsonService } from '../http/json-service';
import type { LocalService } from '../service';
import { Account } from './account';
import { Consumers, type ConsumerSettings, type StreamConsumer } from './consumers';
import { defaultLimits, type Limits } from './limits';
import { consumerName, consumerOperations } from './operations/consumers';
import { describeOperations } from './operations/describe';
import { readOperations } from './operations/read';
import { reshardOperations } from './operations/reshard';
import { writeOperations } from './operations/write';
import type { StreamStatistics } from './statistics';
import { onDemandShards, Stream, type StreamMode } from './stream';
import type { Schedule } from './subscription';

/** A stream to create. */
export interface StreamSettings {
  /** 1 to 128 letters, digits, underscores, periods and hyphens. */
  readonly name: string;
  /** @default arn:aws:kinesis:<region>:<account>:stream/<name> */
  readonly arn?: string;
  /** Open shards at the start. For a stream on demand, 0 stands for the four that AWS gives it. */
  readonly shards: number;
  /** A stream on demand refuses to be split and merged by hand; it does not scale by itself here. */
  readonly mode: StreamMode;
  /** How long records are kept, in hours: 24 to 8760 (365 days). */
  readonly retentionHours: number;
  /** Consumers with enhanced fan-out, ACTIVE from the start. @default none */
  readonly consumers?: readonly ConsumerSettings[];
}

export interface KinesisProps {
  readonly streams: readonly StreamSettings[];
  /** @default us-east-1 */
  readonly region?: string;
  /** Twelve digits. @default 000000000000 */
  readonly account?: string;
  /** The time in milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
  /** Quotas that differ from AWS's. @default none */
  readonly limits?: Partial<Limits>;
  /** Calls a function after some milliseconds by the same clock, for what happens by itself. @default setTimeout */
  readonly schedule?: Schedule;
  /** Port to listen on. @default - one that the system chooses */
  readonly port?: number;
  /** What goes wrong, on purpose: throttling, slow replies, lost ones. @default - nothing */
  readonly faults?: FaultPlan;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** Kinesis Data Streams in this process. */
export interface KinesisService extends LocalService {
  /** What went through each stream since the start, by the stream's name. */
  statistics(): Readonly<Record<string, StreamStatistics>>;
  /**
   * Registers a consumer with enhanced fan-out, ACTIVE at once, and returns its ARN.
   * @throws RangeError when there is no such stream, or the name is not allowed
   * @throws AwsError when AWS would refuse it: the name is taken, or there are too many
   */
  createConsumer(streamName: string, consumer: ConsumerSettings): string;
}

const systemSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/**
 * Starts Kinesis Data Streams over its real wire protocol (AWS JSON 1.1 and its CBOR form; HTTP/1.1 and HTTP/2 without TLS on one
 * port), in memory, with the real limits: shards throttle reads and writes, iterators expire, records go when their retention has
 * passed, closed shards end and name their children, subscriptions live for five minutes.
 *
 * Refused by name, never ignored: SubscribeToShard over HTTP/1.1, and every operation or option that is not in `operations/`. A
 * stream on demand does not scale by itself.
 *
 * @throws RangeError when a stream's settings are not what AWS allows
 */
export async function startKinesis(props: KinesisProps): Promise<KinesisService> {
  const region = props.region ?? 'us-east-1';
  const accountId = props.account ?? '000000000000';
  const now = props.clock ?? Date.now;
  const limits: Limits = { ...defaultLimits, ...props.limits };
  const streams = new Map<string, Stream>();
  for (const settings of props.streams) {
    check(settings, streams);
    const arn = settings.arn ?? `arn:aws:kinesis:${region}:${accountId}:stream/${settings.name}`;
    const shards = settings.shards === 0 ? onDemandShards : settings.shards;
    streams.set(settings.name, new Stream({ ...settings, arn, shards, createdAtMs: now(), limits }));
  }
  const consumers = new Consumers(limits);
  const account = new Account(accountId, limits, now, streams, consumers);
  const createConsumer = (streamName: string, settings: ConsumerSettings): StreamConsumer => {
    const stream = streams.get(streamName);
    if (stream === undefined || !consumerName.test(settings.name)) {
      throw new RangeError(`consumer ${JSON.stringify(settings.name)} cannot be registered with stream ${streamName}`);
    }
    return consumers.register(stream, settings, now(), 0);
  };
  for (const { name, consumers: registered = [] } of props.streams) {
    registered.forEach((settings) => createConsumer(name, settings));
  }
  const service = await startJsonService({
    name: 'kinesis',
    targetPrefix: 'Kinesis_20131202',
    cbor: true,
    clock: now,
    ...(props.port === undefined ? {} : { port: props.port }),
    ...(props.faults === undefined ? {} : { faults: props.faults }),
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
    operations: {
      ...consumerOperations(account, props.schedule ?? systemSchedule),
      ...describeOperations(account),
      ...readOperations(account),
      ...reshardOperations(account),
      ...writeOperations(account),
    },
  });
  return {
    ...service,
    createConsumer: (streamName, settings) => createConsumer(streamName, settings).arn,
    statistics: () => Object.fromEntries([...streams].map(([name, stream]) => [name, stream.statistics()])),
  };
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
function check({ name, shards, mode, retentionHours }: StreamSettings, others: ReadonlyMap<string, Stream>): void {
  if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) {
    throw new RangeError(`stream name ${JSON.stringify(name)}: 1 to 128 letters, digits, _ . and - are allowed`);
  }
  if (others.has(name)) {
    throw new RangeError(`stream ${name} is named twice`);
  }
  if (!Number.isSafeInteger(shards) || shards < (mode === 'ON_DEMAND' ? 0 : 1)) {
    throw new RangeError(`stream ${name}: shards must be a whole number of at least 1, not ${shards}`);
  }
  if (!(retentionHours >= 24 && retentionHours <= 8760)) {
    throw new RangeError(`stream ${name}: retentionHours must be 24 to 8760, not ${retentionHours}`);
  }
}
