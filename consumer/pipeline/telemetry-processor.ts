import { setImmediate as nextTurn } from 'node:timers/promises';
import { ledgerPosition } from '../../core/ledger';
import type { ReasonCode } from '../../core/reason';
import type { Clock, Random } from '../kcl';
import type { KinesisRecord, RecordBatch } from '../kcl';
import type { CheckpointResult, RecordPosition, ShardContext, ShardProcessor } from '../kcl';
import type { AlertSender } from './alerts/alert-sender';
import { ShardAlerts } from './alerts/shard-alerts';
import { deliver } from './delivery/deliver';
import type { DeliveryPort } from './delivery/delivery-port';
import type { Limiter } from './delivery/limiter';
import { DeviceTable } from './device-table';
import type { Share } from './fair-share';
import type { MessageProcessor } from './message-processor';
import type { PipelineEvent } from './pipeline-event';
import { quarantineLines } from './quarantine';
import { Rejection } from './rejection';
import { ShardBuffer, sizes } from './shard-buffer';

/** What a shard's processor works with; the same for all shards of a process but for the shares. */
export interface TelemetryProcessorOptions {
  readonly domainName: string;
  readonly messages: MessageProcessor;
  /** By table of the domain: the delivery stream's name. */
  readonly deliveryStreams: ReadonlyMap<string, string>;
  readonly quarantineStream: string;
  readonly delivery: DeliveryPort;
  readonly limiter: Limiter;
  /** @default - nobody is told of alerts */
  readonly alerts?: AlertSender;
  /** Longest that a record stays undelivered while the shard is read, in milliseconds. */
  readonly flushIntervalMs: number;
  /** This shard's part of the bytes that may wait for delivery: at so many a flush begins, and reading waits for it. */
  readonly bufferedBytes: Share;
  /** This shard's part of the devices that are remembered. */
  readonly rememberedDevices: Share;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: PipelineEvent) => void;
}

/** Not everything was delivered when the processor was told to stop; what is missing is read again after the last checkpoint. */
export class DeliveryAbortedError extends Error {
  override readonly name = 'DeliveryAbortedError';
  readonly code = 'delivery_aborted';
}

/** Records between two turns of the event loop, so that leases are renewed while a large batch is worked on: about 10 ms. */
const recordsPerTurn = 256;

/**
 * Our record processor for one shard: decode → validate → check the sender → deduplicate → features → buffer → Firehose accepts every row and every
 * quarantine line → alerts are sent → ledger → checkpoint. A checkpoint covers exactly what the flush before it delivered, so it never passes a
 * record that Firehose has not accepted.
 *
 * A flush may fall between two records of a KPL aggregate: checkpoints and ledger name the place inside. While a flush waits for Firehose, `process` waits for the flush, and so does reading: that is the back-pressure.
 */
export class TelemetryProcessor implements ShardProcessor {
  private readonly buffer = new ShardBuffer();
  private readonly devices: DeviceTable;
  private readonly alerts: ShardAlerts;
  private readonly stopped = new AbortController();
  private readonly sampled = new Set<ReasonCode>();
  /** The last record in the buffer; undefined when the buffer holds nothing. */
  private position: RecordPosition | undefined;
  /** When the oldest record in the buffer came, on the monotonic clock. */
  private oldestMs = 0;
  private checkpointed: string;

  constructor(
    private readonly options: TelemetryProcessorOptions,
    private readonly context: ShardContext,
  ) {
    this.checkpointed = ledgerPosition(context.startAfter, context.startAfterSubSequenceNumber);
    this.devices = new DeviceTable(() => options.rememberedDevices.amount());
    this.alerts = new ShardAlerts(options.alerts, context.shardId);
    const { signal } = context;
    if (signal.aborted) {
      this.drop();
    } else {
      signal.addEventListener('abort', () => this.drop(), { once: true, signal: this.stopped.signal });
    }
  }

  async process({ records }: RecordBatch): Promise<void> {
    let sinceTurn = 0;
    for (const record of records) {
      if (this.buffer.bytes >= this.options.bufferedBytes.amount()) {
        await this.flush();
      }
      if (sinceTurn === recordsPerTurn) {
        sinceTurn = 0;
        await nextTurn();
      }
      if (this.stopped.signal.aborted) {
        return;
      }
      sinceTurn += 1;
      this.accept(record);
    }
    await this.flushWhenDue();
  }

  async idle(): Promise<void> {
    await this.flushWhenDue();
  }

  async shardEnded(): Promise<void> {
    await this.finish();
  }

  async handOver(): Promise<void> {
    await this.finish();
  }

  leaseLost(): void {
    this.drop();
  }

  private accept(record: KinesisRecord): void {
    const { sequenceNumber, subSequenceNumber } = record;
    if (this.position === undefined) {
      this.oldestMs = this.options.clock.monotonicMs();
    }
    const { shardId } = this.context;
    const { data, partitionKey, arrivalTimeMs } = record;
    const incoming = { data, partitionKey, arrivalTimeMs, sequenceNumber, shardId };
    const outcome = this.options.messages.handle(incoming, this.devices);
    if (outcome === 'duplicate') {
      this.buffer.tally.dropDuplicate();
    } else if (outcome instanceof Rejection) {
      this.reject(outcome, record);
    } else {
      for (const { table, text } of outcome.rows) {
        this.buffer.packer(this.streamOf(table)).add(text);
      }
      this.buffer.tally.deliver(outcome.rows.map(({ table }) => table));
      if (outcome.alerts.length > 0) {
        const { alerts, deviceId, sequence } = outcome;
        this.alerts.raise(alerts, { deviceId, sequence, arrivalTimeMs });
      }
    }
    this.position = { sequenceNumber, subSequenceNumber };
  }

  private reject(rejection: Rejection, record: KinesisRecord): void {
    const { domainName, quarantineStream, onEvent } = this.options;
    const { shardId } = this.context;
    const lines = quarantineLines(rejection, record, { domain: domainName, shardId });
    this.buffer.quarantine(quarantineStream, rejection.reason, lines);
    if (!this.sampled.has(rejection.reason)) {
      this.sampled.add(rejection.reason);
      onEvent({ type: 'record-rejected', shardId, sequenceNumber: record.sequenceNumber, rejection });
    }
  }

  private streamOf(table: string): string {
    const stream = this.options.deliveryStreams.get(table);
    if (stream === undefined) {
      throw new RangeError(`table ${table} has no delivery stream`);
    }
    return stream;
  }

  private async flushWhenDue(): Promise<void> {
    const { clock, flushIntervalMs, bufferedBytes } = this.options;
    const waited = clock.monotonicMs() - this.oldestMs;
    if (this.position !== undefined && (waited >= flushIntervalMs || this.buffer.bytes >= bufferedBytes.amount())) {
      await this.flush();
    }
  }

  /** @throws DeliveryAbortedError when something was left undelivered: the runtime must not take the shard for finished */
  private async finish(): Promise<void> {
    await this.flush();
    const complete = this.position === undefined && !this.stopped.signal.aborted;
    this.drop();
    if (!complete) {
      throw new DeliveryAbortedError(`shard ${this.context.shardId}: stopped before everything was delivered`);
    }
  }

  private async flush(): Promise<void> {
    const { position } = this;
    if (position === undefined || this.stopped.signal.aborted) {
      return;
    }
    try {
      if ((await this.deliverAndCheckpoint(position)) === 'lost') {
        this.drop();
        return;
      }
    } catch (error: unknown) {
      // The caller starts again at the last checkpoint, with another processor: nothing of this one may go on.
      this.drop();
      throw error;
    }
    this.checkpointed = ledgerPosition(position.sequenceNumber, position.subSequenceNumber);
    this.position = undefined;
    this.sampled.clear();
    this.buffer.clear();
  }

  /** Delivers the buffer, whose last record is at `position`, and only then moves the checkpoint there. */
  private async deliverAndCheckpoint(position: RecordPosition): Promise<CheckpointResult> {
    const { context, options } = this;
    const startedMs = options.clock.monotonicMs();
    const packed = this.buffer.packed();
    await Promise.all(packed.map(({ stream, records }) => this.deliver(stream, records)));
    if (this.stopped.signal.aborted) {
      return 'lost';
    }
    const durationMs = Math.round(options.clock.monotonicMs() - startedMs);
    options.onEvent({ type: 'flushed', shardId: context.shardId, ...sizes(packed), durationMs });
    if ((await this.alerts.send(this.stopped.signal)) === 'aborted') {
      return 'lost';
    }
    const through = ledgerPosition(position.sequenceNumber, position.subSequenceNumber);
    const entry = this.buffer.tally.entry(context.shardId, this.checkpointed, through);
    options.onEvent({ type: 'ledger', entry });
    return await context.checkpointer.checkpoint(position);
  }

  private async deliver(stream: string, records: readonly Uint8Array[]): Promise<void> {
    const { delivery: port, limiter, clock, random, onEvent } = this.options;
    const { shardId } = this.context;
    await deliver(stream, records, {
      port,
      limiter,
      clock,
      random,
      signal: this.stopped.signal,
      onRetry: (event) => onEvent({ ...event, shardId }),
    });
  }

  /** Gives up whatever is in flight and forgets the rest. Doing it twice is harmless. */
  private drop(): void {
    this.stopped.abort();
    this.buffer.drop();
    this.alerts.clear();
    this.devices.clear();
    this.options.bufferedBytes.leave();
    this.options.rememberedDevices.leave();
  }
}
