import { comparePositions, type Position } from '../../decisions/position';
import type { ReadRequest, ReadResult, ShardReader } from '../../ports/shard-source';
import type { IteratorPosition } from '../../ports/stream-api';
import { pollAfter } from '../reading/iterator-position';
import { PollingSource } from '../reading/polling-source';

/** A while in which a shard that is read by fan-out is polled, from where it was read to. */
export class PollingInterlude {
  private readonly reader: ShardReader;

  /**
   * @param position - where to go on
   * @param untilMs - on the monotonic clock, when to go back to fan-out
   */
  constructor(
    polling: PollingSource,
    request: ReadRequest,
    private position: IteratorPosition,
    readonly untilMs: number,
  ) {
    const source =
      position.type === 'AT_TIMESTAMP'
        ? new PollingSource({ ...polling.props, startTimestampMs: position.timestampMs })
        : polling;
    this.reader = source.open({ ...request, startAfter: pollAfter(position) });
  }

  /** The next batch, and where to go on after it; `position` undefined when that has not changed. */
  async read(signal: AbortSignal): Promise<{ readonly result: ReadResult; readonly position: IteratorPosition | undefined }> {
    const result = await this.reader.read(signal);
    const last = result.kind === 'records' ? result.batch.records.at(-1) : undefined;
    if (result.kind !== 'records' || last === undefined) {
      return { result, position: undefined };
    }
    const { records, millisBehindLatest } = result.batch;
    const unseen = records.filter((record) => this.isUnseen(record));
    this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };
    return { result: { ...result, batch: { records: unseen, millisBehindLatest } }, position: this.position };
  }

  /** Polling starts with the record that a subscription has given last. */
  private isUnseen(record: Position): boolean {
    const { position } = this;
    return (
      position.type !== 'AFTER_SEQUENCE_NUMBER' ||
      comparePositions(record, { sequenceNumber: position.sequenceNumber, subSequenceNumber: 0 }) > 0
    );
  }
}
