import type { ChaosOptions } from '../options';
import type { PipelineChaosResult } from './run';

export function passed({ differences, failures }: PipelineChaosResult): boolean {
  return differences.length === 0 && failures.length === 0;
}

/** The summary for people. */
export function reportText(options: ChaosOptions, result: PipelineChaosResult): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const lines = [
    '',
    `seed ${options.seed}, ${options.minutes} min, failover time ${options.failoverMs} ms, the service on what a factory sends`,
    `done to the fleet      ${list(result.actions)}`,
    `requests in trouble    ${list(result.troubles)}`,
    `told by the workers    ${list(result.told)}`,
    `workers, shards        ${result.workers}, ${result.shards}`,
    `records                ${result.acknowledged} acknowledged, ${result.onStream} on the stream`,
    `rows and quarantine    ${result.documents} different, ${result.repeated} delivered again`,
    `after the chaos        ${result.drainedMs === undefined ? 'not drained' : `drained in ${(result.drainedMs / 1000).toFixed(1)} s`}`,
    '',
    ...result.failures.map((failure) => `FAILED: ${failure}`),
    ...result.differences.map((difference) => `FAILED: ${difference}`),
    passed(result)
      ? 'OK: rows, quarantine and ledger are those of one undisturbed pass over the stream, to the last bit'
      : `FAILED; try again with --pipeline --seed ${options.seed} --minutes ${options.minutes}; logs and rows are in ${options.out}`,
    '',
  ];
  return lines.join('\n');
}

/** The figures, to be kept. */
export function figures(options: ChaosOptions, result: PipelineChaosResult): object {
  const { drainedMs, ...found } = result;
  const { failoverMs, minutes, recordsPerSecond, seed } = options;
  const asked = { seed, minutes, failoverMs, recordsPerSecond };
  return { ...asked, passed: passed(result), ...found, drainedMs: drainedMs === undefined ? undefined : Math.round(drainedMs) };
}
