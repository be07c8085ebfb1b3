import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { HashRange } from '../../decisions/hash-range';
import { changesOwner, givesTo, raisedWatermarkMs, type Findings, type Lease, type LeaseWrite } from '../../decisions/lease';
import { isSequenceNumberOrWord } from '../../decisions/position';
import type { UnreadableRow } from '../../ports/lease-store';

/**
 * A lease as a row of the Kinesis Client Library's own table, so that its Java workers read what we write and we read what they
 * write. Rows whose `entityType` is other than LEASE are not leases (KCL 3.5 keeps its own state there). Writes name the attributes
 * that they change and leave all others as they are.
 *
 * Source: `DynamoDBLeaseSerializer`.
 */
export type Row = Readonly<Record<string, AttributeValue>>;

/** A change of a row: attributes to set, to remove, and to add a number to. */
export interface RowChange {
  readonly set: Row;
  readonly remove: readonly string[];
  /** Owner switches to add: an `ADD`, because old rows lack the attribute. */
  readonly add: Readonly<Record<string, number>>;
}

/** What must hold of a row for a write to go through: attributes and their values, and attributes that must be absent. */
export interface RowCondition {
  readonly equal: Row;
  readonly absent: readonly string[];
}

/**
 * Attributes of this library's own, beside those of the KCL, which leaves them as they are. What those of a hand-off say counts only
 * while `handOffOwner` is the lease's owner; see `hand-off.ts`. The watermark counts whoever owns the lease: a client that knows
 * nothing of it leaves it lower than it could be.
 */
const own = {
  handOffOwner: 'handOffOwner',
  leaving: 'handOffLeaving',
  wokenBy: 'handOffWokenBy',
  arrivalWatermark: 'arrivalWatermark',
} as const;

const pendingCheckpoint = ['pendingCheckpoint', 'pendingCheckpointSubSequenceNumber', 'pendingCheckpointState'] as const;

export function toRow(lease: Lease): Row {
  return {
    leaseKey: { S: lease.leaseKey },
    leaseCounter: { N: String(lease.counter) },
    ...(lease.owner !== undefined && { leaseOwner: { S: lease.owner } }),
    checkpoint: { S: lease.checkpoint.sequenceNumber },
    checkpointSubSequenceNumber: { N: String(lease.checkpoint.subSequenceNumber) },
    ownerSwitchesSinceCheckpoint: { N: String(lease.ownerSwitchesSinceCheckpoint) },
    // DynamoDB has no empty sets.
    ...(lease.parentShardIds.length > 0 && { parentShardId: { SS: [...lease.parentShardIds] } }),
    ...(lease.childShardIds.length > 0 && { childShardIds: { SS: [...lease.childShardIds] } }),
    ...(lease.hashRange !== undefined && hashRangeAttributes(lease.hashRange)),
    ...(lease.throughputKBps !== undefined && { throughputKBps: throughput(lease.throughputKBps) }),
    ...(lease.arrivalWatermarkMs !== undefined && { [own.arrivalWatermark]: wholeMs(lease.arrivalWatermarkMs) }),
    ...(lease.checkpointOwner !== undefined && { checkpointOwner: { S: lease.checkpointOwner } }),
    ...(lease.handOffOwner !== undefined && { [own.handOffOwner]: { S: lease.handOffOwner } }),
    ...(lease.leaving !== undefined && { [own.leaving]: { S: lease.leaving } }),
    ...(lease.wokenBy !== undefined && { [own.wokenBy]: { S: lease.wokenBy } }),
  };
}

/** The lease in a row; `not-a-lease` for other entities; why not, when it should be one and cannot be read. */
export function fromRow(row: Row): Lease | 'not-a-lease' | UnreadableRow {
  const entityType = row['entityType']?.S;
  if (row['entityType'] !== undefined && entityType !== 'LEASE') {
    return 'not-a-lease';
  }
  const leaseKey = row['leaseKey']?.S ?? '';
  const unreadable = (reason: string): UnreadableRow => ({ leaseKey, reason });
  const counter = wholeNumber(row['leaseCounter']);
  if (leaseKey === '' || counter === undefined) {
    return unreadable('leaseCounter is not a whole number');
  }
  const sequenceNumber = row['checkpoint']?.S;
  if (sequenceNumber === undefined || !isSequenceNumberOrWord(sequenceNumber)) {
    return unreadable(`checkpoint is neither a sequence number nor a known word: ${sequenceNumber ?? '(absent)'}`);
  }
  const start = row['startingHashKey']?.S;
  const end = row['endingHashKey']?.S;
  const hasRange = start !== undefined && end !== undefined && isDecimal(start) && isDecimal(end);
  return {
    leaseKey,
    counter,
    owner: row['leaseOwner']?.S,
    checkpoint: { sequenceNumber, subSequenceNumber: wholeNumber(row['checkpointSubSequenceNumber']) ?? 0 },
    ownerSwitchesSinceCheckpoint: wholeNumber(row['ownerSwitchesSinceCheckpoint']) ?? 0,
    parentShardIds: row['parentShardId']?.SS ?? [],
    childShardIds: row['childShardIds']?.SS ?? [],
    hashRange: hasRange ? { startingHashKey: start, endingHashKey: end } : undefined,
    throughputKBps: amount(row['throughputKBps']),
    arrivalWatermarkMs: amount(row[own.arrivalWatermark]),
    checkpointOwner: row['checkpointOwner']?.S,
    handOffOwner: row[own.handOffOwner]?.S,
    leaving: row[own.leaving]?.S,
    wokenBy: row[own.wokenBy]?.S,
  };
}

/** What a write changes in its row; the counter is part of it. */
export function changeOf(seen: Lease, write: LeaseWrite): RowChange {
  const change = changeOfKind(seen, write);
  // A call to wake up is answered by the next write.
  return seen.wokenBy === undefined ? change : { ...change, remove: [...change.remove, own.wokenBy] };
}

function changeOfKind(seen: Lease, write: LeaseWrite): RowChange {
  const leaseCounter = { N: String(seen.counter + 1) };
  switch (write.kind) {
    case 'take':
      return {
        set: { leaseCounter, ...ownedBy(write.owner) },
        // A hand-off that was under way is over.
        remove: ['checkpointOwner', own.leaving],
        add: changesOwner(seen, write.owner) ? { ownerSwitchesSinceCheckpoint: 1 } : {},
      };
    case 'renew':
      return { set: { leaseCounter, ...findingsOf(seen, write) }, remove: [], add: {} };
    case 'checkpoint':
      return {
        set: {
          leaseCounter,
          checkpoint: { S: write.position.sequenceNumber },
          checkpointSubSequenceNumber: { N: String(write.position.subSequenceNumber) },
          ownerSwitchesSinceCheckpoint: { N: '0' },
          ...findingsOf(seen, write),
        },
        remove: pendingCheckpoint,
        add: {},
      };
    case 'announce':
      return { set: { leaseCounter, [own.leaving]: { S: write.owner } }, remove: [], add: {} };
    case 'request':
      return { set: { leaseCounter, ...ownedBy(write.owner), ...waitingFor(seen) }, remove: [], add: {} };
    case 'request-from-java':
      return { set: { ...ownedBy(write.owner), ...waitingFor(seen) }, remove: [], add: {} };
    case 'withdraw':
      return { set: { leaseCounter, ...ownedBy(seen.checkpointOwner ?? '') }, remove: ['checkpointOwner'], add: {} };
    case 'release':
      return givesTo(seen, write.owner) === undefined
        ? { set: { leaseCounter }, remove: ['leaseOwner', 'checkpointOwner', own.handOffOwner, own.leaving], add: {} }
        : { set: { leaseCounter }, remove: ['checkpointOwner', own.leaving], add: {} };
  }
}

/** On which condition a write goes through. */
export function conditionOf(seen: Lease, write: LeaseWrite): RowCondition {
  const leaseCounter = { N: String(seen.counter) };
  switch (write.kind) {
    case 'take':
    case 'renew':
    case 'checkpoint':
      return { equal: { leaseCounter }, absent: [] };
    case 'announce':
      return { equal: { leaseCounter, leaseOwner: { S: write.owner } }, absent: [] };
    case 'request':
    case 'request-from-java':
      return { equal: { leaseCounter, leaseOwner: { S: seen.owner ?? '' } }, absent: ['checkpointOwner'] };
    case 'withdraw':
      return {
        equal: { leaseCounter, leaseOwner: { S: write.owner }, ...waitingFor({ owner: seen.checkpointOwner }) },
        absent: [],
      };
    case 'release':
      return seen.checkpointOwner === write.owner
        ? { equal: { leaseCounter, checkpointOwner: { S: write.owner } }, absent: [] }
        : { equal: { leaseCounter, leaseOwner: { S: write.owner } }, absent: ['checkpointOwner'] };
  }
}

/** Asks the owner of a lease to look at the table: what is changed, and on which condition. Not fenced. */
export function wakeUp(owner: string, by: string): { readonly change: RowChange; readonly condition: RowCondition } {
  return {
    change: { set: { [own.wokenBy]: { S: by } }, remove: [], add: {} },
    condition: { equal: { leaseOwner: { S: owner } }, absent: [] },
  };
}

/** Both always together: that they are the same tells that the owner is a worker of this library. */
function ownedBy(owner: string): Row {
  return { leaseOwner: { S: owner }, [own.handOffOwner]: { S: owner } };
}

function waitingFor({ owner }: Pick<Lease, 'owner'>): Row {
  return { checkpointOwner: { S: owner ?? '' } };
}

function findingsOf(seen: Lease, findings: Findings): Row {
  const { throughputKBps } = findings;
  const watermarkMs = raisedWatermarkMs(seen, findings);
  return {
    ...(throughputKBps !== undefined && { throughputKBps: throughput(throughputKBps) }),
    ...(watermarkMs !== undefined && { [own.arrivalWatermark]: wholeMs(watermarkMs) }),
  };
}

/** As many decimals as the KCL writes. */
function throughput(kBps: number): AttributeValue {
  return { N: String(Math.round(kBps * 1e4) / 1e4) };
}

/** Rounded down: a claim may be lower, never higher. */
function wholeMs(ms: number): AttributeValue {
  return { N: String(Math.floor(ms)) };
}

export function hashRangeAttributes(hashRange: HashRange): Row {
  return { startingHashKey: { S: hashRange.startingHashKey }, endingHashKey: { S: hashRange.endingHashKey } };
}

function wholeNumber(value: AttributeValue | undefined): number | undefined {
  const parsed = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

function amount(value: AttributeValue | undefined): number | undefined {
  const parsed = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}

function isDecimal(text: string): boolean {
  return /^[0-9]+$/.test(text);
}
