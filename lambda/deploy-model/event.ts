import { trainingErrors } from '../../core/training-error';
import { EventReader } from '../shared/event-reader';
import { TrainingError } from '../shared/training-error';

/** What a run has begun, as its calls hand it on: whether what happens to the endpoint is its own doing. */
export type Begun =
  | { readonly kind: 'nothing' }
  /** To have the endpoint serve by a configuration. `follows`: another run began it, and tells of its success. */
  | { readonly kind: 'deployment' | 'follows'; readonly configName: string }
  /** To take the endpoint down. */
  | { readonly kind: 'removal' };

export interface DeployModelEvent {
  /** When the run started, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly begun: Begun;
}

/** Checks an event: `startedAt` and `deployment`, the answer of the call before. @throws TrainingError naming the member that is missing */
export function parseDeployModelEvent(value: unknown): DeployModelEvent {
  const event = new EventReader(value);
  const startedAt = Date.parse(event.text('startedAt'));
  if (!Number.isFinite(startedAt)) {
    throw new TrainingError(trainingErrors.invalidInput, 'startedAt is no ISO 8601 time');
  }
  const begun = event.object('deployment').object('begun');
  const kind = begun.oneOf('kind', ['nothing', 'deployment', 'follows', 'removal']);
  return {
    startedAt,
    begun: kind === 'deployment' || kind === 'follows' ? { kind, configName: begun.text('configName') } : { kind },
  };
}
