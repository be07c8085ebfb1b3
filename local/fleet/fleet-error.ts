/** Why a fleet cannot go on. Part of the contract with whoever starts it: codes are reported and never renamed. */
export type FleetErrorCode = 'bad-settings' | 'unreadable-file' | 'record-too-large' | 'stream-refuses';

/** An error that the user can do something about; its message says what. */
export class FleetError extends Error {
  override readonly name = 'FleetError';

  constructor(
    readonly code: FleetErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
