import { domainNamed } from '../../../domains';
import { checkEndTime, dueAfter, endTimeFor } from '../../../local/cli/end-time';
import { UsageError } from '../../../local/cli/usage-error';

const now = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;
const factory = domainNamed('factory');

describe('the end of the simulated time', () => {
  test.each([undefined, now, now - 25 * dayMs])('may be %p', (endTime) => {
    expect(() => checkEndTime(endTime, factory, now)).not.toThrow();
  });

  test.each([now + dayMs, now - 40 * dayMs])('may not be %p, where every message would be quarantined', (endTime) => {
    expect(() => checkEndTime(endTime, factory, now)).toThrow(
      /--end-time .*: allowed is from 2026-10-21T00:00:00.000Z to 2026-11-20T00:10:00.000Z/,
    );
  });
});

describe('the end of a run whose training window can be closed', () => {
  const delayMs = 11 * 60_000;
  const at = (hour: number, minute: number): number => now + (hour * 60 + minute) * 60_000;

  test('is the latest full hour after which lateness and buffering have passed', () => {
    expect(endTimeFor(undefined, delayMs, at(5, 10))).toBe(at(4, 0));
    expect(endTimeFor(undefined, delayMs, at(5, 11))).toBe(at(5, 0));
  });

  test('may be any earlier time, and the run is due when the window of its hour can be closed', () => {
    expect(endTimeFor(at(3, 59), delayMs, at(5, 11))).toBe(at(3, 59));
    expect(dueAfter(at(3, 59), delayMs)).toBe(at(4, 11));
    expect(dueAfter(at(4, 0), delayMs)).toBe(at(4, 11));
  });

  test.each([at(5, 1), at(6, 0)])('is refused when it is later, with when that would close: %p', (asked) => {
    expect(() => endTimeFor(asked, delayMs, at(5, 30))).toThrow(UsageError);
    expect(() => endTimeFor(asked, delayMs, at(5, 30))).toThrow(
      /allowed is up to 2026-11-20T05:00:00.000Z, .* it closes at 2026-11-20T06:11:00.000Z/,
    );
  });
});
