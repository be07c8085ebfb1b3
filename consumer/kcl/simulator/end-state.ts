import type { Row } from '../adapters/dynamodb/lease-row';
import { findHole } from '../decisions/hash-range';
import type { InMemoryLeaseStore } from '../in-memory/in-memory-lease-store';
import type { InMemoryStream } from '../in-memory/in-memory-stream';
import type { Fleet } from './fleet';
import type { Invariant } from './invariants';
import type { Judge } from './judge';
import type { RecordBook } from './record-book';

/** What there is to look at when a run comes to its end. */
export interface EndState {
  readonly book: RecordBook;
  readonly fleet: Fleet;
  readonly stream: InMemoryStream;
  readonly table: InMemoryLeaseStore;
  /** Whether the shard was read to its end. */
  readonly isDone: (shardId: string) => boolean;
}

/** Not a lease: another client's row, which must come through the run as it is. */
export const foreignRow = {
  leaseKey: { S: 'foreign' },
  entityType: { S: 'SOMETHING_ELSE' },
  payload: { S: 'kept' },
} as const satisfies Row;

/** What is not yet as it has to be some time after the last fault; undefined when nothing is left to do. */
export function unsettled(state: EndState): { readonly invariant: Invariant; readonly message: string } | undefined {
  const { book, fleet, isDone, stream, table } = state;
  if (book.missing() > 0) {
    return { invariant: 'complete', message: `records are missing: ${book.firstGap()}` };
  }
  const rows = stream.openShardIds.map((id) => ({ id, row: table.row(id) }));
  const without = rows.find(({ row }) => row === undefined);
  if (without !== undefined) {
    return { invariant: 'coverage', message: `${without.id} has no lease` };
  }
  const loads = fleet.members.map(({ machine }) => rows.filter(({ row }) => isHeldBy(row, machine.name)).length);
  const held = loads.reduce((sum, load) => sum + load, 0);
  if (held < rows.length || Math.max(...loads) - Math.min(...loads) > 1) {
    return { invariant: 'balance', message: `${rows.length} shards are shared as ${loads.join(', ')}` };
  }
  const unended = stream.closedShardIds.find((id) => !isDone(id));
  return unended === undefined ? undefined : { invariant: 'complete', message: `the lease of ${unended} is not at its end` };
}

/**
 * What has to hold once nothing is left to do.
 *
 * @param misplaced - user records in shards that they do not belong to
 */
export function checkEnd(judge: Judge, { fleet, stream, table }: EndState, misplaced: number): void {
  const ranges = stream.openShardIds.flatMap((id) => {
    const row = table.row(id);
    const [start, end] = [row?.['startingHashKey']?.S, row?.['endingHashKey']?.S];
    return start === undefined || end === undefined ? [] : [{ startingHashKey: start, endingHashKey: end }];
  });
  const hole = findHole(ranges);
  if (hole !== undefined) {
    judge.violated('coverage', `no lease covers ${hole.startingHashKey} … ${hole.endingHashKey}`);
  }
  const { recordsSkipped } = fleet;
  // What is read again is left out again, and counted again.
  if (recordsSkipped < misplaced || (misplaced === 0 && recordsSkipped > 0)) {
    judge.violated('aggregates', `${recordsSkipped} user records were left out, and ${misplaced} had to be`);
  }
  if (table.row(foreignRow.leaseKey.S) !== foreignRow) {
    judge.violated('foreign-kept', 'a row that is not a lease was changed');
  }
}

function isHeldBy(row: Row | undefined, worker: string): boolean {
  return row?.['leaseOwner']?.S === worker && row['checkpointOwner'] === undefined;
}
