import * as fc from 'fast-check';
import type { Domain } from '../../../../core/domain';
import type { Field, Message } from '../../../../core/message';
import type { ReasonCode } from '../../../../core/reason';
import { decode, type JsonObject } from '../../../../consumer/pipeline/decode';
import { Rejection } from '../../../../consumer/pipeline/rejection';
import { compileValidator } from '../../../../consumer/pipeline/validate/message-validator';
import { arrivalTimeMs, bytes, fixtureDomain, reading } from '../fixture-domain';

const domain = fixtureDomain as Domain;
const validate = compileValidator(domain);

function judge(document: unknown): Message | Rejection {
  const decoded = decode(bytes(document), 1_000_000);
  return decoded instanceof Rejection ? decoded : validate(decoded, arrivalTimeMs);
}

function without(...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(reading()).filter(([name]) => !names.includes(name)));
}

describe('a valid message', () => {
  test('has strict types, canonical units, and null for what was left out', () => {
    const units = { temperature: 'degF', speed: 'Hz' };
    expect(judge(reading({ temperature: 212, speed: 25, units, open: false, note: null }))).toEqual({
      sourceType: 'reading',
      deviceId: 'machine-1',
      sequence: 1,
      eventTime: Date.UTC(2026, 10, 20, 11, 59, 58, 250),
      values: { temperature: expect.closeTo(100, 9) as number, speed: 1500, load: null, mode: 'auto', note: null, open: false },
    });
  });

  test('may name units that are canonical, units of fields that it leaves out, and null for units', () => {
    expect(judge(reading({ units: { temperature: 'degC' } }))).not.toBeInstanceOf(Rejection);
    expect(judge(reading({ units: null }))).not.toBeInstanceOf(Rejection);
  });

  test('keeps a value without conversion to the last bit', () => {
    expect(judge(reading({ load: 0.1 + 0.2 }))).toMatchObject({ values: { load: 0.1 + 0.2 } });
  });

  test('may have a sequence up to 2^53 - 1', () => {
    expect(judge(reading({ sequence: Number.MAX_SAFE_INTEGER }))).toMatchObject({ sequence: Number.MAX_SAFE_INTEGER });
    expect(judge(reading({ sequence: 0 }))).toMatchObject({ sequence: 0 });
  });
});

/** Changes to a valid message, each with one fault, and the reason and field that it must be given. */
const faults: readonly (readonly [string, ReasonCode, string | undefined, unknown])[] = [
  ['no source_type', 'unknown_source_type', 'source_type', without('source_type')],
  ['a source_type of another type', 'unknown_source_type', 'source_type', reading({ source_type: 7 })],
  ['an unknown source_type', 'unknown_source_type', 'source_type', reading({ source_type: 'weather' })],
  ['a source_type that every object inherits', 'unknown_source_type', 'source_type', reading({ source_type: 'constructor' })],
  ['no device_id', 'missing_field', 'device_id', without('device_id')],
  ['no sequence', 'missing_field', 'sequence', without('sequence')],
  ['a null event_time', 'missing_field', 'event_time', reading({ event_time: null })],
  ['no temperature', 'missing_field', 'temperature', without('temperature')],
  ['a null mode', 'missing_field', 'mode', reading({ mode: null })],
  ['a field too many', 'unknown_field', 'temprature', reading({ temprature: 1 })],
  ['a field called __proto__', 'unknown_field', '__proto__', `${JSON.stringify(reading()).slice(0, -1)},"__proto__":{}}`],
  ['units of an unknown field', 'unknown_field', 'units.humidity', reading({ units: { humidity: 'percent' } })],
  ['a text for a number', 'wrong_type', 'temperature', reading({ temperature: '21.5' })],
  ['a fraction for an integer', 'wrong_type', 'speed', reading({ speed: 1500.5 })],
  ['a fraction for an integer after conversion', 'wrong_type', 'speed', reading({ speed: 0.01, units: { speed: 'Hz' } })],
  ['a number for a text', 'wrong_type', 'mode', reading({ mode: 1 })],
  ['a text for a boolean', 'wrong_type', 'open', reading({ open: 'true' })],
  ['an array for a number', 'wrong_type', 'load', reading({ load: [1] })],
  ['half a character', 'wrong_type', 'note', reading({ note: 'a\ud800' })],
  ['a number for device_id', 'wrong_type', 'device_id', reading({ device_id: 12 })],
  ['a fraction for sequence', 'wrong_type', 'sequence', reading({ sequence: 1.5 })],
  ['a text for sequence', 'wrong_type', 'sequence', reading({ sequence: '1' })],
  ['a time without an offset', 'wrong_type', 'event_time', reading({ event_time: '2026-11-20T11:59:58' })],
  ['an array for units', 'wrong_type', 'units', reading({ units: [] })],
  ['a number for a unit', 'wrong_type', 'units.speed', reading({ units: { speed: 1 } })],
  ['an unknown unit', 'unknown_unit', 'temperature', reading({ units: { temperature: 'celsius' } })],
  ['a unit of another quantity', 'unknown_unit', 'temperature', reading({ units: { temperature: 'bar' } })],
  ['a unit for a field without one', 'unknown_unit', 'load', reading({ units: { load: 'kW' } })],
  ['a temperature too low', 'out_of_range', 'temperature', reading({ temperature: -50.001 })],
  [
    'a temperature too high after conversion',
    'out_of_range',
    'temperature',
    reading({ temperature: 500, units: { temperature: 'K' } }),
  ],
  ['a text that is not allowed', 'out_of_range', 'mode', reading({ mode: 'AUTO' })],
  ['a text too long', 'out_of_range', 'note', reading({ note: 'x'.repeat(21) })],
  ['an empty device_id', 'out_of_range', 'device_id', reading({ device_id: '' })],
  ['a device_id too long', 'out_of_range', 'device_id', reading({ device_id: 'd'.repeat(129) })],
  ['a negative sequence', 'out_of_range', 'sequence', reading({ sequence: -1 })],
  ['a sequence that a double cannot count', 'out_of_range', 'sequence', reading({ sequence: 2 ** 53 })],
  ['a date that does not exist', 'out_of_range', 'event_time', reading({ event_time: '2026-02-30T00:00:00Z' })],
  ['a clock ahead', 'clock_skew', 'event_time', reading({ event_time: arrivalTimeMs + 60_001 })],
  ['a clock behind', 'clock_skew', 'event_time', reading({ event_time: arrivalTimeMs - 3_600_001 })],
  ['a number that overflows', 'not_finite', 'temperature', JSON.stringify(reading()).replace('21.5', '1e999')],
  ['a sequence that overflows', 'not_finite', 'sequence', JSON.stringify(reading()).replace('"sequence":1', '"sequence":-1e400')],
];

describe('a message with one fault', () => {
  test.each(faults)('%s is %s', (_, reason, field, document) => {
    expect(judge(document)).toMatchObject({ reason, field });
  });

  test('has a message that names the field and quotes only a little', () => {
    const rejection = judge(reading({ mode: 'x'.repeat(10_000) })) as Rejection;
    expect(rejection.message).toContain('mode is "xxx');
    expect(rejection.message.length).toBeLessThan(300);
  });

  test('on the bounds is none', () => {
    expect(judge(reading({ temperature: -50 }))).not.toBeInstanceOf(Rejection);
    expect(judge(reading({ temperature: 200 }))).not.toBeInstanceOf(Rejection);
    expect(judge(reading({ event_time: arrivalTimeMs + 60_000 }))).not.toBeInstanceOf(Rejection);
    expect(judge(reading({ event_time: arrivalTimeMs - 3_600_000 }))).not.toBeInstanceOf(Rejection);
    expect(judge(reading({ device_id: 'd'.repeat(128) }))).not.toBeInstanceOf(Rejection);
  });
});

/** Faults that can be combined, from the one that counts most to the one that counts least. */
const combinable: readonly (readonly [ReasonCode, (message: Record<string, unknown>) => void])[] = [
  ['unknown_source_type', (message) => (message['source_type'] = 'weather')],
  ['missing_field', (message) => delete message['speed']],
  ['unknown_field', (message) => (message['extra'] = 1)],
  ['wrong_type', (message) => (message['open'] = 'yes')],
  ['unknown_unit', (message) => (message['units'] = { temperature: 'bar' })],
  ['out_of_range', (message) => (message['load'] = -1)],
  ['clock_skew', (message) => (message['event_time'] = 0)],
];

test('of several faults the one that comes first in the list of reasons counts, in whatever order the fields come', () => {
  fc.assert(
    fc.property(
      fc.subarray(
        combinable.map((_, index) => index),
        { minLength: 1 },
      ),
      fc.infiniteStream(fc.nat()),
      (chosen, random) => {
        const message = reading();
        for (const index of chosen) {
          combinable[index]?.[1](message);
        }
        const keyed = Object.entries(message).map((entry) => ({ entry, key: Number(random.next().value) }));
        const shuffled = Object.fromEntries(keyed.sort((a, b) => a.key - b.key).map(({ entry }) => entry));
        expect(judge(shuffled)).toMatchObject({ reason: combinable[Math.min(...chosen)]?.[0] });
      },
    ),
  );
});

test('whatever JSON comes, the answer is a message or a rejection and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom(...Object.keys(reading()), 'units', 'x'), maxDepth: 2 }), (document) => {
      const judged = validate({ ...reading(), ...(document as JsonObject) }, arrivalTimeMs);
      expect(judged instanceof Rejection || judged.sourceType === 'reading').toBe(true);
    }),
  );
});

describe('a schema that contradicts itself is refused at the start', () => {
  const withField = (name: string, field: Field): Domain => ({
    ...domain,
    messages: { bad: { doc: '', fields: { [name]: field } } },
  });

  test.each([
    ['a field of the envelope', withField('units', { type: 'boolean', doc: '' }), /units belongs to every message/],
    ['bounds the wrong way', withField('a', { type: 'number', minimum: 1, maximum: 0, doc: '' }), /in order/],
    ['an infinite bound', withField('a', { type: 'number', minimum: 1, maximum: Infinity, doc: '' }), /finite/],
    [
      'a unit that is not canonical',
      withField('a', { type: 'number', unit: 'degF', minimum: 0, maximum: 1, doc: '' }),
      /use degC/,
    ],
  ])('%s', (_, bad, message) => {
    expect(() => compileValidator(bad)).toThrow(message);
  });
});
