import type { Domain } from '../../core/domain';
import { jsonLinesReader } from '../shared/json-lines-reader';
import { clock } from './clock';
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
  clock,
  messages,
  tables,
  process,
  stateCodec,
  alerts: 'A running machine reads far from what is usual for itself; what load and speed do is taken out.',
  latest: { table: 'telemetry', columns: ['site', 'machine', 'state', 'alarm', 'temperature', 'vibration', 'power'] },
  trainingSet,
  simulator: factorySimulator(maxMessageBytes),
  reader: jsonLinesReader,
};
