import { throttle, type FaultRule } from '../aws/http/fault-rules';
import type { Fault } from '../aws/http/faults';
import { UsageError } from './usage-error';

/** How a fault is written: the operation, or * for all; what goes wrong; how often, between 0 and 1. */
export const faultForm = 'OPERATION=throttle|drop-request|drop-reply|hang|delay:MS@PROBABILITY';

/**
 * The rule that `GetRecords=throttle@0.05` stands for.
 * @throws UsageError when the text is not of that form
 */
export function parseFault(text: string): FaultRule {
  const [, operation = '', kind = '', chance = ''] = /^(\*|\w+)=([a-z-]+(?::\d+)?)@(\d(?:\.\d+)?)$/.exec(text) ?? [];
  const fault = faultNamed(kind);
  if (fault === undefined || !(Number(chance) <= 1)) {
    throw new UsageError(`--fault ${text}: expected ${faultForm}`);
  }
  return { ...(operation === '*' ? {} : { operations: [operation] }), probability: Number(chance), fault };
}

function faultNamed(kind: string): FaultRule['fault'] | undefined {
  const [name, ms] = kind.split(':');
  if (name === 'delay') {
    return ms === undefined ? undefined : { delayMs: Number(ms) };
  }
  const named: Readonly<Record<string, FaultRule['fault']>> = {
    throttle,
    'drop-request': { drop: 'request' } satisfies Fault,
    'drop-reply': { drop: 'reply' } satisfies Fault,
    hang: { hang: true } satisfies Fault,
  };
  return ms === undefined && Object.hasOwn(named, kind) ? named[kind] : undefined;
}
