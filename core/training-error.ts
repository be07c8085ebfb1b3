/**
 * The names of the errors by which the functions of training and scoring end: the state machine retries what passes, and fails under the name of
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
  /** A file of the training set has other columns than the domain says, or one that is not numeric. */
  trainingSetMismatch: 'TrainingSetMismatch',
  /** The account has no capacity left for the job: worth a retry, minutes apart. */
  resourceLimitExceeded: 'ResourceLimitExceeded',
  /** Too many calls: worth a retry, seconds apart. */
  throttled: 'ThrottlingException',
  /** SageMaker has a fault of its own: worth a retry, seconds apart. */
  serviceUnavailable: 'ServiceUnavailable',
  /** SageMaker does not take the request to train, and would not take it again: what is wrong is in the message. */
  requestInvalid: 'TrainingRequestInvalid',
  /** The function may not do what it has to: its role, or a key's policy, has to be mended. */
  accessDenied: 'TrainingAccessDenied',
  /** The pipeline has trained as often, or as long, within a day as it may: the run is held back. */
  budgetExceeded: 'BudgetExceeded',
  /** A job on the same data has failed as often as it is tried. */
  attemptsExhausted: 'TrainingAttemptsExhausted',
  /** The job to record has not ended. */
  trainingNotEnded: 'TrainingNotEnded',
  /** The model of a job that is complete, or a file that it is judged on, is not there or cannot be read. */
  modelUnreadable: 'ModelUnreadable',
  /** The Model Registry does not take the model, and would not take it again. */
  registrationInvalid: 'RegistrationInvalid',
  /** SageMaker does not take what would serve the model, and would not take it again. */
  deploymentInvalid: 'DeploymentInvalid',
  /** Not every row of a batch was scored, or some more than once. */
  scoringIncomplete: 'ScoringIncomplete',
} as const;

/** The name of such an error. */
export type TrainingErrorName = (typeof trainingErrors)[keyof typeof trainingErrors];
