import type { TimeWindow } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import type { EventReader } from './event-reader';
import { TrainingError } from './training-error';

/** What a training run was started with: by the schedule, or by a person. */
export type RunInput = RunOptions & {
  readonly asksFor:
    | {
        /** The window to train on. */
        readonly window: TimeWindow;
      }
    | {
        /** The latest window that can have closed by the time at which the run was due, in milliseconds since the epoch. */
        readonly scheduledTime: number;
      };
};

interface RunOptions {
  /** Whether a window that was closed before is to be closed once more, with what has arrived since. */
  readonly revision: boolean;
  /** Whether to train even though a gate is not passed. */
  readonly force: boolean;
  /** Who has started the run, for people. @default - the schedule */
  readonly requestedBy?: string;
}

const known = new Set(['scheduledTime', 'window', 'revision', 'force', 'requestedBy']);

/**
 * Reads the input of an execution at `name` of an event.
 * @throws TrainingError TrainingInputInvalid naming the member that is missing, wrong, or unknown: a misspelt one must not start another run
 *   than was meant
 */
export function readRunInput(event: EventReader, name: string): RunInput {
  const input = event.object(name);
  const unknown = Object.keys(event.value(name) ?? {}).find((each) => !known.has(each));
  if (unknown !== undefined) {
    throw invalid(`${name}.${unknown} is not known: ${[...known].join(', ')} are`);
  }
  if (!input.has('window') && !input.has('scheduledTime')) {
    throw invalid(`${name} has neither a window nor a scheduledTime`);
  }
  return {
    asksFor: input.has('window')
      ? { window: windowOf(`${name}.window`, input.object('window')) }
      : { scheduledTime: timeOf(`${name}.scheduledTime`, input.text('scheduledTime')) },
    revision: input.has('revision') && input.flag('revision'),
    force: input.has('force') && input.flag('force'),
    ...(input.has('requestedBy') && { requestedBy: input.text('requestedBy') }),
  };
}

function windowOf(path: string, window: EventReader): TimeWindow {
  const start = timeOf(`${path}.start`, window.text('start'));
  const end = timeOf(`${path}.end`, window.text('end'));
  if (start >= end) {
    throw invalid(`${path} is empty: its start is not before its end`);
  }
  if (start % 1000 !== 0 || end % 1000 !== 0) {
    throw invalid(`${path}: start and end must be whole seconds`);
  }
  return { start, end };
}

/** A date, or a time with an offset: one without would depend on where it is read. */
const isoTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(path: string, text: string): number {
  const time = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(time)) {
    throw invalid(`${path} is ${JSON.stringify(text)}: an ISO 8601 time with an offset is expected, or a date`);
  }
  return time;
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
