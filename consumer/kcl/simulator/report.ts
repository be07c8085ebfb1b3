import type { Totals } from './campaign';
import type { CliOptions } from './cli-options';
import { invariants } from './invariants';
import type { RunResult } from './simulation';

/** A violation for a reader: what, when, the events before it, and how to see it again. */
export function failureText({ seed, tail, violation }: RunResult, options: CliOptions): string {
  if (violation === undefined) {
    return '';
  }
  return `
VIOLATED in seed ${seed}: ${violation.invariant}
  ${invariants[violation.invariant]}
  after ${(violation.atMs / 1000).toFixed(3)} s: ${violation.message}

The last ${tail.length} events (ms, who, what; a shard is named by its last four digits):
${tail.map((line) => `  ${line}`).join('\n')}

Again: ${replayCommand(seed, options)}
`;
}

export function replayCommand(seed: number, { bug, faults, minutes, shards, workers }: CliOptions): string {
  const given = Object.entries({ workers, shards, minutes, bug, faults: faults?.length === 0 ? 'none' : faults?.join(',') });
  const same = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ['npm run simulate --', `--seed ${seed}`, '--runs 1', ...same].join(' ');
}

export function progressText(totals: Totals, runs: number, tookMs: number): string {
  const perSecond = totals.runs / (tookMs / 1000);
  return `${totals.runs} of ${runs} runs, ${perSecond.toFixed(1)} a second, ${faultCount(totals)} faults, ${totals.violations.length} violations`;
}

export function summaryText(totals: Totals, tookMs: number): string {
  const seconds = tookMs / 1000;
  const kinds = [...totals.faults].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `  ${kind.padEnd(20)}${count}`);
  return `
${totals.runs} runs in ${seconds.toFixed(1)} s (${(totals.runs / seconds).toFixed(1)} a second), ${totals.violations.length} with a violation
${duration(totals.simulatedMs)} of simulated time
${totals.records} records processed, ${totals.duplicates} of them more than once
${totals.takes} leases taken, ${totals.handOffs} handed over by their holders; ${totals.requests} requests
${totals.runs === 1 ? `The hash of all events is ${totals.lastHash}: the same seed gives the same.\n` : ''}${faultCount(totals)} faults injected
${kinds.join('\n')}
`;
}

function faultCount({ faults }: Totals): number {
  return [...faults.values()].reduce((sum, count) => sum + count, 0);
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  return `${days} d ${hours % 24} h ${minutes % 60} min`;
}
