import { Duration } from 'aws-cdk-lib';
import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** `page`: a person is needed now, at night too, or data will be lost or be badly late. `ticket`: at the next working day. */
export type Severity = 'page' | 'ticket';

/** How long a condition has to hold. */
export interface Holding {
  /** The metric's. */
  readonly period: Duration;
  /** Over how many periods one looks back. */
  readonly evaluationPeriods: number;
  /** In how many of them it must be so. @default in all */
  readonly datapointsToAlarm?: number;
}

/** An alarm: one entry of the table. */
export interface AlarmDefinition {
  /** What is wrong, in a word or three: the section of the runbook, and with `of` the end of the alarm's name. */
  readonly kind: string;
  /** Which of several things of a kind. */
  readonly of?: string;
  readonly severity: Severity;
  /** The state of affairs when it rings, as a sentence. */
  readonly says: string;
  /** Its period is that of `holding`. */
  readonly metric: Metric | MathExpression;
  readonly when: { readonly above: number } | { readonly below: number };
  readonly holding: Holding;
  /**
   * What it means that nothing was reported. `breaching` where silence itself is the trouble, `notBreaching` where the service writes
   * only when there is something to write.
   */
  readonly missing: 'breaching' | 'notBreaching';
  /** It tells of an event, not of a state: that it is over says nothing, so nobody is told. @default false */
  readonly event?: boolean;
}

/** What ends an alarm's name, unique in the table. */
export function alarmId({ kind, of }: Pick<AlarmDefinition, 'kind' | 'of'>): string {
  return of === undefined ? kind : `${kind}-${of}`;
}

/**
 * Periods that make up a time. A minute each, and longer where that would make very many.
 * @param share in what part of the periods it must be so, from 0 to 1. @default 1
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html for the bounds: all periods together
 * at most a day, and seven days when each is at least an hour
 */
export function lasting(time: Duration, share = 1): Holding {
  const seconds = time.toSeconds();
  const periodSeconds = [60, 300, 900].find((period) => seconds <= 60 * period) ?? 3_600;
  const evaluationPeriods = Math.ceil(seconds / periodSeconds);
  return {
    period: Duration.seconds(periodSeconds),
    evaluationPeriods,
    datapointsToAlarm: Math.max(1, Math.ceil(share * evaluationPeriods)),
  };
}

/** The last so many periods, one and all. */
export function inEach(evaluationPeriods: number, period: Duration): Holding {
  return { period, evaluationPeriods, datapointsToAlarm: evaluationPeriods };
}

/** Short enough to hear of it while it can be looked into, long enough to let retries do their work. */
export const aQuarter = inEach(3, Duration.minutes(5));

/** For what should never be. */
export const atOnce = inEach(1, Duration.minutes(5));
