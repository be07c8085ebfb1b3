import { StateBytesError, type StateReader, type StateWriter } from '../features/state-bytes';
import type { AnomalyDetector } from './detector';
import { emptyMemory, field, numbersPerSignal, type AnomalyMemory } from './memory';

/** Writes all that is remembered: about 18 bytes for each signal. */
export function writeMemory(writer: StateWriter, { cells, quietReadings }: AnomalyMemory): void {
  writer.whole(quietReadings);
  for (let at = 0; at < cells.length; at += numbersPerSignal) {
    writer.whole(cells[at] as number);
    writer.number(cells[at + field.mean] as number);
    writer.number(cells[at + field.variance] as number);
  }
}

/** Reads a memory that goes on as the one that was written would have. @throws StateBytesError when the bytes do not hold one */
export function readMemory(reader: StateReader, detector: Pick<AnomalyDetector, 'signals'>): AnomalyMemory {
  const memory = emptyMemory(detector);
  const { cells } = memory;
  memory.quietReadings = reader.whole();
  for (let at = 0; at < cells.length; at += numbersPerSignal) {
    cells[at] = reader.whole();
    cells[at + field.mean] = reader.number();
    cells[at + field.variance] = reader.number();
    if (!((cells[at + field.variance] as number) >= 0)) {
      throw new StateBytesError(`a variance of ${cells[at + field.variance]}`);
    }
  }
  return memory;
}
