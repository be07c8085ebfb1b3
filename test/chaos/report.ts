import { spread, type MoveCause, type Spread } from './kit/gaps';
import type { ChaosOptions } from './options';
import type { ChaosResult } from './run';

/** The moves of shards that have one cause. */
export interface GapRow {
  readonly cause: MoveCause;
  /** Whether only those are counted during which no request got into trouble. */
  readonly calm: boolean;
  readonly gaps: Spread;
  readonly repeated: number;
}

const causes: readonly MoveCause[] = ['stop', 'kill', 'pause', 'balance'];

const causeText: Readonly<Record<MoveCause, string>> = {
  stop: 'clean stop',
  kill: 'kill -9',
  pause: 'pause',
  balance: 'to even out',
};

/** Gaps without processing by cause, of all moves and of those in calm weather. */
export function gapRows(result: ChaosResult): readonly GapRow[] {
  return causes.flatMap((cause) =>
    [true, false].flatMap((calm) => {
      const moves = result.moves.filter((move) => move.cause === cause && (move.calm || !calm));
      const gaps = spread(moves.map(({ gapMs }) => gapMs));
      return gaps === undefined ? [] : [{ cause, calm, gaps, repeated: moves.reduce((sum, { repeated }) => sum + repeated, 0) }];
    }),
  );
}

export function passed(result: ChaosResult): boolean {
  return result.audit.violations.length === 0 && result.failures.length === 0;
}

/** The summary for people. */
export function reportText(options: ChaosOptions, result: ChaosResult): string {
  const { audit } = result;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const stops = spread(result.stopsMs);
  const lines = [
    '',
    `seed ${options.seed}, ${options.minutes} min, failover time ${options.failoverMs} ms`,
    `done to the fleet      ${list(result.actions)}`,
    `requests in trouble    ${list(result.troubles)}`,
    `workers, shards        ${result.workers}, ${result.shards}, ${audit.sessions} sessions of a shard on a worker`,
    `records                ${audit.sent} acknowledged, ${audit.processed} processed, ${audit.duplicates} repeated`,
    `after the chaos        ${result.drainedMs === undefined ? 'not drained' : `drained in ${(result.drainedMs / 1000).toFixed(1)} s`}`,
    ...(stops === undefined ? [] : [`SIGTERM to exit        median ${stops.medianMs} ms, worst ${stops.worstMs} ms`]),
    '',
    'without processing, from the last record on one worker to the first on the next',
    '                              moves   median      p95    worst  repeated records',
    ...gapRows(result).map(({ calm, cause, gaps, repeated }) => {
      const cells = [gaps.count, gaps.medianMs, gaps.p95Ms, gaps.worstMs].map((value) => String(value).padStart(9));
      return `  ${`${causeText[cause]}${calm ? ', no trouble' : ''}`.padEnd(24)}${cells.join('')} ${String(repeated).padStart(9)}`;
    }),
    '',
    ...result.failures.map((failure) => `FAILED: ${failure}`),
    ...audit.violations.slice(0, 20).map(({ detail, kind, shardId }) => `FAILED: ${kind}, ${shardId}: ${detail}`),
    ...(audit.violations.length > 20 ? [`… and ${audit.violations.length - 20} more`] : []),
    passed(result)
      ? 'OK: nothing was lost, and the order per shard was kept'
      : `FAILED; try again with --seed ${options.seed} --minutes ${options.minutes}; journals and logs are in ${options.out}`,
    '',
  ];
  return lines.join('\n');
}

/** The figures, to be kept. */
export function figures(options: ChaosOptions, result: ChaosResult): object {
  const { violations, ...records } = result.audit;
  return {
    seed: options.seed,
    minutes: options.minutes,
    failoverMs: options.failoverMs,
    recordsPerSecond: options.recordsPerSecond,
    reading: options.fanOut ? 'fan-out' : 'polling',
    passed: passed(result),
    records: { ...records, violations: violations.length },
    workers: result.workers,
    shards: result.shards,
    actions: result.actions,
    requestsInTrouble: result.troubles,
    drainedMs: result.drainedMs === undefined ? undefined : Math.round(result.drainedMs),
    stopMs: spread(result.stopsMs),
    gapsMs: gapRows(result).map(({ calm, cause, gaps, repeated }) => ({ cause, calmOnly: calm, ...gaps, repeated })),
  };
}
