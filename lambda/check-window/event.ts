import { trainingErrors } from '../../core/training-error';
import { EventReader } from '../shared/event-reader';
import { readRunInput, type RunInput } from '../shared/run-input';
import { TrainingError } from '../shared/training-error';

/** The event: which run asks. */
export interface CheckWindowEvent {
  readonly input: RunInput;
  /** Name of the state machine's execution. */
  readonly executionName: string;
  /** When it started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Checks an event. @throws TrainingError naming the member that is missing or wrong */
export function parseCheckWindowEvent(value: unknown): CheckWindowEvent {
  const event = new EventReader(value);
  const startedAt = Date.parse(event.text('startedAt'));
  if (!Number.isFinite(startedAt)) {
    throw new TrainingError(trainingErrors.invalidInput, 'startedAt is no ISO 8601 time');
  }
  return { input: readRunInput(event, 'input'), executionName: event.text('executionName'), startedAt };
}
