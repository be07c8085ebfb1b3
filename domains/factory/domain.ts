import type { Domain } from '../../core/domain';
import { jsonLinesReader } from '../shared/json-lines-reader';
import { messages } from './messages';
import { process, type MachineMemory } from './process';
import { factorySimulator } from './simulator/simulator';
import { stateCodec } from './state';
import { tables } from './tables';
import { trainingSet } from './training-set';

const maxMessageBytes = 16 * 1024;

/** Rotating machines in several plants; the model learns which will fail within a day. */
export const factory: Domain<MachineMemory> = {
  name: 'factory',
  doc: 'Rotating machines that report temperature, pressure, humidity, vibration, speed and power, and the maintenance database that says when they failed; the model learns which fail within 24 hours.',
  maxMessageBytes,
  // Gateways keep time within minutes, and hold back what they cannot send for weeks; an unset clock shows 1970 or 2000.
  clock: { aheadMs: 10 * 60_000, behindMs: 60 * 24 * 3600_000 },
  messages,
  tables,
  process,
  stateCodec,
  trainingSet,
  simulator: factorySimulator(maxMessageBytes),
  reader: jsonLinesReader,
};
