import type { ExpectedOutcome } from '../../../core/domain';
import { hourMs } from '../../../core/features/statistics';
import type { SeededRandom } from '../../../core/random';
import type { ReasonCode } from '../../../core/reason';
import { bytesOf, type MessageBody } from './encode';

/** What one damaged reading becomes: its bytes in place of the reading's. */
export interface Damaged {
  readonly data: Uint8Array;
  readonly expected: ExpectedOutcome;
}

interface Context {
  readonly random: SeededRandom;
  /** The end of the simulated time, in milliseconds. */
  readonly endTime: number;
  readonly maxMessageBytes: number;
}

/** One way in which a reading is damaged between the sensor and the stream. Damages exactly one thing. */
export interface Damage {
  readonly name: string;
  readonly expected: ReasonCode;
  /** How many of a deck of troubles are of this sort. */
  readonly weight: number;
  readonly apply: (body: MessageBody, context: Context) => Uint8Array;
}

const numeric = ['load', 'temperature', 'vibration', 'speed', 'power'] as const;
const required = ['device_id', 'sequence', 'event_time', 'site', 'machine', 'state', 'alarm', ...numeric] as const;

const changed = (body: MessageBody, changes: MessageBody): Uint8Array => bytesOf({ ...body, ...changes });
/** Without one of its fields, and without that field's unit. */
function without(body: MessageBody, field: string): Uint8Array {
  const { units, ...rest } = withoutKey(body, field);
  return bytesOf(units === undefined ? rest : { ...rest, units: withoutKey(units as MessageBody, field) });
}
function withoutKey(object: MessageBody, key: string): MessageBody {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
/** The JSON text with the value of one field replaced by a token that is not JSON. */
function withToken(body: MessageBody, field: string, token: string): Uint8Array {
  const marker = '\u0001';
  return Buffer.from(JSON.stringify({ ...body, [field]: marker }).replace(JSON.stringify(marker), token), 'utf8');
}

/** Every sort of damage. */
export const damages: readonly Damage[] = [
  {
    name: 'cut off in transit',
    expected: 'malformed_json',
    weight: 3,
    apply: (body, { random }) => {
      const bytes = bytesOf(body);
      return bytes.subarray(0, random.integer(1, bytes.length - 1));
    },
  },
  {
    name: 'noise on a serial line',
    expected: 'malformed_json',
    weight: 2,
    // 0xff occurs nowhere in UTF-8.
    apply: (_, { random }) =>
      Uint8Array.from({ length: random.integer(8, 200) }, (_byte, at) => (at === 0 ? 0xff : random.integer(0, 255))),
  },
  {
    name: 'Latin-1 in place of UTF-8',
    expected: 'malformed_json',
    weight: 2,
    apply: (body) => Buffer.from(JSON.stringify({ ...body, site: 'W\u00fcrzburg' }), 'latin1'),
  },
  {
    name: "NaN as Python's json writes it",
    expected: 'not_finite',
    weight: 3,
    apply: (body, { random }) => withToken(body, random.choice(numeric), 'NaN'),
  },
  {
    name: "infinity as Python's json writes it",
    expected: 'not_finite',
    weight: 2,
    apply: (body, { random }) => withToken(body, random.choice(numeric), random.choice(['Infinity', '-Infinity'])),
  },
  {
    name: 'a number too large for a double',
    expected: 'not_finite',
    weight: 1,
    apply: (body, { random }) => withToken(body, random.choice(numeric), random.choice(['1e999', '-1e400'])),
  },
  {
    name: 'a field left out',
    expected: 'missing_field',
    weight: 3,
    apply: (body, { random }) => without(body, random.choice(required)),
  },
  {
    name: 'null in place of a value',
    expected: 'missing_field',
    weight: 1,
    apply: (body, { random }) => changed(body, { [random.choice(numeric)]: null }),
  },
  {
    name: 'a field of a newer firmware',
    expected: 'unknown_field',
    weight: 2,
    apply: (body, { random }) => changed(body, { [random.choice(['firmware', 'battery', 'rssi'])]: random.integer(1, 100) }),
  },
  {
    name: 'a number as text',
    expected: 'wrong_type',
    weight: 3,
    apply: (body, { random }) => {
      const field = random.choice([...numeric, 'sequence']);
      return changed(body, { [field]: String(body[field]) });
    },
  },
  {
    name: 'a boolean as number',
    expected: 'wrong_type',
    weight: 1,
    apply: (body) => changed(body, { alarm: body['alarm'] === true ? 1 : 0 }),
  },
  {
    name: 'a number as boolean',
    expected: 'wrong_type',
    weight: 1,
    apply: (body, { random }) => changed(body, { [random.choice(numeric)]: random.chance(0.5) }),
  },
  {
    name: 'an impossible value, as a sensor with a broken wire gives',
    expected: 'out_of_range',
    weight: 4,
    apply: (body, { random }) => changed(body, { [random.choice(numeric)]: random.choice([-9999, 1e9]) }),
  },
  {
    name: 'a state that does not exist',
    expected: 'out_of_range',
    weight: 1,
    apply: (body) => changed(body, { state: 'RUN' }),
  },
  {
    // By months to years, so that it is ahead of the arrival too, which may be weeks after the simulated time.
    name: 'a clock that is set to the future',
    expected: 'clock_skew',
    weight: 2,
    apply: (body, { random, endTime }) =>
      changed(body, { event_time: new Date(endTime + Math.round(random.between(90, 3650) * 24 * hourMs)).toISOString() }),
  },
  {
    name: 'a clock that was never set',
    expected: 'clock_skew',
    weight: 2,
    apply: (body, { random }) => {
      const powerOn = random.choice([Date.UTC(1970, 0, 1), Date.UTC(2000, 0, 1)]);
      return changed(body, { event_time: new Date(powerOn + random.integer(0, 100 * hourMs)).toISOString() });
    },
  },
  {
    name: 'a source nobody knows',
    expected: 'unknown_source_type',
    weight: 2,
    apply: (body, { random }) => changed(body, { source_type: random.choice(['heartbeat', 'telemetry_v2', 'Telemetry', '']) }),
  },
  {
    name: 'no source',
    expected: 'unknown_source_type',
    weight: 1,
    apply: (body) => without(body, 'source_type'),
  },
  {
    name: 'a batch or a bare value in place of a message',
    expected: 'not_an_object',
    weight: 2,
    apply: (body, { random }) => Buffer.from(JSON.stringify(random.choice([[body], 42, 'ping', null, true])), 'utf8'),
  },
  {
    name: 'a unit that does not exist',
    expected: 'unknown_unit',
    weight: 1,
    apply: (body) => changed(body, { units: { ...(body['units'] as MessageBody | undefined), vibration: 'furlong/s' } }),
  },
  {
    name: 'a unit of another quantity',
    expected: 'unknown_unit',
    weight: 1,
    apply: (body) => changed(body, { units: { ...(body['units'] as MessageBody | undefined), temperature: 'psi' } }),
  },
  {
    name: 'a debug dump',
    expected: 'oversized',
    weight: 1,
    apply: (body, { random, maxMessageBytes }) =>
      changed(body, { trace: 'a5'.repeat(Math.ceil(maxMessageBytes / 2) + random.integer(0, 2000)) }),
  },
];

/** What befalls a reading: damage, or trouble on its way that leaves it whole. */
export type Trouble =
  { readonly sort: 'damage'; readonly damage: Damage } | { readonly sort: 'sent-twice' } | { readonly sort: 'late' };

const deck: readonly Trouble[] = [
  ...damages.flatMap((damage) => Array.from({ length: damage.weight }, (): Trouble => ({ sort: 'damage', damage }))),
  ...Array.from({ length: 6 }, (): Trouble => ({ sort: 'sent-twice' })),
  ...Array.from({ length: 6 }, (): Trouble => ({ sort: 'late' })),
];

/** Deals troubles from a shuffled deck, so that even a small run meets every sort. */
export class TroubleDeck {
  private left: Trouble[] = [];

  constructor(private readonly random: SeededRandom) {}

  next(): Trouble {
    if (this.left.length === 0) {
      this.left = this.random.shuffled(deck);
    }
    return this.left.pop() as Trouble;
  }
}
