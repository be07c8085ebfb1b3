import fc from 'fast-check';
import { inParallel } from '../../../lambda/shared/in-parallel';

const turn = (): Promise<void> => Promise.resolve();

describe('doing the same to many items', () => {
  test('gives results in the order of the items, with no more at a time than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, atOnce) => {
          let running = 0;
          let most = 0;
          const results = await inParallel(turns, atOnce, async (length) => {
            running += 1;
            most = Math.max(most, running);
            for (let index = 0; index < length; index++) {
              await turn();
            }
            running -= 1;
            return length * 2;
          });
          expect(results).toEqual(turns.map((length) => length * 2));
          expect(most).toBe(Math.min(atOnce, turns.length));
        },
      ),
    );
  });

  test('ends with the first error, begins nothing new, and leaves nothing running', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = inParallel([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      await turn();
      if (item === 1) {
        throw new Error('one failed');
      }
      await turn();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('one failed');
    expect(begun).toEqual([0, 1]);
    expect(ended).toEqual([0]);
  });
});
