import type { EventReader } from '../event-reader';

/** What a tuning job has found. */
export interface Tuned {
  /** The attempt's. */
  readonly tuningJobName: string;
  /** Those that were searched for, by name, as the best of its training jobs had them. */
  readonly hyperparameters: Readonly<Record<string, string>>;
}

/** Reads it at `name` of an event, where it is when tuning is on. @throws TrainingError naming the member that is of another kind */
export function readTuned(event: EventReader, name: string): Tuned | undefined {
  if (!event.has(name)) {
    return undefined;
  }
  const tuned = event.object(name);
  return { tuningJobName: tuned.text('tuningJobName'), hyperparameters: tuned.texts('hyperparameters') };
}

/** The same as tags and as metadata: `tuning-job`, and `tuned-eta` for each hyperparameter. */
export function tuningTags({ hyperparameters, tuningJobName }: Tuned): Readonly<Record<string, string>> {
  const values = Object.entries(hyperparameters).map(([name, value]) => [`tuned-${name}`, value]);
  return { 'tuning-job': tuningJobName, ...(Object.fromEntries(values) as Record<string, string>) };
}
