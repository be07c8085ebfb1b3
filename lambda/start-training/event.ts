import { EventReader } from '../shared/event-reader';
import { readTuned, type Tuned } from '../shared/job/tuned';
import { readTrainingCard, type TrainingCard } from '../shared/training-card';
import { readTrainingPlan, type TrainingPlan } from '../shared/training-plan';

/** The event: what is trained on, and how. */
export interface StartTrainingEvent {
  /** The answer of PlanTraining. */
  readonly plan: TrainingPlan;
  /** The answer of InspectTrainingSet. */
  readonly card: TrainingCard;
  /** Whether to train on capacity that is there at once: spot capacity was asked for, and there was none. */
  readonly capacity: { readonly onDemand: boolean };
  /** Whether a person starts this run, and the budget does not bind. */
  readonly force: boolean;
  /** What a tuning job has found. @default - the domain's hyperparameters are taken as they are */
  readonly tuned?: Tuned;
}

/**
 * Checks an event: `plan`, `card`, `capacity` and `force`; and `tuned`, when tuning is on.
 * @throws TrainingError naming the member that is missing
 */
export function parseStartTrainingEvent(value: unknown): StartTrainingEvent {
  const event = new EventReader(value);
  const tuned = readTuned(event, 'tuned');
  return {
    plan: readTrainingPlan(event, 'plan'),
    card: readTrainingCard(event, 'card'),
    capacity: { onDemand: event.object('capacity').flag('onDemand') },
    force: event.flag('force'),
    ...(tuned !== undefined && { tuned }),
  };
}
