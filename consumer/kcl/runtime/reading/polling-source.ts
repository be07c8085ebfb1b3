import { setMaxListeners } from 'node:events';
import type { Clock, Random } from '../../clock';
import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import { paceRead, unpaced, type PacingOptions, type ReadOutcome, type ReadPacing } from '../../decisions/read-pacing';
import { estimateRecordBytes, memoryWeight, readLimit, readSize } from '../../decisions/read-size';
import type { Shard } from '../../decisions/shard-graph';
import { KclError, type KclErrorCode } from '../../errors';
import type { ReadRequest, ReadResult, Reservation, ShardReader, ShardSource } from '../../ports/shard-source';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from '../../ports/stream-api';
import { withOwnSignal } from '../abort';
import { iteratorPosition } from './iterator-position';
import { TipWatch } from './tip-watch';

export interface PollingProps extends PacingOptions {
  readonly api: StreamApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly maxRecordsPerRead: number;
  /** For AT_TIMESTAMP. */
  readonly startTimestampMs: number | undefined;
}

/** Errors that may be mended while they are tried again: credentials are renewed, a key is enabled. */
const mayBeMended: ReadonlySet<KclErrorCode> = new Set(['CREDENTIALS_REFUSED', 'KMS_KEY_UNUSABLE']);
/** So often in a row, which is about fifteen seconds. */
const triesToMend = 5;
const mendBackoff: BackoffOptions = { firstMs: 500, maxMs: 10_000 };

/** How far the stream's clock may be behind this machine's, in milliseconds. */
export const clockSkewMs = 60_000;

/** Reads shards by GetRecords, paced within a shard's limits and as much at a time as there is room for. */
export class PollingSource implements ShardSource {
  /** The expected size of a record's data. All shards of a stream learn from each other. */
  recordBytes: number | undefined;
  private readonly learned = new AbortController();
  private readonly paces = new Map<string, Pace>();

  constructor(readonly props: PollingProps) {
    // Each shard that waits listens.
    setMaxListeners(0, this.learned.signal);
  }

  /** Aborted once the size of records is known. */
  get sizeKnown(): AbortSignal {
    return this.learned.signal;
  }

  /** Takes note of the records of a reply, one at least. */
  learn(records: number, bytes: number): void {
    this.recordBytes = estimateRecordBytes(this.recordBytes, records, bytes);
    this.learned.abort();
  }

  async listShards(): Promise<readonly Shard[]> {
    const { api, clock, random } = this.props;
    for (let failures = 1; ; failures += 1) {
      try {
        return await api.listShards();
      } catch (error: unknown) {
        if (!isMendable(error) || failures === triesToMend) {
          throw error;
        }
        await clock.sleep(backoffMs(failures - 1, mendBackoff, random));
      }
    }
  }

  open(request: ReadRequest): ShardReader {
    // A shard that is opened again goes on at its pace: the service counts its shards' calls, not our readers'.
    const pace = this.paces.get(request.shardId) ?? { pacing: unpaced, nextReadMs: 0 };
    this.paces.set(request.shardId, pace);
    return new PollingReader(this, request, pace);
  }
}

/** When a shard is read again. */
interface Pace {
  pacing: ReadPacing;
  nextReadMs: number;
}

class PollingReader implements ShardReader {
  private readonly props: PollingProps;
  private readonly tip = new TipWatch();
  private iterator: string | undefined;
  private position: IteratorPosition;
  private ended: readonly Shard[] | undefined;
  /** Failures in a row that may be mended. */
  private unmended = 0;

  constructor(
    private readonly source: PollingSource,
    private readonly request: ReadRequest,
    private readonly pace: Pace,
  ) {
    this.props = source.props;
    this.position = iteratorPosition(request.startAfter, this.props.startTimestampMs);
  }

  async read(signal: AbortSignal): Promise<ReadResult> {
    const { clock } = this.props;
    for (;;) {
      if (this.ended !== undefined) {
        return { kind: 'end', children: this.ended };
      }
      const waitMs = this.pace.nextReadMs - clock.monotonicMs();
      if (waitMs > 0) {
        if (this.pace.pacing.failures === 0) {
          // A reader that only ever fails is to be taken for a stuck one.
          this.request.report({ kind: 'waiting', waitMs });
        }
        await clock.sleep(waitMs, signal);
      }
      signal.throwIfAborted();
      const result = await this.attempt(await this.reserve(signal), signal);
      if (result !== undefined) {
        return result;
      }
    }
  }

  private async reserve(signal: AbortSignal): Promise<Reservation> {
    const { memory } = this.request;
    const { sizeKnown } = this.source;
    if (!sizeKnown.aborted) {
      const { wantedBytes, leastBytes } = readSize(undefined, this.props.maxRecordsPerRead);
      try {
        return await withOwnSignal(signal, (own) => memory.reserve(wantedBytes, leastBytes, own), sizeKnown);
      } catch {
        // Another shard has shown what records weigh: no need to wait for that much.
        signal.throwIfAborted();
      }
    }
    const { wantedBytes, leastBytes } = readSize(this.source.recordBytes, this.props.maxRecordsPerRead);
    return memory.reserve(wantedBytes, leastBytes, signal);
  }

  /** One call; undefined when it gave nothing to hand on. The reservation goes with what is handed on, or is released. */
  private async attempt(reservation: Reservation, signal: AbortSignal): Promise<ReadResult | undefined> {
    let result: ReadResult | undefined;
    try {
      const limit = readLimit(this.source.recordBytes, this.props.maxRecordsPerRead, reservation.bytes);
      const reply = await withOwnSignal(signal, (own) => this.call(limit, own));
      result = reply.kind === 'gone' ? reply : this.take(reply, reservation);
      return result;
    } catch (error: unknown) {
      this.failed(error, signal);
      return undefined;
    } finally {
      if (result?.kind !== 'records') {
        reservation.release();
      }
    }
  }

  private failed(error: unknown, signal: AbortSignal): void {
    this.unmended = isMendable(error) ? this.unmended + 1 : 0;
    const final = error instanceof KclError && (this.unmended === 0 || this.unmended === triesToMend);
    if (final || signal.aborted) {
      throw error;
    }
    // An iterator that made the service stumble is not tried again.
    this.iterator = undefined;
    this.request.report({ kind: 'read-failed', error, waitMs: this.plan({ kind: 'failed' }) });
  }

  private async call(limit: number, signal: AbortSignal): Promise<RecordsResult | Extract<IteratorResult, { kind: 'gone' }>> {
    const { api, clock } = this.props;
    if (this.iterator === undefined) {
      const reply = await api.getIterator(this.request.shardId, this.position, signal);
      if (reply.kind !== 'iterator') {
        return reply;
      }
      this.iterator = reply.iterator;
      if (this.position.type === 'LATEST') {
        // Should this iterator expire before it has given a record, LATEST would pass over what came in between.
        this.position = { type: 'AT_TIMESTAMP', timestampMs: clock.wallMs() - clockSkewMs };
      }
    }
    const sentMs = clock.monotonicMs();
    const reply = await api.getRecords(this.iterator, limit, signal);
    // Back to the time of asking: what arrived while the call was on its way need not be in the reply.
    return reply.kind === 'records' && reply.streamTimeMs !== undefined
      ? { ...reply, streamTimeMs: reply.streamTimeMs - (clock.monotonicMs() - sentMs) }
      : reply;
  }

  private take(reply: RecordsResult, reservation: Reservation): ReadResult | undefined {
    switch (reply.kind) {
      case 'throttled':
        this.request.report({ kind: 'throttled', by: reply.by ?? 'stream', waitMs: this.plan({ kind: 'throttled' }) });
        return undefined;
      case 'expired':
        this.iterator = undefined;
        this.plan({ kind: 'expired' });
        this.request.report({ kind: 'iterator-expired' });
        return undefined;
      case 'records':
        return this.takeRecords(reply, reservation);
    }
  }

  private takeRecords(reply: Extract<RecordsResult, { kind: 'records' }>, reservation: Reservation): ReadResult | undefined {
    const { batch, bytes } = reply;
    const last = batch.records.at(-1);
    this.unmended = 0;
    if (last !== undefined) {
      this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
      this.source.learn(batch.records.length, bytes);
    }
    this.iterator = reply.nextIterator;
    const { millisBehindLatest } = batch;
    const isOpen = reply.nextIterator !== undefined;
    const completeBeforeMs = this.tip.next({ askedMs: reply.streamTimeMs, millisBehindLatest, isOpen });
    const keyBytes = batch.records.reduce((sum, { partitionKey }) => sum + partitionKey.length, 0);
    // A read may find nothing and still be behind: it has passed over a stretch of the shard without records.
    this.plan({ kind: 'records', bytes: bytes + keyBytes, idle: last === undefined && millisBehindLatest <= 0 });
    if (reply.nextIterator === undefined) {
      this.ended = reply.children;
      if (last === undefined) {
        return undefined;
      }
    }
    reservation.settle(memoryWeight(batch.records.length, bytes));
    return { kind: 'records', batch, bytes, reservation, completeBeforeMs };
  }

  /** Plans the next read; the wait until then, in milliseconds. */
  private plan(outcome: ReadOutcome): number {
    const { pacing, waitMs } = paceRead(this.pace.pacing, outcome, this.props, this.props.random);
    this.pace.pacing = pacing;
    this.pace.nextReadMs = this.props.clock.monotonicMs() + waitMs;
    return waitMs;
  }
}

function isMendable(error: unknown): boolean {
  return error instanceof KclError && mayBeMended.has(error.code);
}
