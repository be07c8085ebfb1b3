import { channels } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { parsePlan, requireText, type ReadyPlan, type RowCounts } from '../shared/plan';
import { TrainingError } from '../shared/training-error';

/** The event: `jobName`, `rows` and `started` from the answer of the start function, `plan` from that of the plan function. */
export interface RecordModelEvent {
  readonly jobName: string;
  readonly plan: ReadyPlan;
  readonly rows: RowCounts;
  /** False when a job of that name was there: that of an earlier run on the very same files, or of an earlier attempt to start it. */
  readonly started: boolean;
}

/** Checks an event. @throws TrainingError naming the member that is missing */
export function parseRecordModelEvent(event: Readonly<Record<string, unknown>>): RecordModelEvent {
  const jobName = requireText(event, 'jobName');
  const plan = parsePlan(event.plan);
  const rows = (event.rows ?? {}) as Readonly<Record<string, unknown>>;
  const absent = channels.find((channel) => typeof rows[channel] !== 'number');
  if (absent !== undefined) {
    throw new TrainingError(trainingErrors.invalidInput, `rows.${absent} is missing from the event`);
  }
  if (typeof event.started !== 'boolean') {
    throw new TrainingError(trainingErrors.invalidInput, 'started is missing from the event');
  }
  return { jobName, plan, rows: rows as RowCounts, started: event.started };
}
