import { domainNamed } from '../../../domains';
import { checkEndTime } from '../../../local/cli/end-time';

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
