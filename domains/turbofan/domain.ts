import type { Domain } from '../../core/domain';
import { benchmark } from './benchmark';
import { clock } from './clock';
import { messages } from './messages';
import { process, type EngineState } from './process';
import { cmapssReader } from './reader';
import { stateCodec } from './state';
import { tables } from './tables';
import { trainingSet } from './training-set';

/**
 * Turbofan engines run to failure: NASA's C-MAPSS files in, remaining useful life out.
 *
 * There are no anomaly scores, and so no alerts. A score says how unusual a reading is against some 500 before it, once 150 are known; an
 * engine flies 130 to 360 times in its life and wears all the while. How far it is from its first flights the windows say.
 */
export const turbofan: Domain<EngineState> = {
  name: 'turbofan',
  doc: 'Turbofan engines that report once per flight until they fail (NASA C-MAPSS); the model learns the remaining useful life.',
  maxMessageBytes: 16 * 1024,
  clock,
  messages,
  tables,
  process,
  stateCodec,
  latest: { table: 'cycles', columns: ['cycle', 's4', 's11', 's15'] },
  trainingSet,
  reader: cmapssReader,
  benchmark,
};
