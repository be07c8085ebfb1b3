import type { Shard } from '../../decisions/shard-graph';
import type { ReadRequest, ShardReader, ShardSource } from '../../ports/shard-source';
import { FanOutConsumer } from './fan-out-consumer';
import { SubscriptionPace } from './subscription-pace';
import { FanOutReader, type FanOutProps } from './fan-out-reader';

/**
 * Reads shards by enhanced fan-out: the service pushes each shard's records over a connection of its own, at up to 2 MiB a second
 * that no other consumer takes part in.
 *
 * A subscription lives for five minutes and is then made anew where the last event said to go on. A shard whose subscriptions keep
 * failing is polled for a while; so are all shards of a worker that cannot have fan-out at all.
 *
 * Source: `FanOutRecordsPublisher` of the Kinesis Client Library, which has no fall-back.
 */
export class FanOutSource implements ShardSource {
  private readonly consumer: FanOutConsumer;
  private readonly pace: SubscriptionPace;

  constructor(private readonly props: FanOutProps) {
    this.consumer = new FanOutConsumer({ ...props, activationTimeMs: props.silenceTimeMs, withinMs: props.silenceTimeMs });
    this.pace = new SubscriptionPace(props.clock);
  }

  listShards(): Promise<readonly Shard[]> {
    return this.props.polling.listShards();
  }

  open(request: ReadRequest): ShardReader {
    return new FanOutReader({ ...this.props, consumer: this.consumer, pace: this.pace }, request);
  }
}
