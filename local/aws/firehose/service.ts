import { randomUUID } from 'node:crypto';
import type { ApiRecorder } from '../http/api-call';
import { AwsError } from '../http/aws-error';
import { startJsonService, type Operation } from '../http/json-service';
import type { ObjectStore } from '../s3/object-store';
import type { LocalService } from '../service';
import { systemClock, type Clock } from './clock';
import { ParquetConverter } from './converter';
import type { LocalDeliveryStream } from './delivery-stream';
import { ObjectWriter } from './object-writer';
import type { InvokeFunction } from './processing';
import { batchData, recordData } from './put-records';
import { TokenBucket, defaultQuota, type DirectPutQuota } from './quota';
import { StreamDelivery, type FirehoseEvent, type StreamStatistics } from './stream-delivery';

export interface FirehoseProps {
  /** The delivery streams that exist. */
  readonly deliveryStreams: readonly LocalDeliveryStream[];
  /** Where objects go. */
  readonly store: ObjectStore;
  /** How fast records are accepted, per stream. @default - AWS's quota in us-east-1 */
  readonly quota?: Partial<DirectPutQuota>;
  /** @default - the clock of this machine */
  readonly clock?: Clock;
  /** Told of every object delivered, and of every delivery that failed and will be tried again. @default - nobody is told */
  readonly onEvent?: (event: FirehoseEvent) => void;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
  /** Calls the functions that transform records. Needed when a delivery stream has one. @default - calls fail */
  readonly invoke?: InvokeFunction;
}

/** Firehose over HTTP, and what the run needs of it beside. */
export interface FirehoseService extends LocalService {
  /**
   * Delivers everything accepted so far, as if the buffering interval had passed.
   * @throws DeliveryError when that keeps failing; the records are kept and tried again
   */
  flush(): Promise<void>;
  /** By stream. */
  statistics(): Readonly<Record<string, StreamStatistics>>;
  /** Bytes accepted and not yet delivered, over all streams. */
  pendingBytes(): number;
}

const noFunctions: InvokeFunction = (functionArn) =>
  Promise.reject(new Error(`there is no local Lambda to call ${functionArn} with`));

const slowDown = (): AwsError => new AwsError('ServiceUnavailableException', 'Slow down.', 503);

class Stream {
  readonly delivery: StreamDelivery;
  private readonly bytes: TokenBucket;
  private readonly records: TokenBucket;
  private readonly requests: TokenBucket;

  constructor(
    readonly definition: LocalDeliveryStream,
    props: FirehoseProps,
    writer: ObjectWriter,
    private readonly clock: Clock,
  ) {
    const quota = { ...defaultQuota, ...props.quota };
    this.bytes = new TokenBucket(quota.bytesPerSecond, clock.now());
    this.records = new TokenBucket(quota.recordsPerSecond, clock.now());
    this.requests = new TokenBucket(quota.requestsPerSecond, clock.now());
    this.delivery = new StreamDelivery(
      definition,
      writer,
      clock,
      props.onEvent ?? (() => undefined),
      props.invoke ?? noFunctions,
    );
  }

  /** @throws AwsError ServiceUnavailableException */
  admitRequest(): void {
    if (!this.requests.take(1, this.clock.now())) {
      throw slowDown();
    }
  }

  /** Whether the record was accepted; it was not when the stream is over its quota. */
  accept(data: Buffer): boolean {
    const now = this.clock.now();
    if (!this.bytes.take(data.length, now) || !this.records.take(1, now)) {
      return false;
    }
    this.delivery.add(data);
    return true;
  }
}

/**
 * Amazon Data Firehose for direct put, with S3 as the only destination.
 * @throws RangeError when a stream's prefix cannot be evaluated
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/Welcome.html
 */
export async function startFirehose(props: FirehoseProps): Promise<FirehoseService> {
  const clock = props.clock ?? systemClock;
  const converter = new ParquetConverter();
  const writer = new ObjectWriter(props.store, converter);
  const streams = new Map(props.deliveryStreams.map((stream) => [stream.name, new Stream(stream, props, writer, clock)]));
  const server = await startJsonService({
    name: 'firehose',
    targetPrefix: 'Firehose_20150804',
    operations: operations(streams, clock.now()),
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
  });
  const deliveries = [...streams.values()].map(({ delivery }) => delivery);
  let closing: Promise<void> | undefined;
  return {
    ...server,
    flush: async () => {
      await Promise.all(deliveries.map((delivery) => delivery.flush()));
    },
    statistics: () => Object.fromEntries(deliveries.map((delivery) => [delivery.stream.name, delivery.statistics()])),
    pendingBytes: () => deliveries.reduce((sum, delivery) => sum + delivery.pendingBytes(), 0),
    close: () =>
      (closing ??= (async () => {
        await server.close();
        await Promise.all(deliveries.map((delivery) => delivery.close()));
        await converter.close();
      })()),
  };
}

function operations(streams: ReadonlyMap<string, Stream>, createdMs: number): Readonly<Record<string, Operation>> {
  const find = (name: unknown): Stream => {
    const stream = streams.get(String(name));
    if (stream === undefined) {
      throw new AwsError('ResourceNotFoundException', `Firehose ${String(name)} not found under account 000000000000.`);
    }
    return stream;
  };
  return {
    // https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html
    PutRecord: ({ DeliveryStreamName, Record }) => {
      const stream = find(DeliveryStreamName);
      const data = recordData(Record);
      stream.admitRequest();
      if (!stream.accept(data)) {
        throw slowDown();
      }
      return { RecordId: randomUUID(), Encrypted: false };
    },
    // https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
    PutRecordBatch: ({ DeliveryStreamName, Records }) => {
      const stream = find(DeliveryStreamName);
      const data = batchData(Records);
      stream.admitRequest();
      const accepted = data.map((record) => stream.accept(record));
      const failed = accepted.filter((isAccepted) => !isAccepted).length;
      if (failed === data.length) {
        throw slowDown();
      }
      return {
        FailedPutCount: failed,
        Encrypted: false,
        RequestResponses: accepted.map((isAccepted) =>
          isAccepted ? { RecordId: randomUUID() } : { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' },
        ),
      };
    },
    // https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html
    DescribeDeliveryStream: ({ DeliveryStreamName }) => ({
      DeliveryStreamDescription: description(find(DeliveryStreamName).definition, createdMs),
    }),
  };
}

function description(stream: LocalDeliveryStream, createdMs: number): object {
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${stream.name}`,
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType: 'DirectPut',
    VersionId: '1',
    CreateTimestamp: createdMs / 1000,
    HasMoreDestinations: false,
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationDescription: {
          BucketARN: `arn:aws:s3:::${stream.bucket}`,
          Prefix: stream.prefix,
          ErrorOutputPrefix: stream.errorOutputPrefix,
          BufferingHints: { SizeInMBs: stream.bufferSizeMiB, IntervalInSeconds: stream.bufferIntervalSeconds },
          CompressionFormat: stream.compression,
          ProcessingConfiguration: { Enabled: stream.processing !== undefined },
          DataFormatConversionConfiguration: { Enabled: stream.conversion !== undefined },
        },
      },
    ],
  };
}
