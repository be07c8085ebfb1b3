/**
 * A job that cannot run for what its owner gave it: a hyperparameter, a channel, the data. The container writes the message to
 * `/opt/ml/output/failure` and exits with 2; SageMaker shows it as FailureReason.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code = 'CustomerError';
}

/** The exit code of a run that failed by a UserError. */
export const userErrorExitCode = 2;
