import { comparePositions } from '../decisions/position';
import type { IteratorPosition } from '../ports/stream-api';
import type { KinesisRecord } from '../record';

/** As many records from the first on as fit, but at least one. */
export function upTo(maxBytes: number, records: readonly KinesisRecord[]): readonly KinesisRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ data }, i) => (bytes += data.byteLength) > maxBytes && i > 0);
  return end < 0 ? records : records.slice(0, end);
}

/** The first record that an iterator of this kind gives; past the last one when there is none yet. */
export function indexOf(records: readonly KinesisRecord[], from: IteratorPosition): number {
  // Records stand in the order of their sequence numbers and of their arrival, so what matches once matches from then on.
  const firstThat = (matches: (record: KinesisRecord) => boolean): number => {
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (matches(records[middle] as KinesisRecord)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  };
  switch (from.type) {
    case 'TRIM_HORIZON':
      return 0;
    case 'LATEST':
      return records.length;
    case 'AT_TIMESTAMP':
      return firstThat(({ arrivalTimeMs }) => arrivalTimeMs >= from.timestampMs);
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const least = from.type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0;
      const position = { sequenceNumber: from.sequenceNumber, subSequenceNumber: 0 };
      return firstThat((record) => comparePositions(record, position) >= least);
    }
  }
}
