import type { Clock, Random } from '../clock';
import { backoffMs, type BackoffOptions } from '../decisions/backoff';
import { isStart } from '../decisions/position';
import type { Shard } from '../decisions/shard-graph';
import { KclError } from '../errors';
import type { ReadRequest, ReadResult, ShardReader, ShardSource } from '../ports/shard-source';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from '../ports/stream-api';
import { withOwnSignal } from './abort';

export interface PollingProps {
  readonly api: StreamApi;
  readonly clock: Clock;
  readonly random: Random;
  /** Between two reads of a shard that finds records, in milliseconds. */
  readonly readIntervalMs: number;
  /** Between two reads of a shard that finds none, in milliseconds. */
  readonly idleReadIntervalMs: number;
  readonly maxRecordsPerRead: number;
  /** For AT_TIMESTAMP. */
  readonly startTimestampMs: number | undefined;
}

/** Reads shards by GetRecords, paced so that a shard's limit of five calls a second holds. */
export class PollingSource implements ShardSource {
  constructor(private readonly props: PollingProps) {}

  listShards(): Promise<readonly Shard[]> {
    return this.props.api.listShards();
  }

  open(request: ReadRequest): ShardReader {
    return new PollingReader(this.props, request);
  }
}

/** After throttling and errors. A shard's read limit is refilled every second. */
const backoff: BackoffOptions = { firstMs: 500, maxMs: 10_000 };

class PollingReader implements ShardReader {
  private iterator: string | undefined;
  private position: IteratorPosition;
  private ended: readonly Shard[] | undefined;
  private nextReadMs = 0;
  private failures = 0;

  constructor(
    private readonly props: PollingProps,
    private readonly request: ReadRequest,
  ) {
    this.position = startOf(request, props);
  }

  async read(signal: AbortSignal): Promise<ReadResult> {
    const { clock } = this.props;
    for (;;) {
      if (this.ended !== undefined) {
        return { kind: 'end', children: this.ended };
      }
      await clock.sleep(Math.max(0, this.nextReadMs - clock.monotonicMs()), signal);
      signal.throwIfAborted();
      const result = await this.attempt(signal);
      if (result !== undefined) {
        return result;
      }
    }
  }

  /** One call; undefined when it gave nothing to hand on. */
  private async attempt(signal: AbortSignal): Promise<ReadResult | undefined> {
    try {
      const reply = await withOwnSignal(signal, (own) => this.call(own));
      return reply.kind === 'gone' ? reply : this.take(reply);
    } catch (error: unknown) {
      if (error instanceof KclError || signal.aborted) {
        throw error;
      }
      // An iterator that made the service stumble is not tried again.
      this.iterator = undefined;
      this.request.report({ kind: 'read-failed', error, waitMs: this.wait() });
      return undefined;
    }
  }

  private async call(signal: AbortSignal): Promise<RecordsResult | Extract<IteratorResult, { kind: 'gone' }>> {
    const { api, clock } = this.props;
    if (this.iterator === undefined) {
      const reply = await api.getIterator(this.request.shardId, this.position, signal);
      if (reply.kind !== 'iterator') {
        return reply;
      }
      this.iterator = reply.iterator;
      if (this.position.type === 'LATEST') {
        // Should this iterator expire before it has given a record, LATEST would pass over what came in between.
        this.position = { type: 'AT_TIMESTAMP', timestampMs: clock.wallMs() };
      }
    }
    return api.getRecords(this.iterator, this.props.maxRecordsPerRead, signal);
  }

  private take(reply: RecordsResult): ReadResult | undefined {
    switch (reply.kind) {
      case 'throttled':
        this.request.report({ kind: 'throttled', waitMs: this.wait() });
        return undefined;
      case 'expired':
        this.iterator = undefined;
        // Paced like any read: should new iterators expire as well, the shard's limit of calls still holds.
        this.nextReadMs = this.props.clock.monotonicMs() + this.props.readIntervalMs;
        this.request.report({ kind: 'iterator-expired' });
        return undefined;
      case 'records':
        return this.takeRecords(reply);
    }
  }

  private takeRecords(reply: Extract<RecordsResult, { kind: 'records' }>): ReadResult | undefined {
    const { records } = reply.batch;
    const last = records.at(-1);
    if (last !== undefined) {
      this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
    }
    this.failures = 0;
    this.iterator = reply.nextIterator;
    // A read may find nothing and still be behind: it has passed over a stretch of the shard without records.
    const more = last !== undefined || reply.batch.millisBehindLatest > 0;
    this.nextReadMs = this.props.clock.monotonicMs() + (more ? this.props.readIntervalMs : this.props.idleReadIntervalMs);
    if (reply.nextIterator === undefined) {
      this.ended = reply.children;
      if (last === undefined) {
        return undefined;
      }
    }
    return { kind: 'records', batch: reply.batch, bytes: reply.bytes };
  }

  private wait(): number {
    const waitMs = backoffMs(this.failures, backoff, this.props.random);
    this.failures += 1;
    this.nextReadMs = this.props.clock.monotonicMs() + waitMs;
    return waitMs;
  }
}

function startOf({ startAfter }: ReadRequest, { startTimestampMs }: PollingProps): IteratorPosition {
  const { sequenceNumber, subSequenceNumber } = startAfter;
  if (!isStart(startAfter)) {
    // In the middle of an aggregate: its record has to be read again.
    return { type: subSequenceNumber > 0 ? 'AT_SEQUENCE_NUMBER' : 'AFTER_SEQUENCE_NUMBER', sequenceNumber };
  }
  if (sequenceNumber === 'AT_TIMESTAMP') {
    // A lease that another configuration left at AT_TIMESTAMP: nothing may be passed over.
    return startTimestampMs === undefined ? { type: 'TRIM_HORIZON' } : { type: 'AT_TIMESTAMP', timestampMs: startTimestampMs };
  }
  return sequenceNumber === 'LATEST' ? { type: 'LATEST' } : { type: 'TRIM_HORIZON' };
}
