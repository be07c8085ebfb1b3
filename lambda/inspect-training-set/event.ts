import { EventReader } from '../shared/event-reader';
import { readTrainingPlan, type TrainingPlan } from '../shared/training-plan';

/** The event: a plan whose statements have run. */
export interface InspectTrainingSetEvent {
  readonly plan: TrainingPlan;
  /** Whether to train even though a gate is not passed: a person has said so. */
  readonly force: boolean;
}

/** Checks an event: `plan`, and `force`, which may be absent. @throws TrainingError naming the member that is missing */
export function parseInspectTrainingSetEvent(value: unknown): InspectTrainingSetEvent {
  const event = new EventReader(value);
  return { plan: readTrainingPlan(event, 'plan'), force: event.has('force') && event.flag('force') };
}
