/**
 * The names of the errors by which the training functions end: the state machine retries what passes, and fails under the name of
 * any other. An error under a name that is not here is a breakage.
 */
export const trainingErrors = {
  /** The event or the environment is not what the function expects. */
  invalidInput: 'TrainingInputInvalid',
  /** Objects that a window was closed on have gone, or are others: the same training set cannot be built again, a revision can. */
  inputsChanged: 'TrainingInputsChanged',
  /** A file of the lake is neither Parquet nor ORC, or cannot be read. */
  inputUnreadable: 'TrainingInputUnreadable',
  /** The query left no Parquet file under a channel's prefix, or only empty ones. */
  trainingSetEmpty: 'TrainingSetEmpty',
  /** A model that tells two classes apart is asked for, and a channel has rows of one of them alone. */
  trainingSetOneClass: 'TrainingSetOneClass',
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
