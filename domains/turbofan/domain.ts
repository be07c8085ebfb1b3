import type { Domain } from '../../core/domain';
import { clock } from './clock';
import { messages } from './messages';
import { process, type EngineState } from './process';
import { cmapssReader } from './reader';
import { stateCodec } from './state';
import { tables } from './tables';
import { trainingSet } from './training-set';

/** Turbofan engines run to failure: NASA's C-MAPSS files in, remaining useful life out. */
export const turbofan: Domain<EngineState> = {
  name: 'turbofan',
  doc: 'Turbofan engines that report once per flight until they fail (NASA C-MAPSS); the model learns the remaining useful life.',
  maxMessageBytes: 16 * 1024,
  clock,
  messages,
  tables,
  process,
  stateCodec,
  trainingSet,
  reader: cmapssReader,
};
