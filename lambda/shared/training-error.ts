import type { TrainingErrorName } from '../../core/training-error';

/** An error that the state machine knows by its name: Lambda reports `name` as the error's type. */
export class TrainingError extends Error {
  override readonly name: TrainingErrorName;

  constructor(
    readonly code: TrainingErrorName,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = code;
  }
}
