import type { KinesisRecord, RecordBatch } from '../record';
import type { ShardContext, ShardProcessor } from '../shard-processor';
import type { Machine } from './machine';
import type { SeededRandom } from './seeded-random';

/** How the processors of a run work. */
export interface ProcessorStyle {
  /**
   * `direct`: each batch is delivered before the next is asked for, and a sink that is full fails the call. `buffering`: records are
   * gathered and delivered in the background, tried again until the sink takes them, and the checkpoint follows the sink.
   */
  readonly kind: 'direct' | 'buffering';
  /** How long a batch is worked on at most, in milliseconds. */
  readonly processingMs: number;
  /** A checkpoint follows every so many deliveries. */
  readonly checkpointEvery: number;
  /** Buffering: records per delivery. */
  readonly chunk: number;
}

export interface ProcessorProps {
  readonly machine: Machine;
  readonly context: ShardContext;
  readonly style: ProcessorStyle;
  readonly random: SeededRandom;
  /** Hears of every record as it is given. */
  readonly given: (records: readonly KinesisRecord[]) => void;
  /** Whether this call is to fail. */
  readonly fails: () => boolean;
  /** How much longer than usual this call takes, in milliseconds. */
  readonly hangsMs: () => number;
  /** Resolves when the sink has taken the records. */
  readonly deliver: (records: readonly KinesisRecord[]) => Promise<void>;
}

export function processorOf(props: ProcessorProps): ShardProcessor {
  return props.style.kind === 'direct' ? new DirectProcessor(props) : new BufferingProcessor(props);
}

class DirectProcessor implements ShardProcessor {
  private deliveries = 0;
  private last: KinesisRecord | undefined;

  constructor(private readonly props: ProcessorProps) {}

  async process({ records }: RecordBatch): Promise<void> {
    const { context, deliver, fails, given, hangsMs, machine, random, style } = this.props;
    given(records);
    await machine.clock.sleep(random.between(0, style.processingMs) + hangsMs(), context.signal);
    if (context.signal.aborted) {
      return;
    }
    if (fails()) {
      throw new Error('the processor was told to fail');
    }
    await deliver(records);
    this.last = records.at(-1);
    this.deliveries += 1;
    if (this.deliveries % style.checkpointEvery === 0) {
      await this.checkpoint();
    }
  }

  async idle(): Promise<void> {
    await this.checkpoint();
  }

  async shardEnded(): Promise<void> {
    await this.checkpoint();
  }

  async handOver(): Promise<void> {
    await this.checkpoint();
  }

  leaseLost(): void {
    this.last = undefined;
  }

  private async checkpoint(): Promise<void> {
    const { last } = this;
    if (last !== undefined) {
      this.last = undefined;
      await this.props.context.checkpointer.checkpoint(last);
    }
  }
}

class BufferingProcessor implements ShardProcessor {
  private buffer: KinesisRecord[] = [];
  private flushing: Promise<void> | undefined;
  private deliveries = 0;
  private acknowledged: KinesisRecord | undefined;

  constructor(private readonly props: ProcessorProps) {}

  async process({ records }: RecordBatch): Promise<void> {
    const { context, fails, given, hangsMs, machine, random, style } = this.props;
    given(records);
    await machine.clock.sleep(random.between(0, style.processingMs) + hangsMs(), context.signal);
    if (context.signal.aborted) {
      return;
    }
    if (fails()) {
      throw new Error('the processor was told to fail');
    }
    this.buffer.push(...records);
    if (this.buffer.length >= style.chunk) {
      const flushed = this.flush();
      if (this.buffer.length >= 4 * style.chunk) {
        await flushed; // Back-pressure.
      }
    }
  }

  async idle(): Promise<void> {
    void this.flush();
  }

  async shardEnded(): Promise<void> {
    await this.finish();
  }

  async handOver(): Promise<void> {
    await this.finish();
  }

  leaseLost(): void {
    this.buffer = [];
    this.acknowledged = undefined;
  }

  private async finish(): Promise<void> {
    while (!this.props.context.signal.aborted && (this.buffer.length > 0 || this.flushing !== undefined)) {
      await this.flush();
    }
    await this.checkpoint();
  }

  private flush(): Promise<void> {
    this.flushing ??= this.drain().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async drain(): Promise<void> {
    const { context, deliver, machine, random, style } = this.props;
    while (this.buffer.length > 0 && !context.signal.aborted) {
      const chunk = this.buffer.slice(0, style.chunk);
      try {
        await deliver(chunk);
      } catch {
        await machine.clock.sleep(random.between(100, 400), context.signal);
        continue;
      }
      this.buffer.splice(0, chunk.length);
      this.acknowledged = chunk.at(-1);
      this.deliveries += 1;
      if (this.deliveries % style.checkpointEvery === 0) {
        await this.checkpoint();
      }
    }
  }

  private async checkpoint(): Promise<void> {
    const last = this.acknowledged;
    if (last !== undefined && !this.props.context.signal.aborted) {
      this.acknowledged = undefined;
      await this.props.context.checkpointer.checkpoint(last);
    }
  }
}
