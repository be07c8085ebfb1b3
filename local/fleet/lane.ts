import type { OutgoingRecord } from '../../core/domain';

/** A record in a lane, with its size as Kinesis counts it. */
export interface QueuedRecord {
  readonly record: OutgoingRecord;
  /** Data and partition key, in bytes. */
  readonly bytes: number;
}

/** What one request may hold. */
export interface BatchLimits {
  readonly records: number;
  readonly bytes: number;
}

/**
 * The records waiting for one shard, in the order in which they are to be sent. What was refused goes back to the front, so it is
 * sent before everything that came after it.
 */
export class Lane {
  private queue: QueuedRecord[] = [];
  private head = 0;
  private wake: (() => void) | undefined;

  get length(): number {
    return this.queue.length - this.head;
  }

  push(record: QueuedRecord): void {
    this.queue.push(record);
    this.notify();
  }

  /** Takes the records for one request from the front: as many as the limits allow, at least one. */
  take(limits: BatchLimits): readonly QueuedRecord[] {
    let bytes = 0;
    let end = this.head;
    while (end < this.queue.length && end - this.head < limits.records) {
      bytes += (this.queue[end] as QueuedRecord).bytes;
      if (bytes > limits.bytes && end > this.head) {
        break;
      }
      end += 1;
    }
    const batch = this.queue.slice(this.head, end);
    this.head = end;
    if (this.head === this.queue.length) {
      this.queue = [];
      this.head = 0;
    } else if (this.head > 4096) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return batch;
  }

  /** Puts refused records back to the front, in their order. */
  putBack(records: readonly QueuedRecord[]): void {
    this.queue = [...records, ...this.queue.slice(this.head)];
    this.head = 0;
  }

  /** Resolves when a record is pushed, or `notify` is called. */
  async changed(): Promise<void> {
    await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Lets `changed` resolve. */
  notify(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }
}
