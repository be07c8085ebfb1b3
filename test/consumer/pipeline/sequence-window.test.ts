import * as fc from 'fast-check';
import { SequenceWindow, sequenceWindowSize } from '../../../consumer/pipeline/sequence-window';
import { StateBytesError, StateReader, StateWriter } from '../../../core/features/state-bytes';

const written = (window: SequenceWindow): Uint8Array => {
  const writer = new StateWriter();
  window.write(writer);
  return writer.finish();
};

const read = (bytes: Uint8Array): SequenceWindow => {
  const reader = new StateReader(bytes);
  const window = SequenceWindow.read(reader);
  reader.end();
  return window;
};

describe('SequenceWindow', () => {
  test('a sequence is new once', () => {
    const window = new SequenceWindow();
    expect([7, 7, 8, 7, 6, 6].map((sequence) => window.add(sequence))).toEqual([true, false, true, false, true, false]);
  });

  test('a sequence further back than the window counts as new', () => {
    const window = new SequenceWindow();
    window.add(0);
    window.add(sequenceWindowSize - 1);
    expect(window.add(0)).toBe(false);
    window.add(sequenceWindowSize);
    expect(window.add(0)).toBe(true);
  });

  test('works up to the largest sequence', () => {
    const window = new SequenceWindow();
    expect(window.add(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(window.add(Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(window.add(Number.MAX_SAFE_INTEGER - 1)).toBe(true);
  });

  test('agrees with a set of everything seen, as long as a sequence lies within the window', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -20, max: 20 }) },
      { weight: 2, arbitrary: fc.integer({ min: -sequenceWindowSize - 5, max: sequenceWindowSize + 5 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 1e9 }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let window = new SequenceWindow();
        const seen = new Set<number>();
        let highest = 0;
        for (const offset of steps) {
          const sequence = Math.max(0, highest + offset);
          const inWindow = sequence > highest - sequenceWindowSize;
          // Stored and read again at each step, so it goes on as it would have.
          window = read(written(window));
          expect(window.add(sequence)).toBe(inWindow ? !seen.has(sequence) : true);
          seen.add(sequence);
          highest = Math.max(highest, sequence);
        }
      }),
    );
  });

  test('is stored in a few bytes when nothing is missing, and in little more than its bits when every other is', () => {
    const window = new SequenceWindow();
    for (let sequence = 0; sequence < 5_000; sequence += 1) {
      window.add(sequence);
    }
    expect(written(window).length).toBeLessThanOrEqual(6);
    const sparse = new SequenceWindow();
    for (let sequence = 0; sequence < 5_000; sequence += 2) {
      sparse.add(sequence);
    }
    expect(written(sparse).length).toBeLessThan(180);
    expect(read(written(sparse)).add(4_001)).toBe(true);
    expect(read(written(sparse)).add(4_000)).toBe(false);
  });

  test.each([
    ['of a form that is not known', [3, 1]],
    ['with more runs than a window has', [1, 5, 1, 200, 8]],
    ['cut short', [1, 5, 2, 1]],
  ])('is refused %s', (_, bytes) => {
    expect(() => read(Uint8Array.from(bytes))).toThrow(StateBytesError);
  });
});
