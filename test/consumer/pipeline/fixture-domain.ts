import type { Alert, Domain, StateCodec } from '../../../core/domain';
import { StateReader, StateWriter } from '../../../core/features/state-bytes';
import type { Message } from '../../../core/message';

/** What the fixture keeps per device: how many messages it has seen, and a window of temperatures. */
export interface FixtureState {
  count: number;
  readonly recent: number[];
}

const windowLength = 5;

/** A small domain with a bit of everything: units, optional fields, each field type, two tables, state, and ways to fail. */
export const fixtureDomain: Domain<FixtureState> = {
  name: 'fixture',
  doc: 'Made for the tests of the pipeline.',
  maxMessageBytes: 4_096,
  clock: { aheadMs: 60_000, behindMs: 3_600_000 },
  messages: {
    reading: {
      doc: 'A measurement.',
      fields: {
        temperature: { type: 'number', unit: 'degC', minimum: -50, maximum: 200, doc: 'Temperature.' },
        speed: { type: 'integer', unit: 'rpm', minimum: 0, maximum: 6000, doc: 'Speed.' },
        load: { type: 'number', minimum: 0, maximum: 1e6, optional: true, doc: 'Load, without a unit.' },
        mode: { type: 'string', allowed: ['auto', 'manual', 'explode', 'mumble', 'nan', 'stray', 'none'], doc: 'How it is run.' },
        note: { type: 'string', maxLength: 20, optional: true, doc: 'A remark.' },
        open: { type: 'boolean', optional: true, doc: 'Whether the lid is open.' },
      },
    },
    repair: { doc: 'Somebody repaired it.', fields: { part: { type: 'string', doc: 'What was replaced.' } } },
  },
  tables: {
    readings: {
      doc: 'One row per reading.',
      columns: [
        { name: 'temperature', type: 'double', unit: 'degC', doc: 'Temperature.' },
        { name: 'temperature_mean', type: 'double', unit: 'degC', doc: 'Mean of the last five.' },
        { name: 'speed', type: 'int', unit: 'rpm', doc: 'Speed.' },
        { name: 'load', type: 'double', doc: 'Load.' },
        { name: 'mode', type: 'string', doc: 'Mode.' },
        { name: 'note', type: 'string', doc: 'Remark.' },
        { name: 'open', type: 'boolean', doc: 'Lid.' },
        { name: 'seen', type: 'bigint', doc: 'Messages of the device so far.' },
        { name: 'minute', type: 'timestamp', doc: 'The minute of the event.' },
      ],
    },
    repairs: { doc: 'One row per repair.', columns: [{ name: 'part', type: 'string', doc: 'Part.' }] },
  },
  process(message: Message, state = { count: 0, recent: [] }) {
    state.count += 1;
    if (message.sourceType === 'repair') {
      return { rows: [{ table: 'repairs', row: { part: message.values['part'] ?? null } }], state };
    }
    const { temperature, mode } = message.values;
    if (mode === 'explode') {
      throw new Error('the domain has a fault');
    }
    if (mode === 'mumble') {
      throw Object.assign(new Error('no text'), { toString: () => ({}) });
    }
    if (mode === 'none') {
      return { rows: [], state };
    }
    state.recent.push(Number(temperature));
    if (state.recent.length > windowLength) {
      state.recent.shift();
    }
    const mean = state.recent.reduce((sum, value) => sum + value, 0) / state.recent.length;
    const row = {
      ...message.values,
      temperature_mean: mode === 'nan' ? NaN : mean,
      seen: state.count,
      minute: new Date(Math.floor(message.eventTime / 60_000) * 60_000).toISOString(),
      ...(mode === 'stray' && { stray: 1 }),
    };
    const alerts = message.values['note'] === 'alert' ? [alertOf(message, mean)] : undefined;
    return { rows: [{ table: 'readings', row }], state, ...(alerts !== undefined && { alerts }) };
  },
  alerts: 'Somebody wrote alert into the note.',
  trainingSet: {
    doc: 'Not trained on.',
    sql: () => 'SELECT 1 AS label',
    scoringSql: () => 'SELECT 1',
    holdOut: { testBuckets: 10, validationBuckets: 10 },
    baseline: { doc: 'The mean.', kind: 'mean' },
    label: 'label',
    features: [],
    hyperparameters: {},
    objectiveMetric: 'validation:rmse',
  },
  reader: { format: 'none', open: () => ({ record: () => [] }) },
};

function alertOf({ eventTime, values }: Message, mean: number): Alert {
  const value = Number(values['temperature']);
  return { table: 'readings', signal: 'temperature', value, score: 9, expected: { mean, deviation: 1 }, eventTime };
}

/** Raised by tests that are about states of another layout. */
export const fixtureLayout = { version: 1 };

const stateCodec: StateCodec<FixtureState> = {
  encode: ({ count, recent }) => {
    const writer = new StateWriter();
    writer.whole(fixtureLayout.version);
    writer.whole(count);
    writer.whole(recent.length);
    writer.column(Float64Array.from(recent), 0, recent.length);
    return writer.finish();
  },
  decode: (bytes) => {
    const reader = new StateReader(bytes);
    if (reader.whole() !== fixtureLayout.version) {
      return undefined;
    }
    const count = reader.whole();
    const recent = new Float64Array(reader.whole());
    reader.column(recent, 0, recent.length);
    reader.end();
    return { count, recent: [...recent] };
  },
};

/** The same, with a state that can be stored. */
export const storedFixtureDomain: Domain<FixtureState> = {
  ...fixtureDomain,
  stateCodec,
  latest: { table: 'readings', columns: ['temperature', 'mode', 'open', 'load'] },
};

/** When the records of the tests reach the stream. */
export const arrivalTimeMs = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A valid reading as an object, to be changed. */
export function reading(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    source_type: 'reading',
    device_id: 'machine-1',
    sequence: 1,
    event_time: '2026-11-20T11:59:58.250Z',
    temperature: 21.5,
    speed: 1500,
    mode: 'auto',
    ...overrides,
  };
}

/** A document as the bytes of a record. */
export function bytes(document: unknown): Uint8Array {
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
}
