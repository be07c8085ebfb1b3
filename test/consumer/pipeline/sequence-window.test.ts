import * as fc from 'fast-check';
import { SequenceWindow, sequenceWindowSize } from '../../../consumer/pipeline/sequence-window';

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
        const window = new SequenceWindow();
        const seen = new Set<number>();
        let highest = 0;
        for (const offset of steps) {
          const sequence = Math.max(0, highest + offset);
          const inWindow = sequence > highest - sequenceWindowSize;
          expect(window.add(sequence)).toBe(inWindow ? !seen.has(sequence) : true);
          seen.add(sequence);
          highest = Math.max(highest, sequence);
        }
      }),
    );
  });
});
