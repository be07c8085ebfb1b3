import type { Field, MessageSchema } from '../../core/message';
import { sensors, settings } from './sensors';

const measured: readonly (readonly [string, Field])[] = [...settings, ...sensors].map(({ name, doc, minimum, maximum }) => [
  name,
  { type: 'number', doc, minimum, maximum },
]);

/** The one message type: a snapshot that an engine takes once per flight. */
export const messages = {
  cycle: {
    doc: 'One flight cycle of one engine: settings and sensor values, one line of a C-MAPSS file.',
    fields: {
      cycle: {
        type: 'integer',
        doc: "Number of the flight cycle, from 1; equal to the message's sequence.",
        minimum: 1,
        maximum: 1e6,
      },
      ...Object.fromEntries(measured),
    },
  },
} as const satisfies Readonly<Record<string, MessageSchema>>;
