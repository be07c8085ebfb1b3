import { trainingErrors } from '../../core/training-error';
import { TrainingError } from '../shared/training-error';

/** How often the same data is trained on before a person has to look. */
export const attemptsPerPlan = 9;

/** SageMaker's limit for the name of a training job. */
const maxNameLength = 63;

/** What to do for a plan: wait for a job that is there, or start one under a name that nobody has had. */
export type Attempt = { readonly kind: 'reuse'; readonly jobName: string } | { readonly kind: 'start'; readonly jobName: string };

/**
 * The attempt that a run goes on with: the first whose job runs, is complete, or does not exist. Jobs that failed or were stopped are
 * passed over: SageMaker never gives a name away twice, so a further attempt has a number, `-2` to `-9`.
 *
 * @param jobName the plan's
 * @param statuses of the jobs whose names start with it, by name: InProgress, Completed, Failed, Stopping or Stopped
 * @throws TrainingError TrainingAttemptsExhausted when all attempts have failed; TrainingInputInvalid for a name without room for
 *   attempts
 */
export function nextAttempt(jobName: string, statuses: ReadonlyMap<string, string>): Attempt {
  for (const name of attemptNames(jobName)) {
    const status = statuses.get(name);
    if (status === undefined) {
      return { kind: 'start', jobName: name };
    }
    // One that is being stopped will have no model.
    if (status === 'InProgress' || status === 'Completed') {
      return { kind: 'reuse', jobName: name };
    }
  }
  throw new TrainingError(
    trainingErrors.attemptsExhausted,
    `${attemptsPerPlan} training jobs on the same data, ${jobName} to ${jobName}-${attemptsPerPlan}, have failed or were stopped: see why, and ` +
      'train on other data, or with other hyperparameters',
  );
}

function attemptNames(jobName: string): readonly string[] {
  const names = Array.from({ length: attemptsPerPlan }, (_, index) => (index === 0 ? jobName : `${jobName}-${index + 1}`));
  const longest = Math.max(...names.map((name) => name.length));
  if (longest > maxNameLength) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `plan.jobName ${jobName} has ${jobName.length} characters: at most ${maxNameLength - (longest - jobName.length)} leave room for attempts`,
    );
  }
  return names;
}
