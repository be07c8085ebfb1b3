import { changesOwner, givesTo, type Findings, type Lease, type LeaseWrite } from '../../../../consumer/kcl/decisions/lease';

/**
 * What the table must make of a write: the model that the stores are held against. The lease after a write that was based on `seen`; `lost` when the row has moved on since.
 *
 * @param row - what the table holds at the moment of the write
 */
export function applyWrite(row: Lease | undefined, seen: Lease, write: LeaseWrite): Lease | 'lost' {
  if (row?.counter !== seen.counter || !isAllowed(row, seen, write)) {
    return 'lost';
  }
  const kept: Lease = {
    ...row,
    counter: row.counter + (write.kind === 'request-from-java' ? 0 : 1),
    wokenBy: wakeAfter(seen, row),
  };
  switch (write.kind) {
    case 'take':
      return {
        ...kept,
        owner: write.owner,
        handOffOwner: write.owner,
        checkpointOwner: undefined,
        leaving: undefined,
        ownerSwitchesSinceCheckpoint: row.ownerSwitchesSinceCheckpoint + (changesOwner(seen, write.owner) ? 1 : 0),
      };
    case 'renew':
      return { ...kept, ...found(row, write) };
    case 'checkpoint':
      return {
        ...kept,
        checkpoint: write.position,
        ownerSwitchesSinceCheckpoint: 0,
        ...found(row, write),
      };
    case 'announce':
      return { ...kept, leaving: write.owner };
    case 'request':
    case 'request-from-java':
      return { ...kept, owner: write.owner, handOffOwner: write.owner, checkpointOwner: seen.owner };
    case 'withdraw':
      return { ...kept, owner: seen.checkpointOwner, handOffOwner: seen.checkpointOwner, checkpointOwner: undefined };
    case 'release':
      return givesTo(seen, write.owner) === undefined
        ? { ...kept, owner: undefined, handOffOwner: undefined, checkpointOwner: undefined, leaving: undefined }
        : { ...kept, checkpointOwner: undefined, leaving: undefined };
  }
}

/** Throughput is replaced, a watermark only by a higher one. */
function found(row: Lease, { arrivalWatermarkMs, throughputKBps }: Findings): Findings {
  const watermarks = [row.arrivalWatermarkMs, arrivalWatermarkMs].filter((ms) => ms !== undefined);
  return {
    throughputKBps: throughputKBps ?? row.throughputKBps,
    arrivalWatermarkMs: watermarks.length === 0 ? undefined : Math.max(...watermarks),
  };
}

/** What a write asks of the row beside its counter, as it was seen. The stores ask the same of the table. */
function isAllowed(row: Lease, seen: Lease, write: LeaseWrite): boolean {
  switch (write.kind) {
    case 'take':
    case 'renew':
    case 'checkpoint':
      return true;
    case 'announce':
      return row.owner === write.owner;
    case 'request':
    case 'request-from-java':
      return seen.owner !== undefined && row.owner === seen.owner && row.checkpointOwner === undefined;
    case 'withdraw':
      return seen.checkpointOwner !== undefined && row.owner === write.owner && row.checkpointOwner === seen.checkpointOwner;
    case 'release':
      return seen.checkpointOwner === write.owner
        ? row.checkpointOwner === write.owner
        : row.owner === write.owner && row.checkpointOwner === undefined;
  }
}

/** A call to wake up that the writer has seen is answered by its write; a later one stays. */
function wakeAfter(seen: Lease, row: Lease): string | undefined {
  return seen.wokenBy === undefined ? row.wokenBy : undefined;
}
