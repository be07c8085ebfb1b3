import { trainingErrors } from '../../../core/training-error';
import { TrainingError } from '../training-error';

/** How often the same data is trained on before a person has to look. */
export const attemptsPerPlan = 9;

/** A kind of job that is started in attempts. */
export interface AttemptedJobs {
  /** Of many, for a person: `training jobs`. */
  readonly what: string;
  /** SageMaker's limit for their names, in characters. */
  readonly maxNameLength: number;
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const trainingJobs: AttemptedJobs = { what: 'training jobs', maxNameLength: 63 };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html */
export const tuningJobs: AttemptedJobs = { what: 'tuning jobs', maxNameLength: 32 };

/** What to do for a plan: wait for a job that is there, or start one under a name that nobody has had. */
export type Attempt = { readonly kind: 'reuse'; readonly jobName: string } | { readonly kind: 'start'; readonly jobName: string };

/**
 * The attempt that a run goes on with: the first whose job runs, is complete, or does not exist. Jobs that failed or were stopped are
 * passed over: SageMaker never gives a name away twice, so a further attempt has a number, `-2` to `-9`.
 *
 * @param jobName of the first attempt
 * @param statuses of the jobs whose names start with it, by name: InProgress, Completed, Failed, Stopping or Stopped
 * @throws TrainingError TrainingAttemptsExhausted when all attempts have failed; TrainingInputInvalid for a name without room for
 *   attempts
 */
export function nextAttempt(of: AttemptedJobs, jobName: string, statuses: ReadonlyMap<string, string>): Attempt {
  for (const name of attemptNames(of, jobName)) {
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
    `${attemptsPerPlan} ${of.what} on the same data, ${jobName} to ${jobName}-${attemptsPerPlan}, have failed or were stopped: see why, and ` +
      'train on other data, or with other hyperparameters',
  );
}

function attemptNames({ maxNameLength }: AttemptedJobs, jobName: string): readonly string[] {
  const names = Array.from({ length: attemptsPerPlan }, (_, index) => (index === 0 ? jobName : `${jobName}-${index + 1}`));
  const longest = Math.max(...names.map((name) => name.length));
  if (longest > maxNameLength) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `the job name ${jobName} has ${jobName.length} characters: at most ${maxNameLength - (longest - jobName.length)} leave room for attempts`,
    );
  }
  return names;
}
