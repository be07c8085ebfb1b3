import { grouped, price, quantity } from '../../../ops/cost/format';
import { billedPacked, billedUnpacked } from '../../../ops/cost/firehose-packing';
import { runsPerMonth } from '../../../ops/cost/schedule';
import { averageStored } from '../../../ops/cost/storage';

describe('Firehose', () => {
  test('a 200-byte row alone is billed as 5 KB', () => {
    expect(billedUnpacked(10, 200)).toBe(10 * 5_120);
  });

  test('1,000 rows of 500 bytes a flush are one record of 500,000 bytes, billed as 98 steps', () => {
    // ceil(500,000 / 5,120) = 98 steps of 5,120 = 501,760 bytes for 1,000 rows.
    expect(billedPacked(2_000, 500, 1_000)).toBe(2 * 501_760);
  });

  test('3,000 rows of 500 bytes are a full record of 2,048 and one of 952', () => {
    // 2,048 × 500 = 1,024,000 = 200 steps; 952 × 500 = 476,000, 93 steps: 293 × 5,120.
    expect(billedPacked(3_000, 500, 3_000)).toBe(293 * 5_120);
  });
});

describe('the lake', () => {
  test('in its first month it is half a month full on average', () => {
    expect(averageStored(100, 1, 0, Infinity)).toBe(50);
  });

  test('in its twelfth month 11.5 months lie there, three of them younger than three months', () => {
    expect(averageStored(100, 12, 0, Infinity)).toBe(1_150);
    expect(averageStored(100, 12, 0, 3)).toBe(300);
    expect(averageStored(100, 12, 3, Infinity)).toBe(850);
  });

  test('what expires after a month does not grow', () => {
    expect(averageStored(100, 12, 0, 1)).toBe(100);
  });
});

describe('schedules', () => {
  test.each([
    ['rate(1 day)', 30.42],
    ['rate(6 hours)', 121.67],
    ['rate(30 minutes)', 1460],
    ['cron(15 2 * * ? *)', 30.42],
    ['cron(0 */6 * * ? *)', 121.67],
    ['cron(0 8,20 ? * MON-FRI *)', 43.45],
    ['cron(0/20 * 1,15 * ? *)', 144],
  ])('%s fires %d times a month', (schedule, runs) => {
    expect(runsPerMonth(schedule)).toBeCloseTo(runs, 1);
  });

  test('another text is refused', () => {
    expect(() => runsPerMonth('daily')).toThrow('daily is neither rate(...) nor cron(...)');
  });
});

test('figures are grouped, and prices keep their decimals', () => {
  expect([grouped(1_234_567.891, 2), price(0.03238), price(5), price(13.3334), quantity(99.96), quantity(0.0004)]).toEqual([
    '1,234,567.89',
    '$0.03238',
    '$5.00',
    '$13.3334',
    '100.0',
    '0.000',
  ]);
});
