import { AT_TIMESTAMP, isStart, LATEST, TRIM_HORIZON, type Position } from '../../decisions/position';
import type { IteratorPosition } from '../../ports/stream-api';

/**
 * Where to read a shard from first. A record that is named is read again, since it may be an aggregate that is only dealt with in part.
 *
 * @param startTimestampMs - for AT_TIMESTAMP, milliseconds since the epoch
 */
export function iteratorPosition(startAfter: Position, startTimestampMs: number | undefined): IteratorPosition {
  const { sequenceNumber } = startAfter;
  if (!isStart(startAfter)) {
    return { type: 'AT_SEQUENCE_NUMBER', sequenceNumber };
  }
  if (sequenceNumber === AT_TIMESTAMP.sequenceNumber) {
    // A lease that another configuration left at AT_TIMESTAMP: nothing may be passed over.
    return startTimestampMs === undefined ? { type: 'TRIM_HORIZON' } : { type: 'AT_TIMESTAMP', timestampMs: startTimestampMs };
  }
  return sequenceNumber === LATEST.sequenceNumber ? { type: 'LATEST' } : { type: 'TRIM_HORIZON' };
}

/** The position as a reader that polls is told it; it gives the record of the position once more. */
export function pollAfter(position: IteratorPosition): Position {
  switch (position.type) {
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER':
      return { sequenceNumber: position.sequenceNumber, subSequenceNumber: 0 };
    case 'AT_TIMESTAMP':
      return AT_TIMESTAMP;
    case 'LATEST':
      return LATEST;
    case 'TRIM_HORIZON':
      return TRIM_HORIZON;
  }
}
