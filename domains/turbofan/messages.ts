import type { Field, MessageSchema } from '../../core/message';
import { sensors, settings } from './sensors';

const measured: readonly (readonly [string, Field])[] = [...settings, ...sensors].map(({ name, doc, minimum, maximum }) => [
  name,
  { type: 'number', doc, minimum, maximum },
]);

const cycle = { type: 'integer', minimum: 1, maximum: 1e6 } as const;

/** A snapshot that an engine takes once per flight, and what ends the series. */
export const messages = {
  cycle: {
    doc: 'One flight cycle of one engine: settings and sensor values, one line of a C-MAPSS file.',
    fields: {
      cycle: { ...cycle, doc: "Number of the flight cycle, from 1; equal to the message's sequence." },
      ...Object.fromEntries(measured),
    },
  },
  failure: {
    doc: "The engine has failed: sent after its last cycle, with that cycle's event time and the sequence after it.",
    fields: { cycle: { ...cycle, doc: 'Number of the last flight cycle.' } },
  },
} as const satisfies Readonly<Record<string, MessageSchema>>;
