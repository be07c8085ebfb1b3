import { TaskError } from './task-handler';

/** Most that a task takes or gives, in bytes of UTF-8. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const maxPayloadBytes = 262_144;

/** @throws TaskError States.DataLimitExceeded, which no state can catch */
export function checkPayload(state: string, what: 'input' | 'result', payload: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload ?? null));
  if (bytes > maxPayloadBytes) {
    throw new TaskError(
      'States.DataLimitExceeded',
      `The state/task '${state}' has ${what === 'input' ? 'an input' : 'a result'} of ${bytes} bytes, over the limit of ${maxPayloadBytes}.`,
    );
  }
}
