import { dataBytes, type RecordBatch } from '../record';
import type { ShardProcessor } from '../shard-processor';
import type { ShardReplay } from './progress';
import { isInside, type TimeRange } from './range';

export interface RangeProcessorProps {
  readonly shardId: string;
  /** Who deals with the records of the range. */
  readonly inner: ShardProcessor;
  readonly range: TimeRange;
  /** Aborted when the replay is over, or the lease is lost. */
  readonly over: AbortSignal;
  readonly onChange: () => void;
}

/**
 * Gives a processor the records of a time range. When the shard has passed the range, the processor finishes as at a hand-over, and
 * the call waits for the end of the replay: a worker that waits keeps its lease and reads no more, so nothing is taken from the
 * shard's read limits, which the live application shares.
 */
export class RangeProcessor implements ShardProcessor {
  private state: ShardReplay['state'] = 'reading';
  private records = 0;
  private bytes = 0;
  private outside = 0;
  private readToMs: number | undefined;
  private atTip = false;

  constructor(private readonly props: RangeProcessorProps) {}

  get progress(): ShardReplay {
    const { state, records, bytes, outside, readToMs } = this;
    return { shardId: this.props.shardId, state, records, bytes, outside, readToMs };
  }

  /** Tells that all that was read up to the tip of the shard has been processed. Everything in the range had arrived before. */
  reachedTip(): void {
    this.atTip = true;
  }

  async process(batch: RecordBatch): Promise<void> {
    const { inner, onChange, range } = this.props;
    if (this.state !== 'reading') {
      return this.untilOver();
    }
    const inside = batch.records.filter((record) => isInside(record, range));
    if (inside.length > 0) {
      await inner.process({ ...batch, records: inside });
    } else {
      await inner.idle?.();
    }
    this.records += inside.length;
    this.bytes += dataBytes(inside);
    this.outside += batch.records.length - inside.length;
    this.readToMs = batch.records.at(-1)?.arrivalTimeMs ?? this.readToMs;
    onChange();
    if (batch.records.some(({ arrivalTimeMs }) => arrivalTimeMs >= range.toMs)) {
      await this.finish();
    }
  }

  async idle(): Promise<void> {
    if (this.state !== 'reading') {
      return this.untilOver();
    }
    await this.props.inner.idle?.();
    if (this.atTip) {
      await this.finish();
    }
  }

  async shardEnded(): Promise<void> {
    if (this.state === 'reading') {
      await this.props.inner.shardEnded();
    }
    this.state = 'ended';
    this.props.onChange();
  }

  async handOver(): Promise<void> {
    if (this.state === 'reading') {
      await this.props.inner.handOver();
    }
  }

  leaseLost(): void {
    this.props.inner.leaseLost();
  }

  private async finish(): Promise<void> {
    await this.props.inner.handOver();
    this.state = 'done';
    this.props.onChange();
    await this.untilOver();
  }

  private untilOver(): Promise<void> {
    const { over } = this.props;
    return new Promise((resolve) => {
      if (over.aborted) {
        resolve();
      }
      over.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
