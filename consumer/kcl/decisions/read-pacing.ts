import type { Random } from '../clock';
import { backoffMs, type BackoffOptions } from './backoff';

/**
 * When a shard is read again. A shard gives five GetRecords calls and 2 MiB a second to all its readers together; after a reply that was
 * larger, it refuses calls until the seconds that it cost are over. So a reader waits after each reply
 * - for as long as the reply's bytes cost, and a fifth of a second at least: nothing is throttled on this reader's own account;
 * - longer and longer while it finds nothing, up to the idle interval;
 * - longer when others read the shard as well and it was throttled: its share of the calls is halved with each throttling and grows by
 *   a fixed amount per second without, which is how several readers come to even shares (additive increase, multiplicative decrease).
 *
 * Waits are counted from the arrival of a reply, later than the moment at which the service counted the call, so that a slow network
 * cannot bring two calls closer together than they were sent.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export interface ReadPacing {
  /** How much of the pace that the shard allows this reader takes; 1 while it was not throttled. */
  readonly share: number;
  /** Calls without a reply since the last one. */
  readonly failures: number;
  /** Replies in a row that found nothing at the tip of the shard. */
  readonly idleReads: number;
}

export const unpaced: ReadPacing = { share: 1, failures: 0, idleReads: 0 };

export type ReadOutcome =
  | {
      readonly kind: 'records';
      /** As the service counts them: data and partition keys. */
      readonly bytes: number;
      /** It found nothing, and there is nothing more. */
      readonly idle: boolean;
    }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'failed' }
  /** The iterator was too old. */
  | { readonly kind: 'expired' };

export interface PacingOptions {
  /** The wait after a reply with records, in milliseconds; at least 200. */
  readonly readIntervalMs: number;
  /** The longest wait after replies without records, in milliseconds. */
  readonly idleReadIntervalMs: number;
}

/** What a shard gives in a second to all who read it by GetRecords. */
export const readLimits = { bytesPerSecond: 2 * 1024 * 1024, callsPerSecond: 5 } as const;

/** Room for what the service counts and the reader does not see. */
const byteMargin = 1.01;
const failureBackoff: BackoffOptions = { firstMs: 500, maxMs: 10_000 };
const leastShare = 1 / 8;
/** Halved, a share is whole again after ten seconds. */
const recoveryPerSecond = 0.05;
/** Of a wait, at random while the shard is shared: readers of the same pace would else meet again and again. */
const jitter = 0.25;
/** However large a reply was, others are not given more time than this. */
const maxSharedMs = 10_000;

/** The pacing after a call, and how long to wait before the next, in milliseconds. */
export function paceRead(
  pacing: ReadPacing,
  outcome: ReadOutcome,
  options: PacingOptions,
  random: Random,
): { readonly pacing: ReadPacing; readonly waitMs: number } {
  switch (outcome.kind) {
    case 'records': {
      const idleReads = outcome.idle ? Math.min(pacing.idleReads + 1, 30) : 0;
      const waitMs = Math.max(sharedMs(pacing.share, outcome.bytes, options, random), idleMs(idleReads, options));
      const share = Math.min(1, pacing.share + (recoveryPerSecond * waitMs) / 1000);
      return { pacing: { share, failures: 0, idleReads }, waitMs };
    }
    case 'throttled':
    case 'failed': {
      const waitMs = Math.max(options.readIntervalMs, backoffMs(pacing.failures, failureBackoff, random));
      const share = outcome.kind === 'throttled' ? Math.max(leastShare, pacing.share / 2) : pacing.share;
      return { pacing: { ...pacing, share, failures: pacing.failures + 1 }, waitMs };
    }
    case 'expired':
      // Should new iterators expire as well, the shard's limit of calls still holds.
      return { pacing, waitMs: options.readIntervalMs };
  }
}

function sharedMs(share: number, bytes: number, { readIntervalMs }: PacingOptions, random: Random): number {
  const costMs = Math.max(readIntervalMs, ((bytes * byteMargin) / readLimits.bytesPerSecond) * 1000);
  return share === 1 ? costMs : Math.max(costMs, Math.min((costMs / share) * (1 + jitter * random()), maxSharedMs));
}

function idleMs(idleReads: number, { idleReadIntervalMs, readIntervalMs }: PacingOptions): number {
  return idleReads === 0 ? 0 : Math.min(idleReadIntervalMs, readIntervalMs * 2 ** (idleReads - 1));
}
