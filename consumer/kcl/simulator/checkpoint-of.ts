import type { Row } from '../adapters/dynamodb/lease-row';
import type { Position } from '../decisions/position';

/** The checkpoint of a lease's row. */
export function checkpointOf(row: Row): Position {
  return {
    sequenceNumber: row['checkpoint']?.S ?? '',
    subSequenceNumber: Number(row['checkpointSubSequenceNumber']?.N ?? 0),
  };
}
