import * as fc from 'fast-check';
import { parseEventTime } from '../../../../consumer/pipeline/validate/event-time';

describe('parseEventTime', () => {
  test.each([
    ['2026-11-20T08:15:30Z', Date.UTC(2026, 10, 20, 8, 15, 30)],
    ['2026-11-20T08:15:30.25Z', Date.UTC(2026, 10, 20, 8, 15, 30, 250)],
    ['2026-11-20T08:15:30.123456789Z', Date.UTC(2026, 10, 20, 8, 15, 30, 123)],
    ['2026-11-20T08:15:30+01:30', Date.UTC(2026, 10, 20, 6, 45, 30)],
    ['2026-11-20T23:15:30-05:00', Date.UTC(2026, 10, 21, 4, 15, 30)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    [1_763_626_530_250, 1_763_626_530_250],
    [0, 0],
  ])('%s is understood', (value, expected) => {
    expect(parseEventTime(value)).toBe(expected);
  });

  test.each([
    '2026-11-20',
    '2026-11-20T08:15:30',
    '2026-11-20 08:15:30Z',
    '2026-11-20T08:15Z',
    'yesterday',
    '',
    1.5,
    true,
    {},
    [],
  ])('%j is of the wrong type', (value) => {
    expect(parseEventTime(value)).toMatchObject({ reason: 'wrong_type', field: 'event_time' });
  });

  test.each([
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T08:60:00Z',
    '2026-11-20T08:15:30+24:00',
    '1969-12-31T23:59:59.999Z',
    '0099-01-01T00:00:00Z',
    -1,
    253_402_300_800_000,
  ])('%j is out of range', (value) => {
    expect(parseEventTime(value)).toMatchObject({ reason: 'out_of_range', field: 'event_time' });
  });

  test('every instant that Date can print comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (instant) => {
        expect(parseEventTime(new Date(instant).toISOString())).toBe(instant);
      }),
    );
  });

  test('a text of the usual shape is judged as the same time in another shape, whatever it has in its places', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const likely = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
    const part = (most: number) => fc.oneof({ arbitrary: likely(most), weight: 9 }, two);
    const shaped = fc
      .tuple(fc.oneof(fc.constantFrom('19', '20'), two), two, part(12), part(31), part(23), part(59), part(59), two)
      .map(([century, year, month, day, hour, m, s, ms]) => `${century}${year}-${month}-${day}T${hour}:${m}:${s}.${ms}7`);
    const place = fc.option(
      fc.tuple(fc.nat({ max: 22 }), fc.constantFrom('0', '9', ' ', '-', ':', '.', 'T', 'Z', '+', 'x', '/', '１')),
    );
    const outcome = (text: string) => {
      const parsed = parseEventTime(text);
      return typeof parsed === 'number' ? parsed : parsed.reason;
    };
    fc.assert(
      fc.property(shaped, place, (text, change) => {
        const broken = change === null ? text : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1);
        expect(outcome(`${broken}Z`)).toBe(outcome(`${broken}+00:00`));
      }),
      { numRuns: 2000 },
    );
  });
});
