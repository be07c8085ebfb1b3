import { channels } from '../../core/training-set';
import { EventReader } from '../shared/event-reader';
import { parsePlan } from '../shared/plan';
import { readTrainingCard } from '../shared/training-card';
import { readTrainingPlan } from '../shared/training-plan';

/** What a job was started on, as the event says. */
export interface RecordModelEvent {
  /** The attempt's. */
  readonly jobName: string;
  /** False when a job of that name was there when this run came to start it. */
  readonly started: boolean;
  readonly window: { readonly start: string; readonly end: string };
  readonly manifestUri: string;
  readonly manifestHash: string;
  /** Rows of the training set, by split. */
  readonly rows: Readonly<Record<string, number>>;
  /** What else is known of the training set. @default - the run has not inspected it */
  readonly inspected?: {
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
 * Checks an event: `jobName`, `plan`, `card` and `started`, the answer of StartTraining. Without `card`, `rows` and `started` are
 * members of that answer, and the plan is a `ReadyPlan`.
 * @throws TrainingError naming the member that is missing
 */
export function parseRecordModelEvent(value: unknown): RecordModelEvent {
  const event = new EventReader(value);
  return event.has('card') ? ofInspected(event) : ofPlanned(event);
}

function ofInspected(event: EventReader): RecordModelEvent {
  const plan = readTrainingPlan(event, 'plan');
  const card = readTrainingCard(event, 'card');
  const started = event.object('started');
  return {
    jobName: event.text('jobName'),
    started: started.flag('started'),
    window: plan.window,
    manifestUri: plan.manifestUri,
    manifestHash: plan.manifestHash,
    rows: card.rows,
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

function ofPlanned(event: EventReader): RecordModelEvent {
  const jobName = event.text('jobName');
  const { window, manifestUri, manifestHash } = parsePlan(event.value('plan'));
  const given = event.object('rows');
  const rows = Object.fromEntries(channels.map((channel) => [channel, given.number(channel)]));
  return { jobName, started: event.flag('started'), window, manifestUri, manifestHash, rows };
}
