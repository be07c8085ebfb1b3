import type { Clock, Random } from '../kcl';
import { deliver } from './delivery/deliver';
import type { DeliveryPort } from './delivery/delivery-port';
import type { Limiter } from './delivery/limiter';
import type { PipelineEvent } from './pipeline-event';
import { ShardBuffer, sizes } from './shard-buffer';

export interface ShardDeliveryOptions {
  readonly shardId: string;
  readonly delivery: DeliveryPort;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PipelineEvent) => void;
}

/** Gathers a shard's rows and quarantine lines, and hands them to Firehose. */
export class ShardDelivery {
  private readonly buffer = new ShardBuffer();
  private waiting = 0;
  /** When the oldest document in the buffer came, on the monotonic clock. */
  private oldestMs = 0;

  constructor(private readonly options: ShardDeliveryOptions) {}

  /** Bytes that wait. */
  get bytes(): number {
    return this.waiting;
  }

  /** For how long the oldest document has waited, in milliseconds; undefined when none waits. */
  get waitedMs(): number | undefined {
    return this.waiting === 0 ? undefined : this.options.clock.monotonicMs() - this.oldestMs;
  }

  /** Adds a document for a delivery stream; the bytes are copied. */
  add(stream: string, document: Uint8Array): void {
    if (this.waiting === 0) {
      this.oldestMs = this.options.clock.monotonicMs();
    }
    this.waiting += document.byteLength;
    this.buffer.packer(stream).add(document);
  }

  /**
   * Returns when Firehose has accepted everything that waits, or the signal has ended it.
   *
   * @throws DeliveryRefusedError when a delivery stream can never take it
   */
  async deliver(): Promise<'accepted' | 'aborted'> {
    const { clock, onEvent, shardId, signal } = this.options;
    const packed = this.buffer.packed();
    if (packed.length > 0) {
      const startedMs = clock.monotonicMs();
      await Promise.all(packed.map(({ stream, records }) => this.deliverTo(stream, records)));
      if (signal.aborted) {
        return 'aborted';
      }
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      onEvent({ type: 'flushed', shardId, ...sizes(packed), durationMs });
      this.buffer.clear();
      this.waiting = 0;
    }
    return signal.aborted ? 'aborted' : 'accepted';
  }

  /** Forgets what waits, and gives the memory back. */
  drop(): void {
    this.buffer.drop();
    this.waiting = 0;
  }

  private async deliverTo(stream: string, records: readonly Uint8Array[]): Promise<void> {
    const { clock, delivery: port, limiter, onEvent, random, shardId, signal } = this.options;
    const onRetry: Parameters<typeof deliver>[2]['onRetry'] = (event) => onEvent({ ...event, shardId });
    await deliver(stream, records, { port, limiter, clock, random, signal, onRetry });
  }
}
