import { defaults } from '../options';
import type { KclSnapshot } from './snapshot';

/** When a worker counts as unhealthy. */
export interface HealthLimits {
  /**
   * A shard that has not advanced for longer than this, though it has data, makes the worker unhealthy: its last batch was behind the
   * tip, a read is pending, or a batch is in work. Milliseconds. Longer than the worker's own remedies take: it gives a stuck reader
   * up after three failover times, and a failing processor after five tries.
   * @default 30 × failoverTimeMs, at least 60000
   */
  readonly stalledAfterMs: number;
  /** As long as the lease table may fail to be read or written before the worker counts as unhealthy. Milliseconds. @default as above */
  readonly tableFailingAfterMs: number;
}

/** The defaults for a failover time; see `HealthLimits`. */
export function healthLimits(failoverTimeMs: number = defaults.failoverTimeMs): HealthLimits {
  const limitMs = Math.max(60_000, 30 * failoverTimeMs);
  return { stalledAfterMs: limitMs, tableFailingAfterMs: limitMs };
}

/** What is wrong, in a form for programs (`problem`) and one for people (`detail`). */
export interface HealthProblem {
  readonly problem: 'shard-stalled' | 'lease-table-failing' | 'fatal';
  readonly shardId?: string;
  readonly detail: string;
}

/** Whether a worker does its work, and why not. */
export interface Health {
  readonly healthy: boolean;
  /** Empty when healthy. */
  readonly problems: readonly HealthProblem[];
}

/**
 * Whether a worker does its work. A worker without a shard is healthy, and so is one whose shards have no data; one that lags is as
 * well, as long as it advances.
 */
export function judgeHealth(
  { shards, tableFailingMs, fatal }: Pick<KclSnapshot, 'shards' | 'tableFailingMs' | 'fatal'>,
  { stalledAfterMs, tableFailingAfterMs }: HealthLimits,
): Health {
  const problems: HealthProblem[] = shards
    .filter(({ stalledMs }) => stalledMs > stalledAfterMs)
    .map(({ shardId, stalledMs, lagMs }) => ({
      problem: 'shard-stalled',
      shardId,
      detail:
        `${shardId} has not advanced for ${seconds(stalledMs)}; ` +
        (lagMs === undefined ? 'not one batch was dealt with' : `its last batch was ${seconds(lagMs)} behind the tip`),
    }));
  if (tableFailingMs !== undefined && tableFailingMs > tableFailingAfterMs) {
    const detail = `the lease table has not been read or written for ${seconds(tableFailingMs)}`;
    problems.push({ problem: 'lease-table-failing', detail });
  }
  if (fatal !== undefined) {
    problems.push({ problem: 'fatal', detail: fatal });
  }
  return { healthy: problems.length === 0, problems };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
