import type { Approval } from '../shared/model-registry';
import { isBetter, worstAllowed, type PrimaryMetric } from './primary-metric';

/**
 * What became of a candidate: it is the first model, or as good as the one in use (`better`); it is worse than that or than the
 * baseline; or nobody can say.
 */
export type VerdictName = 'better' | 'first' | 'worse' | 'not-comparable';

/** The value of the primary metric, or why there is none. */
export type Score = { readonly value: number } | { readonly value?: undefined; readonly why: string };

/** What a candidate is held against, on the same rows. */
export interface Contest {
  readonly metric: PrimaryMetric;
  /** Test rows. */
  readonly rows: number;
  readonly candidate: Score;
  readonly baseline: Score;
  /** The model in use. @default - there is none */
  readonly current?: { readonly version: number; readonly score: Score };
}

/** How a model is approved. */
export interface ApprovalRule {
  /** 'automatic': at once, when it is good enough. 'manual': by a person. */
  readonly approval: 'automatic' | 'manual';
  /** The share by which it may be worse than the one in use. From 0 on. */
  readonly tolerance: number;
}

export interface Verdict {
  readonly verdict: VerdictName;
  readonly approval: Approval;
  /** For a person, with the numbers. */
  readonly reason: string;
}

/**
 * Judges a candidate. It has to be better than the baseline, whoever else there is; and not worse than the model in use, beyond the
 * tolerance. Good enough, it is approved by the rule. Worse, it is rejected. Where it cannot be said (no rows, rows of one class, a model
 * in use that sees other features), a person decides, whatever the rule is.
 */
export function judge(contest: Contest, rule: ApprovalRule): Verdict {
  const { metric, rows, candidate, baseline, current } = contest;
  if (rows === 0) {
    return undecided('there are no test rows: no device or time was held out within the window');
  }
  if (candidate.value === undefined) {
    return undecided(`${metric.title} of the new model cannot be told: ${candidate.why}`);
  }
  if (baseline.value === undefined) {
    return undecided(`${metric.title} of the baseline cannot be told: ${baseline.why}`);
  }
  const text = figures([candidate.value, baseline.value, ...(current?.score.value === undefined ? [] : [current.score.value])]);
  const own = `${metric.title} ${text(candidate.value)} on ${count(rows)} test rows`;
  if (!isBetter(metric, candidate.value, baseline.value)) {
    return rejected(`${own}: no better than the baseline, ${text(baseline.value)}`);
  }
  if (current === undefined) {
    return approved('first', `${own}: better than the baseline, ${text(baseline.value)}; no model is in use`, rule);
  }
  if (current.score.value === undefined) {
    return undecided(
      `${own}: better than the baseline, ${text(baseline.value)}; version ${current.version}, which is in use, cannot be compared: ${current.score.why}`,
    );
  }
  const against = `version ${current.version}, which is in use, ${text(current.score.value)}`;
  const limit = worstAllowed(metric, current.score.value, rule.tolerance);
  if (isBetter(metric, limit, candidate.value)) {
    return rejected(`${own}: worse than ${against}${toleranceText(rule)}; baseline ${text(baseline.value)}`);
  }
  const comparison = isBetter(metric, candidate.value, current.score.value)
    ? 'better than'
    : candidate.value === current.score.value
      ? 'the same as'
      : 'worse than, but within the tolerance of,';
  return approved('better', `${own}: ${comparison} ${against}; baseline ${text(baseline.value)}`, rule);
}

function approved(verdict: 'better' | 'first', reason: string, { approval }: ApprovalRule): Verdict {
  return { verdict, approval: approval === 'automatic' ? 'Approved' : 'PendingManualApproval', reason };
}

function rejected(reason: string): Verdict {
  return { verdict: 'worse', approval: 'Rejected', reason };
}

function undecided(reason: string): Verdict {
  return { verdict: 'not-comparable', approval: 'PendingManualApproval', reason };
}

function toleranceText({ tolerance }: ApprovalRule): string {
  return tolerance === 0 ? '' : `, by more than ${Number((tolerance * 100).toPrecision(3))} %`;
}

/** Fewest digits that a number is given with, and most. */
const fewestDigits = 4;
const mostDigits = 17;

/** Writes numbers with as few digits as tell them apart: one that is rejected must not look the same as the one that is not. */
function figures(values: readonly number[]): (value: number) => string {
  const different = new Set(values).size;
  let digits = fewestDigits;
  const write = (value: number): string => String(Number(value.toPrecision(digits)));
  while (digits < mostDigits && new Set(values.map(write)).size < different) {
    digits += 1;
  }
  return write;
}

/** `12,345` */
function count(rows: number): string {
  return rows.toLocaleString('en-US');
}
