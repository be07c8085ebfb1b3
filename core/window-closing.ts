import { hashKeySpan, uncovered } from './hash-keys';

/** A shard's lease, as it stands in the consumers' table. */
export interface ShardLease {
  /** The shard's id. */
  readonly leaseKey: string;
  /** How far the shard is dealt with: a sequence number, TRIM_HORIZON, LATEST, AT_TIMESTAMP, or SHARD_END. Empty = the row does not say. */
  readonly checkpoint: string;
  /** The hash keys of its records, both ends inclusive, decimal. @default - the row does not say */
  readonly startingHashKey?: string;
  readonly endingHashKey?: string;
  /** The worker that reads the shard. @default - nobody */
  readonly owner?: string;
  /**
   * Every record with a hash key of the shard that arrived at the stream before this is checkpointed, and so in Firehose's hands.
   * Milliseconds since the epoch. @default - nothing is claimed
   */
  readonly arrivalWatermarkMs?: number;
}

/** Whether everything has been delivered that had arrived by some time. */
export type WindowClosing =
  | {
      readonly closed: true;
      /** Every record that arrived before this was delivered: the least watermark, not before the time that was asked for. Milliseconds since the epoch. */
      readonly cutoffMs: number;
    }
  | {
      readonly closed: false;
      /** Why not, for a person; one at least. */
      readonly reasons: readonly string[];
    };

/** So many shards are named; of the rest their number is told. */
export const maxShardsNamed = 5;

/**
 * Judges by the consumers' leases whether every record that arrived before `requiredMs` was delivered.
 *
 * Each lease that is not at its end has to claim that time, and together they have to cover all hash keys. A claim stays true once it is
 * made, so the rows may have been read one after the other, while shards were split and merged: what one of them claims for its hash keys
 * holds for the shards that follow it as well.
 *
 * @param requiredMs - the end of the window and the lateness that is allowed, milliseconds since the epoch
 * @throws RangeError when `requiredMs` is no time
 */
export function windowClosing(leases: readonly ShardLease[], requiredMs: number): WindowClosing {
  if (!Number.isFinite(requiredMs)) {
    throw new RangeError(`requiredMs must be a time in milliseconds since the epoch, not ${requiredMs}`);
  }
  const live = leases.filter(({ checkpoint }) => checkpoint !== 'SHARD_END');
  const reasons = leases.length === 0 ? ['no shard has a lease yet: no consumer has started'] : whyNot(live, requiredMs);
  // Without a reason there is a live lease, or a hole would be one.
  return reasons.length > 0
    ? { closed: false, reasons }
    : { closed: true, cutoffMs: Math.min(...live.map(({ arrivalWatermarkMs }) => arrivalWatermarkMs ?? -Infinity)) };
}

function whyNot(live: readonly ShardLease[], requiredMs: number): readonly string[] {
  const behind = live
    .filter((lease) => !(claimOf(lease) >= requiredMs))
    .sort((a, b) => claimOf(a) - claimOf(b) || (a.leaseKey < b.leaseKey ? -1 : 1));
  const more = behind.length - maxShardsNamed;
  return [
    ...coverage(live),
    ...behind.slice(0, maxShardsNamed).map((lease) => shortfall(lease, requiredMs)),
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'shard' : 'shards'}`] : []),
  ];
}

/** What is wrong with the hash keys that the leases cover. */
function coverage(live: readonly ShardLease[]): readonly string[] {
  const spans = live.map((lease) => ({ lease, span: hashKeySpan(lease.startingHashKey, lease.endingHashKey) }));
  const unknown = spans.filter(({ span }) => span === undefined).map(({ lease }) => lease.leaseKey);
  if (unknown.length > 0) {
    const named = unknown.slice(0, maxShardsNamed).join(', ');
    const more = unknown.length > maxShardsNamed ? ` and ${unknown.length - maxShardsNamed} more` : '';
    return [`the hash keys of ${named}${more} are not known, so whether a shard is missing cannot be told`];
  }
  const hole = uncovered(spans.flatMap(({ span }) => span ?? []));
  return hole === undefined
    ? []
    : [`no lease covers the hash keys ${hole.start} to ${hole.end}: a shard that was split or merged has none for it yet`];
}

function shortfall(lease: ShardLease, requiredMs: number): string {
  const { arrivalWatermarkMs, checkpoint, leaseKey, owner } = lease;
  const reader = owner === undefined ? 'nobody reads it' : `read by ${owner}`;
  if (arrivalWatermarkMs !== undefined) {
    return `${leaseKey} is complete until ${timeText(arrivalWatermarkMs)}, ${spanText(requiredMs - arrivalWatermarkMs)} short; ${reader}`;
  }
  if (checkpoint === '') {
    return `the row of ${leaseKey} has no checkpoint: it is no lease that can be judged; ${reader}`;
  }
  return startWords.has(checkpoint)
    ? `${leaseKey} has not been started; ${reader}`
    : `${leaseKey} does not say until when it is complete: whoever reads it tells no watermark; ${reader}`;
}

/** Checkpoints of a shard of which nothing has been dealt with. */
const startWords: ReadonlySet<string> = new Set(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']);

function claimOf({ arrivalWatermarkMs }: ShardLease): number {
  return arrivalWatermarkMs ?? -Infinity;
}

/** ISO 8601; what lies outside of what a date can hold as a number. */
function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}

/** Rounded up: 3 d 4 h, 4 h 5 min, 5 min 6 s, 6 s. */
function spanText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}
