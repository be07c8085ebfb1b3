import { isHandOff } from './hand-off';
import { givesTo, type Lease, type LeaseWrite } from './lease';
import { comparePositions } from './position';

/**
 * What became of a write whose reply was lost or that was refused, judged by the row read afterwards. A refusal alone proves
 * nothing: the client may have repeated a request whose first reply was lost.
 *
 * `applied`: it went through. `again`: it did not, and the lease is still what the writer believes; write again on top of the row.
 * `lost`: another worker has written.
 *
 * Only two foreign writes leave a lease with its holder: a request for a hand-off, and its withdrawal. They raise the counter by one,
 * so a row that still names me as its holder and is at most two further is mine; the one step may be my own write, or both the other's.
 * Everything else is lost.
 */
export function settleWrite(row: Lease | undefined, seen: Lease, write: LeaseWrite, me: string): 'applied' | 'again' | 'lost' {
  if (row === undefined) {
    return 'lost';
  }
  switch (write.kind) {
    case 'take':
      if (row.counter === seen.counter) {
        return 'again';
      }
      if (!isNext(row, seen) || !owns(row, me)) {
        return 'lost';
      }
      // A hand-over to me that came first is as good: nobody else reads the shard. But a lease that was mine before may just have got a
      // renewal of mine that was late, and then the others have seen it for longer than this take is old.
      return owns(seen, me) ? 'again' : 'applied';
    case 'request':
    case 'request-from-java':
      // I alone put myself there. What followed, the hand-over even, is found by looking at the row.
      return row.owner === me && seen.owner !== me ? 'applied' : 'lost';
    case 'withdraw':
      return row.owner === me && isHandOff(row) ? 'again' : 'applied';
    case 'release':
      return isReleased(row, seen, me) ? 'applied' : settleHeld(row, seen, write, me);
    case 'renew':
    case 'checkpoint':
    case 'announce':
      return settleHeld(row, seen, write, me);
  }
}

/** For the writes of a worker that holds the lease and keeps it. */
function settleHeld(row: Lease, seen: Lease, write: LeaseWrite, me: string): 'applied' | 'again' | 'lost' {
  const steps = row.counter - seen.counter;
  if (steps === 0) {
    return owns(row, me) || row.checkpointOwner === me ? 'again' : 'lost';
  }
  const sameState = row.owner === seen.owner && row.checkpointOwner === seen.checkpointOwner;
  const holds = owns(row, me) || (row.checkpointOwner === me && (isHandOff(row) || sameState));
  if (!holds || steps < 0 || steps > 2) {
    return 'lost';
  }
  if (steps === 1) {
    // An earlier request of mine, given up as lost, may have arrived late and raised the counter in between.
    return sameState && hasEffect(row, write, me) ? 'applied' : 'again';
  }
  return !sameState && hasEffect(row, write, me) ? 'applied' : 'again';
}

function hasEffect(row: Lease, write: LeaseWrite, me: string): boolean {
  switch (write.kind) {
    case 'renew':
      return true;
    case 'checkpoint':
      return comparePositions(row.checkpoint, write.position) === 0;
    case 'announce':
      return row.leaving === me;
    default:
      return false;
  }
}

function isReleased(row: Lease, seen: Lease, me: string): boolean {
  return isNext(row, seen) && row.checkpointOwner === undefined && row.owner === givesTo(seen, me);
}

function isNext(row: Lease, seen: Lease): boolean {
  return row.counter === seen.counter + 1;
}

function owns(row: Lease, me: string): boolean {
  return row.owner === me && row.checkpointOwner === undefined;
}
