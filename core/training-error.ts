/**
 * The names of the errors by which the training functions end, and by which the state machine retries or catches them. An error
 * under any other name is a breakage.
 */
export const trainingErrors = {
  /** The event or the environment is not what the function expects. */
  invalidInput: 'TrainingInputInvalid',
  /** The query left no Parquet file under a channel's prefix, or only empty ones. */
  trainingSetEmpty: 'TrainingSetEmpty',
  /** A file of the training set has other columns than the domain says, or one that is not numeric. */
  trainingSetMismatch: 'TrainingSetMismatch',
  /** The account has no capacity left for the job: worth a retry, minutes apart. */
  resourceLimitExceeded: 'ResourceLimitExceeded',
  /** Too many calls: worth a retry, seconds apart. */
  throttled: 'ThrottlingException',
  /** The job to record has not ended. */
  trainingNotEnded: 'TrainingNotEnded',
} as const;

/** The name of such an error. */
export type TrainingErrorName = (typeof trainingErrors)[keyof typeof trainingErrors];
