import { setTimeout as delay } from 'node:timers/promises';
import type { WaitInput } from './replaced-states';
import { TaskError, type TaskHandler } from './task-handler';
import type { WaitMs } from './waits';

/** The longest wait, in seconds. @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const longestSeconds = 99_999_999;

/** With a date, a time, and Z or an offset. */
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The longest that a timer of Node.js can take, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A Wait state whose length is in its input: its result is that input.
 * @param now milliseconds since the epoch
 */
export function waitHandler(waitMs: WaitMs, now: () => number): TaskHandler {
  return async (given, { state, signal }) => {
    const wait = given as WaitInput;
    const ms = waitMs(secondsOf(wait, now()), state);
    await delay(Math.min(ms, longestTimerMs), undefined, { signal });
    return wait.input;
  };
}

function secondsOf({ seconds, timestamp }: WaitInput, nowMs: number): number {
  if (timestamp !== undefined) {
    const until = typeof timestamp === 'string' && timestampPattern.test(timestamp) ? Date.parse(timestamp) : NaN;
    if (Number.isNaN(until)) {
      throw new TaskError(
        'States.Runtime',
        `the time that a Wait state waits for is ${JSON.stringify(timestamp)}, which is none`,
      );
    }
    return Math.max(0, (until - nowMs) / 1000);
  }
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > longestSeconds) {
    throw new TaskError(
      'States.Runtime',
      `the seconds of a Wait state are ${JSON.stringify(seconds)}; they are a whole number from 0 to ${longestSeconds}`,
    );
  }
  return seconds;
}
