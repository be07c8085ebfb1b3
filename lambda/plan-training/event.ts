import type { TimeWindow } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { EventReader } from '../shared/event-reader';
import { TrainingError } from '../shared/training-error';

/** The event: a window that is closed. */
export interface PlanTrainingEvent {
  readonly window: TimeWindow;
  /** Rows that arrived before it are trained on, in milliseconds since the epoch. */
  readonly cutoff: number;
  /** Counts the closings of the window, from 1 on. */
  readonly revision: number;
  /** Name of the state machine's execution. */
  readonly executionName: string;
}

/** Checks an event: `window`, the answer of CheckWindow, and `executionName`. @throws TrainingError naming the member that is missing or wrong */
export function parsePlanTrainingEvent(value: unknown): PlanTrainingEvent {
  const event = new EventReader(value);
  const checked = event.object('window');
  checked.oneOf('status', ['closed']);
  const window = checked.object('window');
  const revision = checked.number('revision');
  if (!Number.isInteger(revision) || revision < 1) {
    throw invalid('window.revision is no whole number from 1 on');
  }
  return {
    window: { start: time(window, 'start'), end: time(window, 'end') },
    cutoff: time(checked, 'cutoff'),
    revision,
    executionName: event.text('executionName'),
  };
}

function time(reader: EventReader, name: string): number {
  const value = Date.parse(reader.text(name));
  if (!Number.isFinite(value)) {
    throw invalid(`window: ${name} is no ISO 8601 time`);
  }
  return value;
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
