import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { scoresOf } from '../../../lambda/judge-model/scores';
import { testRows, type RowBlock } from '../../../lambda/judge-model/test-rows';
import { MemoryLake } from '../fixtures';

const trainingSet = { label: 'label', features: ['flow', 'speed'] };
type Cell = number | null;

function file(rows: readonly (readonly [label: number, flow: Cell, speed: Cell])[], rowGroupSize: number): Uint8Array {
  const columnData = ['label', 'FLOW', 'speed'].map((name, index) => ({
    name,
    data: rows.map((row) => row[index]),
    type: 'DOUBLE' as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}

async function blocksOf(lake: MemoryLake): Promise<RowBlock[]> {
  const blocks: RowBlock[] = [];
  for await (const block of testRows(lake, trainingSet, 'set/')) {
    blocks.push(block);
  }
  return blocks;
}

describe('the rows that a model is judged on', () => {
  test('come a row group at a time, by the names of their columns, in single precision, NaN for what is missing', async () => {
    const rows = [
      [1, 0.1, null],
      [0, null, 3],
      [1, Number.NaN, 4],
    ] as const;
    const lake = new MemoryLake().put('set/a', file(rows, 2)).put('set/_hidden', 'x').put('set/b', file([], 2));
    expect(await blocksOf(lake)).toEqual([
      {
        rows: 2,
        labels: Float64Array.of(1, 0),
        columns: [Float32Array.of(0.1, Number.NaN), Float32Array.of(Number.NaN, 3)],
      },
      { rows: 1, labels: Float64Array.of(1), columns: [Float32Array.of(Number.NaN), Float32Array.of(4)] },
    ]);
  });

  test('are all scored, once and in order, however they lie in files and groups (seed 1)', async () => {
    const files = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const lake = new MemoryLake();
        let next = 0;
        given.forEach(([rows, rowGroupSize], index) =>
          lake.put(
            `set/${index}`,
            file(
              Array.from({ length: rows }, () => [next++, next, -next]),
              rowGroupSize,
            ),
          ),
        );
        const { labels, predictions } = await scoresOf(testRows(lake, trainingSet, 'set/'), {
          candidate: ({ columns }) => Float64Array.from(columns[0] ?? [], (flow) => flow * 2),
        });
        expect([...labels]).toEqual(Array.from({ length: next }, (_, row) => row));
        expect([...(predictions.candidate ?? [])]).toEqual(Array.from({ length: next }, (_, row) => (row + 1) * 2));
        expect(predictions).not.toHaveProperty('current');
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
