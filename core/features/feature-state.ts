import { emptyBaseline, type Baseline } from './baseline';
import { emptyWindow, type ReadingWindow, type WindowShape } from './reading-window';
import { StateBytesError, type StateReader, type StateWriter } from './state-bytes';
import { restoreRunning } from './update-running';

/**
 * Writes what a window's statistics depend on: its readings and, where they are kept running, the cut and the anchors. Summaries are
 * made again from those, to the last bit.
 */
export function writeWindow(writer: StateWriter, window: ReadingWindow): void {
  const { cells, stride, start, count, signals, running } = window;
  writer.whole(count);
  for (let row = 0; row <= signals; row += 1) {
    writer.column(cells, row * stride + start, count);
  }
  if (running !== null) {
    writer.whole(running.middle);
    writer.column(running.anchors, 0, running.anchors.length);
  }
}

/**
 * Reads a window that goes on as the one that was written would have.
 * @param shape of the window that was written
 * @throws StateBytesError when the bytes do not hold such a window
 */
export function readWindow(reader: StateReader, shape: WindowShape): ReadingWindow {
  const window = emptyWindow(shape);
  const { capacity, cells, stride, signals, running } = window;
  const count = reader.whole();
  if (count > capacity) {
    throw new StateBytesError(`${count} readings in a window of ${capacity}`);
  }
  window.count = count;
  for (let row = 0; row <= signals; row += 1) {
    reader.column(cells, row * stride, count);
  }
  if (running !== null) {
    running.middle = reader.whole();
    if (running.middle > count) {
      throw new StateBytesError(`a window of ${count} readings, cut at ${running.middle}`);
    }
    reader.column(running.anchors, 0, running.anchors.length);
    restoreRunning(window, running);
  }
  return window;
}

/** Writes a baseline. */
export function writeBaseline(writer: StateWriter, { counts, means }: Baseline): void {
  writer.column(counts, 0, counts.length);
  writer.column(means, 0, means.length);
}

/** Reads a baseline. @throws StateBytesError when the bytes do not hold one of that shape */
export function readBaseline(reader: StateReader, capacity: number, signals: number): Baseline {
  const baseline = emptyBaseline(capacity, signals);
  reader.column(baseline.counts, 0, signals);
  reader.column(baseline.means, 0, signals);
  if (!baseline.counts.every((count) => count >= 0 && count <= capacity)) {
    throw new StateBytesError(`a baseline of more than ${capacity} values`);
  }
  return baseline;
}
