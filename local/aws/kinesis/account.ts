import type { Consumers } from './consumers';
import { invalidArgument, limitExceeded, resourceNotFound } from './errors';
import type { Input } from './input';
import type { Limits } from './limits';
import { TokenBucket } from './rate';
import type { Shard } from './shard';
import type { Stream } from './stream';

/**
 * Calls per second and account of the operations that are not about records.
 * @see https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html#kds-api-limits
 */
const callsPerSecond = {
  DeregisterStreamConsumer: 5,
  DescribeStream: 10,
  DescribeStreamConsumer: 20,
  DescribeStreamSummary: 20,
  ListShards: 1000,
  ListStreamConsumers: 5,
  ListStreams: 5,
  MergeShards: 5,
  RegisterStreamConsumer: 5,
  SplitShard: 5,
  UpdateShardCount: 10,
} as const;

/** The members by which every request names its stream. */
export const streamMembers = ['StreamName', 'StreamARN'] as const;

/** The streams of one account in one region, and what all operations need. */
export class Account {
  private readonly calls: ReadonlyMap<string, TokenBucket>;

  constructor(
    readonly id: string,
    readonly limits: Limits,
    /** In milliseconds since the epoch. */
    readonly now: () => number,
    /** By name. */
    readonly streams: ReadonlyMap<string, Stream>,
    readonly consumers: Consumers,
  ) {
    const factor = limits.accountCallsFactor;
    this.calls = new Map(Object.entries(callsPerSecond).map(([operation, rate]) => [operation, new TokenBucket(rate * factor)]));
  }

  /** Counts a call. @throws AwsError LimitExceededException when there were too many in the last second */
  countCall(operation: keyof typeof callsPerSecond): void {
    const bucket = this.calls.get(operation);
    if (bucket?.has(1, this.now()) === false) {
      const rate = callsPerSecond[operation] * this.limits.accountCallsFactor;
      throw limitExceeded(`Rate exceeded for account ${this.id}: ${rate} ${operation} calls per second.`);
    }
    bucket?.take(1);
  }

  /** The stream that a request names by StreamARN, StreamName or both. @throws AwsError */
  streamOf(input: Input): Stream {
    const arn = input.optionalString('StreamARN');
    const name = input.optionalString('StreamName');
    if (arn === undefined && name === undefined) {
      throw invalidArgument('Either StreamName or StreamARN must be specified.');
    }
    const byArn = arn === undefined ? undefined : this.streamByArn(arn);
    const found = arn === undefined ? this.streams.get(name ?? '') : byArn;
    if (found === undefined) {
      throw resourceNotFound(`Stream ${arn ?? name ?? ''}`, this.id);
    }
    if (name !== undefined && name !== found.name) {
      throw invalidArgument(`StreamARN ${found.props.arn} does not belong to stream ${name}.`);
    }
    return found;
  }

  /** The stream that an ARN stands for. */
  streamByArn(arn: string): Stream | undefined {
    return [...this.streams.values()].find((stream) => stream.props.arn === arn);
  }

  /** A shard of the stream. @throws AwsError ResourceNotFoundException */
  shardOf(stream: Stream, shardId: string): Shard {
    const shard = stream.shard(shardId, this.now());
    if (shard === undefined) {
      throw resourceNotFound(`Shard ${shardId} in stream ${stream.name}`, this.id);
    }
    return shard;
  }
}
