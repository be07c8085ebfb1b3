import { setMaxListeners } from 'node:events';
import { ledgerPosition } from '../../core/ledger';
import type { ReasonCode } from '../../core/reason';
import type { Clock, Random } from '../kcl';
import type { KinesisRecord, RecordBatch } from '../kcl';
import type { RecordPosition, ShardContext, ShardProcessor } from '../kcl';
import type { AlertSender } from './alerts/alert-sender';
import { ShardAlerts } from './alerts/shard-alerts';
import type { DeliveryPort } from './delivery/delivery-port';
import type { Limiter } from './delivery/limiter';
import type { ShardDevices } from './device-state/shard-devices';
import type { Share } from './fair-share';
import type { MessageProcessor } from './message-processor';
import type { PipelineEvent } from './pipeline-event';
import { quarantineLines } from './quarantine';
import { Rejection } from './rejection';
import { ShardDelivery } from './shard-delivery';
import { Tally } from './tally';

/** What a shard's processor works with; the same for all shards of a process but for the shares and the devices. */
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
  /** Longest that a record stays uncheckpointed while the shard is read, in milliseconds. */
  readonly checkpointIntervalMs: number;
  /** This shard's part of the bytes that may wait for delivery: at so many a flush begins, and reading waits for it. */
  readonly bufferedBytes: Share;
  /** The shard's devices, until the signal is aborted. */
  readonly devices: (signal: AbortSignal) => ShardDevices;
  readonly clock: Clock;
  readonly random: Random;
  /** Lets others have their turn. */
  readonly nextTurn: () => Promise<unknown>;
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
 * Our record processor for one shard: load the devices → decode → validate → check the sender → deduplicate → features → buffer →
 * Firehose accepts every row and every quarantine line → alerts are sent → store the devices → ledger → checkpoint. A checkpoint covers
 * exactly what was delivered before it, so it never passes a record that Firehose has not accepted, and it never passes a state that is not
 * stored.
 *
 * Rows are delivered every `flushIntervalMs`, the checkpoint follows every `checkpointIntervalMs`: what lies between is processed again
 * after a crash, and a device that reports often is stored once. A checkpoint may fall between two records of a KPL aggregate; ledger and
 * states name the place inside. While anything waits for Firehose or for the store, `process` waits, and so does reading: that is the
 * back-pressure.
 */
export class TelemetryProcessor implements ShardProcessor {
  private readonly delivery: ShardDelivery;
  private readonly alerts: ShardAlerts;
  private readonly devices: ShardDevices;
  private readonly stopped = new AbortController();
  private readonly sampled = new Set<ReasonCode>();
  private tally = new Tally();
  /** The last record since the checkpoint; undefined when there is none. */
  private handled: RecordPosition | undefined;
  /** When the first record since the checkpoint came, on the monotonic clock. */
  private sinceMs = 0;
  private checkpointed: string;

  constructor(
    private readonly options: TelemetryProcessorOptions,
    private readonly context: ShardContext,
  ) {
    const { clock, delivery, limiter, onEvent, random } = options;
    const { shardId, signal } = context;
    // Every request in flight listens to it, and there are more than the ten that Node.js takes for a leak.
    setMaxListeners(0, this.stopped.signal);
    this.checkpointed = ledgerPosition(context.startAfter, context.startAfterSubSequenceNumber);
    this.delivery = new ShardDelivery({ shardId, delivery, limiter, clock, random, signal: this.stopped.signal, onEvent });
    this.alerts = new ShardAlerts(options.alerts, shardId);
    this.devices = options.devices(this.stopped.signal);
    if (signal.aborted) {
      this.drop();
    } else {
      signal.addEventListener('abort', () => this.drop(), { once: true, signal: this.stopped.signal });
    }
  }

  async process({ records }: RecordBatch): Promise<void> {
    await this.orDrop(async () => {
      for (let from = 0; from < records.length && !this.isStopped();) {
        const count = await this.devices.prepare(records, from);
        if (count === 0) {
          // No device can leave memory that has changed since the last checkpoint.
          await this.checkpoint();
        } else {
          await this.handle(records.slice(from, from + count));
          from += count;
        }
      }
      await this.whenDue();
    });
  }

  async idle(): Promise<void> {
    await this.orDrop(() => this.whenDue());
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

  private async handle(records: readonly KinesisRecord[]): Promise<void> {
    let sinceTurn = 0;
    for (const record of records) {
      if (this.delivery.bytes >= this.options.bufferedBytes.amount()) {
        await this.whenDue();
      }
      if (sinceTurn === recordsPerTurn) {
        sinceTurn = 0;
        await this.options.nextTurn();
      }
      if (this.isStopped()) {
        return;
      }
      sinceTurn += 1;
      this.accept(record);
    }
  }

  private accept(record: KinesisRecord): void {
    const { arrivalTimeMs, data, partitionKey, sequenceNumber, subSequenceNumber } = record;
    if (this.handled === undefined) {
      this.sinceMs = this.options.clock.monotonicMs();
    }
    this.handled = { sequenceNumber, subSequenceNumber };
    const { shardId } = this.context;
    const incoming = { data, partitionKey, arrivalTimeMs, sequenceNumber, subSequenceNumber, shardId };
    const outcome = this.options.messages.handle(incoming, this.devices);
    if (outcome === 'duplicate') {
      this.tally.dropDuplicate();
    } else if (outcome instanceof Rejection) {
      this.reject(outcome, record);
    } else {
      for (const { table, text } of outcome.rows) {
        this.delivery.add(this.streamOf(table), text);
      }
      this.tally.deliver(outcome.rows.map(({ table }) => table));
      if (outcome.alerts.length > 0) {
        const { alerts, deviceId, sequence } = outcome;
        this.alerts.raise(alerts, { deviceId, sequence, arrivalTimeMs });
      }
    }
  }

  private reject(rejection: Rejection, record: KinesisRecord): void {
    const { domainName, quarantineStream, onEvent } = this.options;
    const { shardId } = this.context;
    for (const line of quarantineLines(rejection, record, { domain: domainName, shardId })) {
      this.delivery.add(quarantineStream, Buffer.from(line, 'utf8'));
    }
    this.tally.quarantine(rejection.reason);
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

  private async whenDue(): Promise<void> {
    const { bufferedBytes, checkpointIntervalMs, clock, flushIntervalMs } = this.options;
    const { bytes, waitedMs } = this.delivery;
    if (this.handled !== undefined && clock.monotonicMs() - this.sinceMs >= checkpointIntervalMs) {
      await this.checkpoint();
    } else if (waitedMs !== undefined && (waitedMs >= flushIntervalMs || bytes >= bufferedBytes.amount())) {
      await this.deliver();
    }
  }

  /** @throws DeliveryAbortedError when something was left undelivered: the runtime must not take the shard for finished */
  private async finish(): Promise<void> {
    await this.orDrop(() => this.checkpoint());
    const complete = this.handled === undefined && !this.isStopped();
    this.drop();
    if (!complete) {
      throw new DeliveryAbortedError(`shard ${this.context.shardId}: stopped before everything was delivered`);
    }
  }

  /** Delivers what waits, and tells of the alerts among it. */
  private async deliver(): Promise<'accepted' | 'aborted'> {
    const outcome = await this.delivery.deliver();
    this.sampled.clear();
    return outcome === 'aborted' || (await this.alerts.send(this.stopped.signal)) === 'aborted' ? 'aborted' : 'accepted';
  }

  /** Delivers what waits, stores what is remembered of the devices, and only then moves the checkpoint to the last record. */
  private async checkpoint(): Promise<void> {
    const { handled: position } = this;
    if (position === undefined || this.isStopped()) {
      return;
    }
    if ((await this.deliver()) === 'aborted' || (await this.devices.store()) === 'aborted' || this.isStopped()) {
      return;
    }
    const through = ledgerPosition(position.sequenceNumber, position.subSequenceNumber);
    const entry = this.tally.entry(this.context.shardId, this.checkpointed, through);
    this.options.onEvent({ type: 'ledger', entry });
    if ((await this.context.checkpointer.checkpoint(position)) === 'lost') {
      this.drop();
      return;
    }
    this.checkpointed = through;
    this.handled = undefined;
    this.tally = new Tally();
  }

  /** After an error the caller starts again at the last checkpoint, with another processor: nothing of this one may go on. */
  private async orDrop(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error: unknown) {
      this.drop();
      throw error;
    }
  }

  /** Whether it was told to give up. Asked through a function because it changes while others are awaited. */
  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  /** Gives up whatever is in flight and forgets the rest. Doing it twice is harmless. */
  private drop(): void {
    this.stopped.abort();
    this.delivery.drop();
    this.alerts.clear();
    this.devices.drop();
    this.options.bufferedBytes.leave();
  }
}
