import { deviceBuckets } from '../device-bucket';
import { hourMs } from '../features/statistics';
import { timestampLiteral } from './literals';
import type { HoldOut, TimeWindow } from './training-set';

/**
 * The parts of a training set: what is trained on, what stops the training, and what a model is judged on, devices and a time that it
 * has not seen. `test_time` only where the end of the window is held out.
 */
export const splits = ['train', 'validation', 'test_devices', 'test_time'] as const;
export type Split = (typeof splits)[number];

/** The parts that a training job is given, and the names of SageMaker's input channels. */
export const channels = ['train', 'validation'] as const satisfies readonly Split[];
export type Channel = (typeof channels)[number];

/** The splits that a hold-out makes. */
export function splitsOf({ time }: HoldOut): readonly Split[] {
  return splits.filter((split) => split !== 'test_time' || time !== undefined);
}

/** The folder of a split below that of the examples, as Athena names it: `split=train/`. */
export function splitFolder(split: Split): string {
  return `split=${split}/`;
}

/**
 * The SQL expression for the split that a row belongs to, null for a row that belongs to none: it lies in the embargo.
 *
 * @param table the name that the statement has for the rows, which have `device_bucket` and `event_time`
 * @throws RangeError for a hold-out that leaves nothing to train on, or nothing to judge by
 */
export function splitExpression(table: string, holdOut: HoldOut, window: TimeWindow): string {
  checkHoldOut(holdOut, window);
  const { testBuckets, time, validationBuckets } = holdOut;
  const bucket = `${table}.device_bucket`;
  const lines = [`WHEN ${bucket} < ${testBuckets} THEN 'test_devices'`];
  if (time !== undefined) {
    const tested = window.end - time.days * 24 * hourMs;
    lines.push(`WHEN ${table}.event_time >= ${timestampLiteral(tested)} THEN 'test_time'`);
    lines.push(`WHEN ${table}.event_time >= ${timestampLiteral(tested - time.embargoHours * hourMs)} THEN NULL`);
  }
  lines.push(`WHEN ${bucket} < ${testBuckets + validationBuckets} THEN 'validation'`, "ELSE 'train'");
  return `CASE\n  ${lines.join('\n  ')}\nEND`;
}

function checkHoldOut({ testBuckets, time, validationBuckets }: HoldOut, { start, end }: TimeWindow): void {
  for (const [name, buckets] of Object.entries({ testBuckets, validationBuckets })) {
    if (!Number.isInteger(buckets) || buckets < 1) {
      throw new RangeError(`holdOut.${name} is ${buckets}: must be a whole number from 1 on`);
    }
  }
  if (testBuckets + validationBuckets >= deviceBuckets) {
    throw new RangeError(
      `holdOut: ${testBuckets} and ${validationBuckets} of ${deviceBuckets} buckets leave no device to train on`,
    );
  }
  if (time !== undefined) {
    const { days, embargoHours } = time;
    if (!(days > 0) || !(embargoHours >= 0) || end - (24 * days + embargoHours) * hourMs <= start) {
      throw new RangeError(
        `holdOut.time: ${days} days after an embargo of ${embargoHours} hours leave no time to train on, or to judge by`,
      );
    }
  }
}
