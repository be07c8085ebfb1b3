import { publishLimits, type AlertMessage, type AlertPort, type FailedMessage, type PublishOutcome } from './alert-port';

/** What the next request meets: messages by index that fail, or no answer that helps. */
export type AlertTrouble =
  | { readonly failed: readonly number[]; readonly isFinal?: boolean }
  | { readonly unavailable: string }
  | { readonly refused: string };

/** Alerts into memory, with the limits of SNS; for tests and simulations. */
export class MemoryAlerts implements AlertPort {
  /** What was accepted, in order. */
  readonly accepted: AlertMessage[] = [];
  /** How many requests were made. */
  requests = 0;

  /** @param trouble asked at each request for what happens to it. @default nothing ever fails */
  constructor(private readonly trouble: (messages: number) => AlertTrouble | undefined = () => undefined) {}

  async publish(messages: readonly AlertMessage[], signal: AbortSignal): Promise<PublishOutcome> {
    this.requests += 1;
    if (signal.aborted) {
      return { type: 'unavailable', code: 'AbortError', message: 'the request was given up' };
    }
    const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    if (messages.length === 0 || messages.length > publishLimits.messages || bytes > publishLimits.bytes) {
      return { type: 'refused', code: 'InvalidParameter', message: 'the request is beyond the limits' };
    }
    const trouble = this.trouble(messages.length);
    if (trouble !== undefined && !('failed' in trouble)) {
      return 'refused' in trouble
        ? { type: 'refused', code: trouble.refused, message: 'not for you' }
        : { type: 'unavailable', code: trouble.unavailable, message: 'slow down' };
    }
    const indices = new Set(trouble?.failed);
    this.accepted.push(...messages.filter((_, index) => !indices.has(index)));
    const isFinal = trouble?.isFinal === true;
    const failed = [...indices].sort((a, b) => a - b).map((index): FailedMessage => ({ index, code: 'InternalError', isFinal }));
    return { type: 'answered', failed };
  }
}
