/** An anomaly as the benchmark labels it: a window around the moment. Milliseconds since the epoch, both ends included. */
export interface LabelledWindow {
  readonly start: number;
  readonly end: number;
}

/** A reading after the detector has seen it. */
export interface Judged {
  readonly time: number;
  /** NaN for none. */
  readonly score: number;
  readonly isAlert: boolean;
}

/** What the detector made of one window. */
export interface WindowResult {
  readonly start: string;
  readonly end: string;
  readonly alerts: number;
  /** The largest score in it, either way; null when nothing in it was scored. */
  readonly highestScore: number | null;
  /** @default - no alert in the window */
  readonly firstAlert?: {
    readonly at: string;
    readonly hoursAfterStart: number;
    /** The labelled moment is the middle of the window; below 0 for an alert after it. */
    readonly hoursBeforeMoment: number;
    readonly hoursBeforeEnd: number;
  };
}

/** Which windows were alerted, how early, and when there was an alert outside of all of them. */
export interface SeriesResult {
  readonly readings: number;
  readonly windows: readonly WindowResult[];
  readonly outside: {
    /** False alerts, in the order of time. */
    readonly alerts: readonly string[];
    readonly highestScore: number | null;
  };
}

/** Holds what a detector said against what is labelled. */
export function heldAgainst(judged: readonly Judged[], windows: readonly LabelledWindow[]): SeriesResult {
  const isInside = ({ end, start }: LabelledWindow, { time }: Judged): boolean => time >= start && time <= end;
  const outside = judged.filter((each) => windows.every((window) => !isInside(window, each)));
  return {
    readings: judged.length,
    windows: windows.map((window) =>
      windowResult(
        window,
        judged.filter((each) => isInside(window, each)),
      ),
    ),
    outside: { alerts: alertsIn(outside).map(minute), highestScore: highestScore(outside) },
  };
}

function windowResult({ end, start }: LabelledWindow, inside: readonly Judged[]): WindowResult {
  const alerts = alertsIn(inside);
  const [first] = alerts;
  return {
    start: minute(start),
    end: minute(end),
    alerts: alerts.length,
    highestScore: highestScore(inside),
    ...(first !== undefined && {
      firstAlert: {
        at: minute(first),
        hoursAfterStart: hours(first - start),
        hoursBeforeMoment: hours((start + end) / 2 - first),
        hoursBeforeEnd: hours(end - first),
      },
    }),
  };
}

const alertsIn = (judged: readonly Judged[]): readonly number[] =>
  judged
    .filter(({ isAlert }) => isAlert)
    .map(({ time }) => time)
    .sort((a, b) => a - b);

function highestScore(judged: readonly Judged[]): number | null {
  const sizes = judged.map(({ score }) => Math.abs(score)).filter((size) => !Number.isNaN(size));
  return sizes.length === 0 ? null : Math.round(Math.max(...sizes) * 10) / 10;
}

const hours = (ms: number): number => Math.round(ms / 36_000) / 100;
const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
