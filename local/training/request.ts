/** What a run of the training workflow is asked for by hand. */
export interface TrainingRequest {
  /** Event time to train on, ISO 8601. @default - the latest window that can be closed by `due` */
  readonly window?: { readonly start: string; readonly end: string };
  /** When the run is due, in milliseconds since the epoch. */
  readonly due: number;
  /** Whether a window that was closed before is closed once more, with what has arrived since. */
  readonly revision: boolean;
  /** Whether to train even though a gate is not passed, or the day's budget is spent. */
  readonly force: boolean;
  /** Who asks, for people. */
  readonly requestedBy: string;
}

/** The input of an execution of the training workflow; its first step, lambda/check-window, says what may be in it. */
export function executionInput({
  due,
  force,
  requestedBy,
  revision,
  window,
}: TrainingRequest): Readonly<Record<string, unknown>> {
  return {
    ...(window === undefined ? { scheduledTime: new Date(due).toISOString() } : { window }),
    ...(revision && { revision }),
    ...(force && { force }),
    requestedBy,
  };
}
