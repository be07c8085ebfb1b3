import { EventReader } from '../shared/event-reader';
import { readTrainingPlan, type TrainingPlan } from '../shared/training-plan';

/** The event: a model, and the rows that it is judged on. */
export interface JudgeModelEvent {
  readonly plan: TrainingPlan;
  /** The candidate. */
  readonly record: { readonly jobName: string; readonly modelUri: string };
}

/** Checks an event: `plan` and `record`. @throws TrainingError naming the member that is missing */
export function parseJudgeModelEvent(value: unknown): JudgeModelEvent {
  const event = new EventReader(value);
  const record = event.object('record');
  return {
    plan: readTrainingPlan(event, 'plan'),
    record: { jobName: record.text('jobName'), modelUri: record.text('modelUri') },
  };
}
