import type { Session } from './journal';

/** A record that the stream has acknowledged. */
export interface SentRecord {
  readonly id: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** A shard, with those it came from by a split or a merge. */
export interface ShardLineage {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
}

export interface AuditInput {
  readonly sent: readonly SentRecord[];
  readonly sessions: readonly Session[];
  readonly shards: readonly ShardLineage[];
}

export type ViolationKind =
  /** Acknowledged by the stream, processed by nobody. */
  | 'lost'
  /** A session did not start right after its position, or passed over a record. */
  | 'skipped'
  /** A session went back, or processed a record twice. */
  | 'disordered'
  /** A record was processed for the first time before one that lies before it in its shard. */
  | 'overtaken'
  /** A child's record was processed before all of its parents' were. */
  | 'child-before-parent'
  /** Checkpointed, and not processed in that session. */
  | 'checkpoint-ahead'
  /** What was processed is not what was sent: another shard, another id. */
  | 'foreign';

export interface Violation {
  readonly kind: ViolationKind;
  readonly shardId: string;
  readonly detail: string;
}

export interface AuditResult {
  readonly sent: number;
  /** Different records that were processed. */
  readonly processed: number;
  /** Records processed again: allowed after a crash, and counted. */
  readonly duplicates: number;
  readonly sessions: number;
  readonly violations: readonly Violation[];
}

/**
 * Checks that nothing was lost and that the order per shard was kept, replays aside.
 *
 * A shard's records are those that were sent to it, and those that anybody read from it. Each session must be an unbroken run of
 * them that begins right after the session's starting position. Then the records processed so far are at each moment the first
 * ones of the shard, and so the times at which they were processed first must rise along the shard.
 */
export function audit({ sent, sessions, shards }: AuditInput): AuditResult {
  const violations: Violation[] = [];
  const inShard = new Map<string, Map<string, ShardRecord>>();
  const add = (shardId: string, sequenceNumber: string, id: string): ShardRecord => {
    const records = inShard.get(shardId) ?? new Map<string, ShardRecord>();
    inShard.set(shardId, records);
    const known = records.get(sequenceNumber);
    if (known !== undefined && known.id !== id) {
      violations.push({ kind: 'foreign', shardId, detail: `${sequenceNumber} is ${known.id} and ${id}` });
    }
    const record = known ?? { sequenceNumber, id, firstMs: Infinity, times: 0 };
    records.set(sequenceNumber, record);
    return record;
  };
  for (const { id, shardId, sequenceNumber } of sent) {
    add(shardId, sequenceNumber, id);
  }
  for (const session of sessions) {
    for (const { id, sequenceNumber, timeMs } of session.records) {
      const record = add(session.shardId, sequenceNumber, id);
      record.times += 1;
      record.firstMs = Math.min(record.firstMs, timeMs);
    }
  }
  const ordered = new Map(
    [...inShard].map(([shardId, records]) => [
      shardId,
      [...records.values()].sort((a, b) => compareSequence(a.sequenceNumber, b.sequenceNumber)),
    ]),
  );
  for (const session of sessions) {
    violations.push(...sessionViolations(session, ordered.get(session.shardId) ?? []));
  }
  for (const [shardId, records] of ordered) {
    violations.push(...shardViolations(shardId, records));
  }
  violations.push(...lineageViolations(shards, ordered));
  const all = [...ordered.values()].flat();
  const processed = all.filter(({ times }) => times > 0).length;
  return {
    sent: sent.length,
    processed,
    duplicates: all.reduce((sum, { times }) => sum + times, 0) - processed,
    sessions: sessions.length,
    violations,
  };
}

interface ShardRecord {
  readonly sequenceNumber: string;
  readonly id: string;
  firstMs: number;
  times: number;
}

function sessionViolations(session: Session, shard: readonly ShardRecord[]): readonly Violation[] {
  const { records, shardId, worker } = session;
  const violations: Violation[] = [];
  const violate = (kind: ViolationKind, detail: string) => violations.push({ kind, shardId, detail: `${worker}: ${detail}` });
  const indices = new Map(shard.map(({ sequenceNumber }, index) => [sequenceNumber, index]));
  const isNumber = /^\d+$/.test(session.startAfter);
  // A session may start after a position that no record has: of the records behind it, the first is due.
  let due = isNumber ? shard.findIndex((record) => compareSequence(record.sequenceNumber, session.startAfter) > 0) : 0;
  for (const { sequenceNumber } of records) {
    const index = indices.get(sequenceNumber) ?? -1;
    if (index > due) {
      violate('skipped', `${index - due} record(s) before ${sequenceNumber}, after ${session.startAfter}`);
    } else if (index < due) {
      violate('disordered', `${sequenceNumber} came again or late`);
    }
    due = index + 1;
  }
  const seen = new Set(records.map(({ sequenceNumber }) => sequenceNumber));
  for (const position of session.checkpoints) {
    if (/^\d+$/.test(position) && position !== session.startAfter && !seen.has(position)) {
      violate('checkpoint-ahead', position);
    }
  }
  return violations;
}

function shardViolations(shardId: string, records: readonly ShardRecord[]): readonly Violation[] {
  const violations: Violation[] = [];
  let latestMs = -Infinity;
  for (const { firstMs, id, sequenceNumber, times } of records) {
    if (times === 0) {
      violations.push({ kind: 'lost', shardId, detail: `${id} at ${sequenceNumber}` });
    } else if (firstMs < latestMs) {
      violations.push({
        kind: 'overtaken',
        shardId,
        detail: `${id} at ${sequenceNumber}, by ${(latestMs - firstMs).toFixed(1)} ms`,
      });
    } else {
      latestMs = firstMs;
    }
  }
  return violations;
}

function lineageViolations(
  shards: readonly ShardLineage[],
  ordered: ReadonlyMap<string, readonly ShardRecord[]>,
): readonly Violation[] {
  const violations: Violation[] = [];
  for (const { shardId, parentShardIds } of shards) {
    const first = (ordered.get(shardId) ?? []).find(({ times }) => times > 0);
    for (const parent of parentShardIds) {
      const last = (ordered.get(parent) ?? []).reduce((latest, { firstMs }) => Math.max(latest, firstMs), -Infinity);
      if (first !== undefined && first.firstMs < last) {
        violations.push({ kind: 'child-before-parent', shardId, detail: `${first.id} before the end of ${parent}` });
      }
    }
  }
  return violations;
}

/** Orders sequence numbers: decimal numbers of any length without leading zeros. */
export function compareSequence(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
}
