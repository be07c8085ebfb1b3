import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { HashRange } from '../../decisions/hash-range';
import { changesOwner, type Lease, type LeaseWrite } from '../../decisions/lease';
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
  };
}

/** What a write changes in its row; the counter is part of it. */
export function changeOf(seen: Lease, write: LeaseWrite): RowChange {
  const leaseCounter = { N: String(seen.counter + 1) };
  switch (write.kind) {
    case 'take':
      return {
        set: { leaseCounter, leaseOwner: { S: write.owner } },
        // A hand-off that was under way is over.
        remove: ['checkpointOwner'],
        add: changesOwner(seen, write.owner) ? { ownerSwitchesSinceCheckpoint: 1 } : {},
      };
    case 'renew':
      return { set: { leaseCounter }, remove: [], add: {} };
    case 'checkpoint':
      return {
        set: {
          leaseCounter,
          checkpoint: { S: write.position.sequenceNumber },
          checkpointSubSequenceNumber: { N: String(write.position.subSequenceNumber) },
          ownerSwitchesSinceCheckpoint: { N: '0' },
        },
        remove: pendingCheckpoint,
        add: {},
      };
    case 'release':
      return { set: { leaseCounter }, remove: ['leaseOwner'], add: {} };
  }
}

export function hashRangeAttributes(hashRange: HashRange): Row {
  return { startingHashKey: { S: hashRange.startingHashKey }, endingHashKey: { S: hashRange.endingHashKey } };
}

function wholeNumber(value: AttributeValue | undefined): number | undefined {
  const parsed = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

function isDecimal(text: string): boolean {
  return /^[0-9]+$/.test(text);
}
