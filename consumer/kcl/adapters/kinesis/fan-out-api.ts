import {
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  type _Record as KinesisApiRecord,
  type KinesisClient,
  type StartingPosition,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { errorName, KclError } from '../../errors';
import type {
  ConsumerResult,
  FanOutApi,
  FanOutObstacle,
  Impossible,
  SubscribeResult,
  Subscription,
  SubscriptionEvent,
} from '../../ports/fan-out-api';
import type { IteratorPosition, StreamApi } from '../../ports/stream-api';
import { dataBytes, type KinesisRecord } from '../../record';
import { toChild } from './kinesis-stream-api';
import { streamTimeOf, type DatedResponse } from './stream-time';

/** The consumer to read as: one that exists, by its ARN, or one that is registered under a name when it does not exist yet. */
export type FanOutConsumerId = { readonly consumerArn: string } | { readonly consumerName: string };

export interface KinesisFanOutProps {
  /** Must speak HTTP/2, as the SDK's Kinesis client does unless it is given another handler. */
  readonly client: KinesisClient;
  readonly stream: string;
  /** Tells a shard that is gone from a consumer that is. */
  readonly api: Pick<StreamApi, 'listShards'>;
  readonly consumer: FanOutConsumerId;
}

/**
 * Enhanced fan-out by the SDK's client.
 *
 * With a consumer's ARN the role needs SubscribeToShard on it, and nothing else. With a name it needs DescribeStreamSummary and
 * RegisterStreamConsumer on the stream, DescribeStreamConsumer and SubscribeToShard on the consumer.
 */
export class KinesisFanOutApi implements FanOutApi {
  private streamArn: string | undefined;

  constructor(private readonly props: KinesisFanOutProps) {}

  async findConsumer(signal?: AbortSignal): Promise<ConsumerResult> {
    const { consumer } = this.props;
    if ('consumerArn' in consumer) {
      return { kind: 'active', consumerArn: consumer.consumerArn };
    }
    try {
      return await this.findByName(consumer.consumerName, signal);
    } catch (error: unknown) {
      const reason = obstacles.get(errorName(error));
      if (reason === undefined) {
        throw error;
      }
      return { kind: 'impossible', reason, error };
    }
  }

  async subscribe(consumerArn: string, shardId: string, from: IteratorPosition, signal: AbortSignal): Promise<SubscribeResult> {
    const command = new SubscribeToShardCommand({
      ConsumerARN: consumerArn,
      ShardId: shardId,
      StartingPosition: startingPosition(from),
    });
    let streamTimeMs: number | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        streamTimeMs = streamTimeOf(result.response as DatedResponse);
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'readSubscribeToShardTime' },
    );
    try {
      const { EventStream } = await this.props.client.send(command, { abortSignal: signal });
      if (EventStream === undefined) {
        throw new Error('SubscribeToShard was answered without a stream of events');
      }
      return { kind: 'subscribed', subscription: new EventStreamSubscription(EventStream), streamTimeMs };
    } catch (error: unknown) {
      return this.notSubscribed(shardId, error, signal);
    }
  }

  private async findByName(consumerName: string, signal: AbortSignal | undefined): Promise<ConsumerResult> {
    const { client } = this.props;
    const options = signal === undefined ? {} : { abortSignal: signal };
    const streamArn = (this.streamArn ??= await this.describeStream(options));
    const name = { StreamARN: streamArn, ConsumerName: consumerName };
    try {
      const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand(name), options);
      return ConsumerDescription?.ConsumerStatus === 'ACTIVE' && ConsumerDescription.ConsumerARN !== undefined
        ? { kind: 'active', consumerArn: ConsumerDescription.ConsumerARN }
        : { kind: 'pending' };
    } catch (error: unknown) {
      if (errorName(error) !== 'ResourceNotFoundException') {
        throw error;
      }
    }
    try {
      await client.send(new RegisterStreamConsumerCommand(name), options);
    } catch (error: unknown) {
      switch (errorName(error)) {
        case 'ResourceInUseException':
          break; // Another worker was faster.
        case 'ResourceNotFoundException':
          throw new KclError('STREAM_MISSING', `there is no stream ${this.props.stream}`, { cause: error });
        default:
          throw error;
      }
    }
    return { kind: 'pending' };
  }

  private async describeStream(options: { readonly abortSignal?: AbortSignal }): Promise<string> {
    const { client, stream } = this.props;
    try {
      const reply = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }), options);
      return reply.StreamDescriptionSummary?.StreamARN ?? '';
    } catch (error: unknown) {
      if (errorName(error) === 'ResourceNotFoundException') {
        throw new KclError('STREAM_MISSING', `there is no stream ${stream}`, { cause: error });
      }
      throw error;
    }
  }

  private async notSubscribed(shardId: string, error: unknown, signal: AbortSignal): Promise<SubscribeResult> {
    switch (errorName(error)) {
      case 'ResourceInUseException':
        return { kind: 'busy', error };
      case 'LimitExceededException':
      case 'ThrottlingException':
        return { kind: 'throttled' };
      case 'ResourceNotFoundException': {
        // One error for the stream, the consumer and the shard.
        const shards = await this.props.api.listShards(signal);
        return shards.some((shard) => shard.shardId === shardId)
          ? { kind: 'impossible', reason: 'consumer-missing', error }
          : { kind: 'gone' };
      }
      default: {
        const reason = obstacles.get(errorName(error));
        if (reason === undefined) {
          throw error;
        }
        return { kind: 'impossible', reason, error } satisfies Impossible;
      }
    }
  }
}

/** Errors that trying again soon does not mend. */
const obstacles: ReadonlyMap<string, FanOutObstacle> = new Map<string, FanOutObstacle>([
  ['AccessDeniedException', 'access-denied'],
  ['LimitExceededException', 'consumer-limit'],
  ['UnknownOperationException', 'unsupported'],
]);

class EventStreamSubscription implements Subscription {
  private readonly events: AsyncIterator<SubscribeToShardEventStream>;

  constructor(stream: AsyncIterable<SubscribeToShardEventStream>) {
    this.events = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<SubscriptionEvent> {
    try {
      for (;;) {
        const next = await this.events.next();
        if (next.done === true) {
          return { kind: 'expired' };
        }
        const event = toEvent(next.value);
        if (event !== undefined) {
          return event;
        }
      }
    } catch (error: unknown) {
      if (errorName(error) === 'ResourceInUseException') {
        return { kind: 'taken-over' };
      }
      throw error;
    }
  }
}

/** Undefined for an event of a kind that the service may add one day. */
function toEvent({ SubscribeToShardEvent: event }: SubscribeToShardEventStream): SubscriptionEvent | undefined {
  if (event === undefined) {
    return undefined;
  }
  const records = (event.Records ?? []).map(toRecord);
  return {
    kind: 'records',
    batch: { records, millisBehindLatest: event.MillisBehindLatest ?? 0 },
    bytes: dataBytes(records),
    continueAfter: event.ContinuationSequenceNumber,
    children: (event.ChildShards ?? []).map(toChild),
  };
}

function toRecord(record: KinesisApiRecord): KinesisRecord {
  return {
    partitionKey: record.PartitionKey ?? '',
    sequenceNumber: record.SequenceNumber ?? '',
    subSequenceNumber: 0,
    data: record.Data ?? new Uint8Array(),
    arrivalTimeMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}

function startingPosition(from: IteratorPosition): StartingPosition {
  return {
    Type: from.type,
    ...('timestampMs' in from && { Timestamp: new Date(from.timestampMs) }),
    ...('sequenceNumber' in from && { SequenceNumber: from.sequenceNumber }),
  };
}
