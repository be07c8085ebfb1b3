import { Pace } from '../../../local/fleet/pace';

/** A shard that takes `perSecond` records of 100 bytes, and one second's worth at once. */
function simulate(perSecond: number, seconds: number): { taken: number; refused: number } {
  const pace = new Pace();
  const total = { taken: 0, refused: 0 };
  let now = 0;
  let room = perSecond;
  let roomAt = 0;
  while (now < seconds * 1000) {
    now += Math.max(1, pace.waitMs(now));
    room = Math.min(perSecond, room + ((now - roomAt) * perSecond) / 1000);
    roomAt = now;
    const asked = pace.maxRecords;
    const records = Math.min(asked, Math.floor(room));
    room -= records;
    total.taken += records;
    total.refused += asked - records;
    const amount = (count: number) => ({ records: count, bytes: count * 100 });
    pace.sent(amount(records), amount(asked - records), now, 0.5);
  }
  return total;
}

describe('the pace of a lane', () => {
  test.each([500, 1000, 2000])(
    'uses a shard of %d records per second to nine tenths and sends few records twice',
    (perSecond) => {
      const { taken, refused } = simulate(perSecond, 60);
      expect(taken).toBeGreaterThan(0.9 * 60 * perSecond);
      expect(refused).toBeLessThan(0.1 * taken);
    },
  );

  test('waits longer and longer, up to seconds, while nothing gets through, and starts again when something does', () => {
    const pace = new Pace();
    const waits = [];
    let now = 0;
    for (let attempt = 0; attempt < 8; attempt++) {
      pace.sent({ records: 0, bytes: 0 }, { records: 10, bytes: 1000 }, now, 0);
      waits.push(pace.waitMs(now));
      now += pace.waitMs(now);
    }
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits[0]).toBeLessThan(200);
    expect(waits.at(-1)).toBe(5000);
    pace.sent({ records: 5, bytes: 500 }, { records: 5, bytes: 500 }, now, 0);
    expect(pace.waitMs(now)).toBeLessThan(200);
  });

  test('counts bytes where they weigh more than records', () => {
    const pace = new Pace();
    for (let time = 0; time < 3; time++) {
      pace.sent({ records: 1, bytes: 1024 * 1024 }, { records: 0, bytes: 0 }, 0, 0);
    }
    expect(pace.waitMs(0)).toBeGreaterThan(1500);
  });
});
