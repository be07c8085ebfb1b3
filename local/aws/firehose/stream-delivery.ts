import type { Clock } from './clock';
import type { LocalDeliveryStream } from './delivery-stream';
import { objectKeys, type ObjectWriter, type WrittenObject } from './object-writer';
import { RecordProcessing, type InvokeFunction, type ProcessedBatch } from './processing';
import { RecordBuffer } from './record-buffer';

/** What happens to records after they were accepted. */
export type FirehoseEvent =
  | ({ readonly type: 'object-delivered'; readonly stream: string; readonly bucket: string } & WrittenObject)
  | {
      readonly type: 'delivery-failed';
      readonly stream: string;
      /** How often this delivery has been tried. */
      readonly attempts: number;
      readonly retryInMs: number;
      readonly error: unknown;
    };

/** What a delivery stream has done since it started. */
export interface StreamStatistics {
  /** Records that were accepted. */
  readonly records: number;
  /** Bytes of their data. */
  readonly payloadBytes: number;
  /** The same with each record rounded up to 5 KiB: what AWS bills. https://aws.amazon.com/firehose/pricing/ */
  readonly billedBytes: number;
  /** Rows in Parquet that were delivered. */
  readonly rowsConverted: number;
  /** Rows under the error prefix, and records that a function could not transform. */
  readonly rowsFailed: number;
  /** Objects that were delivered, those with errors among them. */
  readonly objects: number;
}

/** What an accepted record is billed in, in bytes. */
const billingUnitBytes = 5 * 1024;

/** Wait before a delivery is tried again: doubles from the first to the last, in milliseconds. */
const firstRetryMs = 100;
const lastRetryMs = 60_000;

/** Failed attempts at one delivery after which `flush` stops waiting and says so; the delivery itself goes on being tried. */
const attemptsBeforeFlushFails = 5;

/** Records are safe in memory but could not be written when they were asked for. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code = 'DELIVERY_FAILED';
}

interface Batch {
  /** Bytes that are not safe in the store until it is written. */
  readonly bytes: number;
  readonly write: () => Promise<readonly WrittenObject[]>;
  attempts: number;
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
}

/** One delivery stream: buffers, and delivers a buffer when it is full or old, one after the other, for as long as it takes. */
export class StreamDelivery {
  private buffer = new RecordBuffer();
  private readonly processing: RecordProcessing | undefined;
  private cancelTimer: (() => void) | undefined;
  private cancelRetry: (() => void) | undefined;
  private readonly batches: Batch[] = [];
  private delivering = false;
  private closed = false;
  private counts = { records: 0, payloadBytes: 0, billedBytes: 0, rowsConverted: 0, rowsFailed: 0, objects: 0 };

  constructor(
    readonly stream: LocalDeliveryStream,
    private readonly writer: ObjectWriter,
    private readonly clock: Clock,
    private readonly onEvent: (event: FirehoseEvent) => void,
    invoke: InvokeFunction,
  ) {
    if (stream.processing !== undefined) {
      const onBatch = (batch: ProcessedBatch): void => this.takeProcessed(batch);
      this.processing = new RecordProcessing({ stream: stream.name, processing: stream.processing, invoke, clock, onBatch });
    }
    // Fails now, not at the first delivery, when a prefix cannot be evaluated.
    objectKeys(stream, clock.now());
  }

  statistics(): StreamStatistics {
    return { ...this.counts };
  }

  /** Bytes that were accepted and are not yet delivered. */
  pendingBytes(): number {
    const buffered = this.buffer.bytes + (this.processing?.pendingBytes ?? 0);
    return this.batches.reduce((sum, { bytes }) => sum + bytes, buffered);
  }

  add(data: Uint8Array): void {
    this.counts.records += 1;
    this.counts.payloadBytes += data.length;
    this.counts.billedBytes += Math.max(1, Math.ceil(data.length / billingUnitBytes)) * billingUnitBytes;
    if (this.processing === undefined) {
      this.collect(data, this.clock.now());
    } else {
      this.processing.add(data);
    }
  }

  /**
   * Delivers what has been accepted so far, as if the buffering interval had passed.
   * @throws DeliveryError when that keeps failing; the records are kept and tried again
   */
  async flush(): Promise<void> {
    await this.processing?.flush();
    this.seal();
    const last = this.batches.at(-1);
    if (last === undefined) {
      return;
    }
    // In order, so that the last one stands for all; a failure of any is told to all that wait.
    await new Promise<void>((resolve, reject) => last.waiting.push({ resolve, reject }));
  }

  /** Leaves no timer. Returns when a write that is under way has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer?.();
    this.cancelRetry?.();
    await this.processing?.close();
    this.cancelTimer?.();
    await this.current;
    this.fail(
      new DeliveryError(`delivery stream ${this.stream.name} was closed with ${this.pendingBytes()} bytes not delivered`),
    );
  }

  private current: Promise<void> = Promise.resolve();

  private collect(data: Uint8Array, arrivalMs: number): void {
    if (this.buffer.records === 0) {
      this.cancelTimer = this.clock.schedule(this.stream.bufferIntervalSeconds * 1000, () => this.seal());
    }
    this.buffer.add(data, arrivalMs);
    if (this.buffer.bytes >= this.stream.bufferSizeMiB * 1024 * 1024) {
      this.seal();
    }
  }

  private takeProcessed({ transformed, failed }: ProcessedBatch): void {
    for (const { data, arrivalMs } of transformed) {
      this.collect(data, arrivalMs);
    }
    const [first] = failed;
    if (first !== undefined) {
      const keys = objectKeys(this.stream, first.arrivalMs);
      this.push({
        bytes: failed.reduce((sum, { data }) => sum + data.length, 0),
        write: () => this.writer.writeUnprocessed(this.stream, failed, keys, this.clock.now()),
      });
    }
  }

  private seal(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const { buffer } = this;
    const { firstArrivalMs } = buffer;
    if (firstArrivalMs === undefined) {
      return;
    }
    this.buffer = new RecordBuffer();
    const keys = objectKeys(this.stream, firstArrivalMs);
    this.push({ bytes: buffer.bytes, write: () => this.writer.write(this.stream, buffer, keys, this.clock.now()) });
  }

  private push(batch: Pick<Batch, 'bytes' | 'write'>): void {
    this.batches.push({ ...batch, attempts: 0, waiting: [] });
    this.deliverNext();
  }

  private deliverNext(): void {
    const batch = this.batches[0];
    if (batch === undefined || this.delivering || this.closed) {
      return;
    }
    this.delivering = true;
    this.current = this.deliver(batch);
  }

  private async deliver(batch: Batch): Promise<void> {
    try {
      const written = await batch.write();
      this.batches.shift();
      this.count(written);
      this.delivering = false;
      batch.waiting.forEach(({ resolve }) => resolve());
      this.deliverNext();
    } catch (error: unknown) {
      batch.attempts += 1;
      const retryInMs = Math.min(lastRetryMs, firstRetryMs * 2 ** (batch.attempts - 1));
      this.onEvent({ type: 'delivery-failed', stream: this.stream.name, attempts: batch.attempts, retryInMs, error });
      if (batch.attempts >= attemptsBeforeFlushFails) {
        const message = `delivery stream ${this.stream.name} could not deliver after ${batch.attempts} attempts`;
        this.fail(new DeliveryError(message, { cause: error }));
      }
      if (!this.closed) {
        this.cancelRetry = this.clock.schedule(retryInMs, () => {
          this.delivering = false;
          this.deliverNext();
        });
      }
    }
  }

  private count(written: readonly WrittenObject[]): void {
    for (const object of written) {
      this.counts.objects += 1;
      this.counts[object.kind === 'data' ? 'rowsConverted' : 'rowsFailed'] += object.rows ?? 0;
      this.onEvent({ type: 'object-delivered', stream: this.stream.name, bucket: this.stream.bucket, ...object });
    }
  }

  private fail(error: DeliveryError): void {
    for (const { waiting } of this.batches) {
      waiting.splice(0).forEach(({ reject }) => reject(error));
    }
  }
}
