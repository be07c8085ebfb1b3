import { notSupported } from '../../http/aws-error';
import type { Operation } from '../../http/json-service';
import { Timestamp } from '../../http/timestamp';
import type { Account } from '../account';
import type { StreamConsumer } from '../consumers';
import { expiredNextToken, invalidArgument, resourceInUse, resourceNotFound, validationError } from '../errors';
import { Input } from '../input';
import { TokenCodec } from '../opaque-token';
import { startingIndex, type StartingMembers } from '../starting-index';
import type { Stream } from '../stream';
import { Subscription, type Schedule } from '../subscription';

const startingMembers: StartingMembers = { operation: 'SubscribeToShard', type: 'Type', sequenceNumber: 'SequenceNumber' };

/** What a consumer may be called. */
export const consumerName = /^[a-zA-Z0-9_.-]{1,128}$/;

/** Enhanced fan-out: registered consumers and their subscriptions. */
export function consumerOperations(account: Account, schedule: Schedule): Readonly<Record<string, Operation>> {
  const tokens = new TokenCodec('consumer list');

  return {
    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html */
    RegisterStreamConsumer: (members) => {
      const input = new Input('RegisterStreamConsumer', members, ['StreamARN', 'ConsumerName']);
      account.countCall('RegisterStreamConsumer');
      const stream = streamByArn(account, input);
      const name = input.string('ConsumerName');
      if (!consumerName.test(name)) {
        throw validationError('consumerName', name, 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
      }
      const consumer = account.consumers.register(stream, { name }, account.now(), account.limits.consumerChangeMs);
      return { Consumer: describe(consumer, account.now()) };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html */
    DescribeStreamConsumer: (members) => {
      const input = new Input('DescribeStreamConsumer', members, ['StreamARN', 'ConsumerName', 'ConsumerARN']);
      account.countCall('DescribeStreamConsumer');
      const consumer = named(account, input);
      return { ConsumerDescription: { ...describe(consumer, account.now()), StreamARN: consumer.stream.props.arn } };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html */
    ListStreamConsumers: (members) => {
      const known = ['StreamARN', 'NextToken', 'MaxResults', 'StreamCreationTimestamp'];
      const input = new Input('ListStreamConsumers', members, known);
      account.countCall('ListStreamConsumers');
      const now = account.now();
      const stream = streamByArn(account, input);
      const limit = input.optionalInteger('MaxResults', 1, 10_000) ?? 100;
      if (input.has('NextToken') && input.has('StreamCreationTimestamp')) {
        throw invalidArgument('NextToken and StreamCreationTimestamp cannot be provided together.');
      }
      const created = input.has('StreamCreationTimestamp') ? input.pastTime('StreamCreationTimestamp', now) : undefined;
      if (created !== undefined && Math.floor(created / 1000) !== Math.floor(stream.props.createdAtMs / 1000)) {
        throw invalidArgument(`Stream ${stream.name} was not created at StreamCreationTimestamp.`);
      }
      const after = input.has('NextToken') ? openToken(account, tokens, input.string('NextToken')) : '';
      const rest = account.consumers.of(stream, now).filter(({ name }) => name > after);
      const last = rest[limit - 1];
      return {
        Consumers: rest.slice(0, limit).map((consumer) => describe(consumer, now)),
        ...(last === undefined || rest.length === limit ? {} : { NextToken: tokens.seal([last.name, now]) }),
      };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html */
    DeregisterStreamConsumer: (members) => {
      const input = new Input('DeregisterStreamConsumer', members, ['StreamARN', 'ConsumerName', 'ConsumerARN']);
      account.countCall('DeregisterStreamConsumer');
      const consumer = named(account, input);
      if (consumer.status(account.now()) === 'DELETING') {
        throw resourceInUse(`Consumer ${consumer.arn} is being deregistered already.`);
      }
      consumer.delete(account.now());
      return {};
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
    SubscribeToShard: (members, { httpVersion }) => {
      const input = new Input('SubscribeToShard', members, ['ConsumerARN', 'ShardId', 'StartingPosition']);
      if (httpVersion !== 2) {
        throw notSupported('kinesis: SubscribeToShard over HTTP/1.1, and not HTTP/2,');
      }
      const now = account.now();
      const consumer = byArn(account, input.string('ConsumerARN'));
      if (consumer.status(now) !== 'ACTIVE') {
        throw resourceInUse(`Consumer ${consumer.arn} is ${consumer.status(now) ?? 'gone'}, not ACTIVE.`);
      }
      const { stream } = consumer;
      const shard = account.shardOf(stream, input.string('ShardId'));
      const position = input.structure('StartingPosition', ['Type', 'SequenceNumber', 'Timestamp']);
      const index = startingIndex(position, startingMembers, stream, shard, now);
      const place = consumer.shard(shard.id);
      if (now - place.subscribedAtMs < account.limits.resubscribeAfterMs) {
        throw resourceInUse(
          `Another active subscription exists for this consumer: ${account.id}:${stream.name}:${shard.id}:${consumer.name}`,
        );
      }
      place.current?.end(resourceInUse(`Another subscription of consumer ${consumer.name} to ${shard.id} has taken over.`));
      place.subscribedAtMs = now;
      const subscription = new Subscription({ stream, shard, place, index, limits: account.limits, now: account.now, schedule });
      place.current = subscription;
      return subscription.output();
    },
  };
}

function describe(consumer: StreamConsumer, nowMs: number): object {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumer.status(nowMs),
    ConsumerCreationTimestamp: new Timestamp(consumer.createdAtMs),
  };
}

function streamByArn(account: Account, input: Input): Stream {
  const arn = input.string('StreamARN');
  const stream = account.streamByArn(arn);
  if (stream === undefined) {
    throw resourceNotFound(`Stream ${arn}`, account.id);
  }
  return stream;
}

function byArn(account: Account, arn: string): StreamConsumer {
  const consumer = account.consumers.byArn(arn, account.now());
  if (consumer === undefined) {
    throw resourceNotFound(`Consumer ${arn}`, account.id);
  }
  return consumer;
}

/** The consumer that a request names by its ARN, by its stream and its name, or by all three. */
function named(account: Account, input: Input): StreamConsumer {
  const arn = input.optionalString('ConsumerARN');
  const name = input.optionalString('ConsumerName');
  if (arn === undefined && (name === undefined || !input.has('StreamARN'))) {
    throw invalidArgument('Either ConsumerARN, or StreamARN and ConsumerName, must be specified.');
  }
  const stream = input.has('StreamARN') ? streamByArn(account, input) : undefined;
  const consumer =
    arn === undefined && stream !== undefined
      ? account.consumers.of(stream, account.now()).find((each) => each.name === name)
      : byArn(account, arn ?? '');
  if (consumer === undefined) {
    throw resourceNotFound(`Consumer ${name ?? ''} of stream ${stream?.name ?? ''}`, account.id);
  }
  if ((name !== undefined && name !== consumer.name) || (stream !== undefined && stream !== consumer.stream)) {
    throw invalidArgument(`ConsumerARN ${consumer.arn} does not belong to ConsumerName or StreamARN.`);
  }
  return consumer;
}

function openToken(account: Account, tokens: TokenCodec, token: string): string {
  const [after, createdAtMs] = tokens.open(token) ?? [];
  if (typeof after !== 'string') {
    throw invalidArgument('Invalid NextToken.');
  }
  if (account.now() - Number(createdAtMs) > account.limits.tokenLifetimeMs) {
    throw expiredNextToken();
  }
  return after;
}
