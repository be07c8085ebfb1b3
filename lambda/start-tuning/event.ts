import { parseStartTrainingEvent, type StartTrainingEvent } from '../start-training/event';

/** The event: what is trained on, and how. The same as that of StartTraining, but for what the tuning job is to find. */
export type StartTuningEvent = Omit<StartTrainingEvent, 'tuned'>;

/** Checks an event. @throws TrainingError naming the member that is missing */
export function parseStartTuningEvent(value: unknown): StartTuningEvent {
  const { plan, card, capacity, force } = parseStartTrainingEvent(value);
  return { plan, card, capacity, force };
}
