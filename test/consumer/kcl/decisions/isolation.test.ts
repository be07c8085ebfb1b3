import fc from 'fast-check';
import {
  afterFailure,
  afterGivingUp,
  afterPart,
  isCleared,
  partSize,
  startIsolation,
  withoutPassed,
  type Isolation,
  type NamedRecord,
} from '../../../../consumer/kcl/decisions/isolation';
import { TRIM_HORIZON, type Position } from '../../../../consumer/kcl/decisions/position';

const at = (n: number): Position => ({ sequenceNumber: String(n + 1), subSequenceNumber: 0 });
const name = (n: number): NamedRecord => ({ position: at(n), reason: 'bad', error: new Error('bad') });
const records = (from: number, to: number): Position[] => Array.from({ length: to - from }, (_, i) => at(from + i));

/** Isolates records on which a part fails whenever it holds one of `poison`; what was done, in order, and how many parts it took. */
function isolate(
  count: number,
  poison: ReadonlySet<number>,
  maxAttempts: number,
): { done: number[]; gaveUp: number[]; parts: number } {
  let isolation: Isolation = startIsolation(at(count - 1), undefined);
  const [done, gaveUp]: [number[], number[]] = [[], []];
  let [next, parts] = [0, 0];
  while (!isCleared(isolation, next === 0 ? TRIM_HORIZON : at(next - 1), at(next))) {
    const size = partSize(isolation, records(next, count));
    const part = Array.from({ length: size }, (_, i) => next + i);
    parts += 1;
    if (part.some((n) => poison.has(n))) {
      const after = afterFailure(isolation, { size, advanced: false, named: undefined }, maxAttempts);
      isolation = after.isolation;
      if (after.verdict === 'give-up') {
        isolation = afterGivingUp(isolation);
        gaveUp.push(next);
        next += 1;
      }
    } else {
      isolation = afterPart(isolation, size);
      done.push(...part);
      next += size;
    }
  }
  return { done, gaveUp, parts };
}

describe('the search for a record that fails', () => {
  it('gives up exactly those that fail by themselves, in few parts, and has every other one done in order', () => {
    const poisons = fc.uniqueArray(fc.nat(399), { maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), poisons, fc.integer({ min: 1, max: 4 }), (count, picked, attempts) => {
        const poison = new Set(picked.filter((n) => n < count));
        const { done, gaveUp, parts } = isolate(count, poison, attempts);
        const all = Array.from({ length: count }, (_, n) => n);
        expect(gaveUp).toEqual(all.filter((n) => poison.has(n)));
        expect(done).toEqual(all.filter((n) => !poison.has(n)));
        // Each takes its halvings, the doublings after it, and its tries.
        expect(parts).toBeLessThanOrEqual((poison.size + 1) * (3 * 10 + attempts));
      }),
    );
  });

  it('stops a part before the record that was named, and has none when that is the next', () => {
    const isolation = startIsolation(at(20), name(5));
    expect(partSize(isolation, records(0, 10))).toBe(5);
    expect(partSize(isolation, records(5, 10))).toBe(0);
  });

  it('goes no further than the last record that may be at fault', () => {
    const isolation = startIsolation(at(3), undefined);
    expect(partSize(isolation, records(0, 10))).toBe(4);
    expect(isCleared(isolation, at(2), at(3))).toBe(false);
    expect(isCleared(isolation, at(2), at(4))).toBe(true);
    expect(isCleared(isolation, at(3), undefined)).toBe(true);
  });

  it('forgets a named record that is not there any more, instead of giving up another one', () => {
    const isolation = startIsolation(at(20), name(5));
    expect(withoutPassed(isolation, at(5)).named).toBeDefined();
    expect(withoutPassed(isolation, at(6)).named).toBeUndefined();
  });

  it('counts the tries of one record only, and those given up in a row only when they were not named', () => {
    const alone = { size: 1, advanced: false, named: undefined };
    const once = afterFailure(startIsolation(at(9), undefined), alone, 3).isolation;
    expect(once.attempts).toBe(1);
    expect(afterFailure(once, { ...alone, advanced: true }, 3).isolation.attempts).toBe(0);
    expect(afterPart(once, 1).attempts).toBe(0);
    expect(afterGivingUp(once)).toMatchObject({ attempts: 0, givenUpInRow: 1 });
    expect(afterGivingUp({ ...once, named: name(0) })).toMatchObject({ named: undefined, givenUpInRow: 0 });
    expect(afterPart(afterGivingUp(once), 1).givenUpInRow).toBe(0);
  });
});
