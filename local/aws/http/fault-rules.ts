import { AwsError } from './aws-error';
import type { Fault, FaultPlan, FaultTarget } from './faults';

/** When something goes wrong, and what. All conditions that are given must hold. */
export interface FaultRule {
  /** Names of operations. @default all */
  readonly operations?: readonly string[];
  /** Between 0 and 1. @default 1 */
  readonly probability?: number;
  /** Only what is beyond so many of these calls in a second of the clock. @default - any call */
  readonly callsPerSecond?: number;
  readonly fault: Fault | ((target: FaultTarget) => Fault);
}

/** The fault of a call that the service has no capacity for, with the exception that the operation's documentation names. */
export function throttle({ service, operation }: FaultTarget): Fault {
  const isAboutRecords = service === 'dynamodb' || /^(Get|Put)(Record|Records|ShardIterator)$/.test(operation);
  const code = isAboutRecords ? 'ProvisionedThroughputExceededException' : 'LimitExceededException';
  return { error: new AwsError(code, `Rate exceeded for ${operation} (injected).`) };
}

/**
 * A plan by rules: the first one that applies decides. The same seed draws the same numbers; which request gets which depends on the
 * order in which requests arrive.
 *
 * @param now the time in milliseconds, for `callsPerSecond`. @default Date.now
 */
export function faultsByRule(seed: number, rules: readonly FaultRule[], now: () => number = Date.now): FaultPlan {
  const random = mulberry32(seed);
  const counted = rules.map((rule) => ({ rule, second: Number.NaN, calls: 0 }));
  return (target) => {
    for (const state of counted) {
      const { operations, probability = 1, callsPerSecond, fault } = state.rule;
      if (operations?.includes(target.operation) === false) {
        continue;
      }
      if (callsPerSecond !== undefined) {
        const second = Math.floor(now() / 1000);
        state.calls = second === state.second ? state.calls + 1 : 1;
        state.second = second;
        if (state.calls <= callsPerSecond) {
          continue;
        }
      }
      if (random() < probability) {
        return typeof fault === 'function' ? fault(target) : fault;
      }
    }
    return undefined;
  };
}

/** Numbers from 0 up to 1 by a seed of 32 bits: Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
