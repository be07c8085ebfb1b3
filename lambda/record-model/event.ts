import { EventReader } from '../shared/event-reader';
import { readTuned, type Tuned } from '../shared/job/tuned';
import { readTrainingCard } from '../shared/training-card';
import { readTrainingPlan } from '../shared/training-plan';

/** What a job was started on, as the event says. */
export interface RecordModelEvent {
  /** The attempt's. */
  readonly jobName: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly manifestUri: string;
  readonly manifestHash: string;
  /** Rows of the training set, by split. */
  readonly rows: Readonly<Record<string, number>>;
  /** What a tuning job has found. @default - the domain's hyperparameters were taken as they are */
  readonly tuned?: Tuned;
  /** What else is known of the training set. */
  readonly inspected: {
    readonly cutoff: string;
    readonly revision: number;
    readonly dataCardUri: string;
    readonly contentHash: string;
    /** Whether a gate would have held training back. */
    readonly forced: boolean;
    /** By what the budget was exceeded. @default - it was not */
    readonly overBudget?: string;
  };
}

/**
 * Checks an event: `jobName`, `plan`, `card` and `started`, the answer of StartTraining; and `tuned`, when tuning is on.
 * @throws TrainingError naming the member that is missing
 */
export function parseRecordModelEvent(value: unknown): RecordModelEvent {
  const event = new EventReader(value);
  const plan = readTrainingPlan(event, 'plan');
  const card = readTrainingCard(event, 'card');
  const started = event.object('started');
  const tuned = readTuned(event, 'tuned');
  return {
    jobName: event.text('jobName'),
    window: plan.window,
    manifestUri: plan.manifestUri,
    manifestHash: plan.manifestHash,
    rows: card.rows,
    ...(tuned !== undefined && { tuned }),
    inspected: {
      cutoff: plan.cutoff,
      revision: plan.revision,
      dataCardUri: plan.dataCardUri,
      contentHash: card.contentHash,
      forced: card.forced,
      ...(started.has('overBudget') && { overBudget: started.text('overBudget') }),
    },
  };
}
