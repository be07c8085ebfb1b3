import { readColumn, rowGroupsOf, type ParquetFile, type RowGroup } from '../shared/parquet-file';
import { readAhead } from './read-ahead';
import { isUsable } from './usable';

/** Row groups that bins are made by. More of them say nothing new: a row group holds tens of thousands of rows. */
const sampledGroups = 8;

/** Most values of a column in the sample: 0.5 MB. A share of the rows is told to about 0.2 per cent by so many. */
const sampledValues = 65_536;

/**
 * Usable values of each column, ascending, from row groups that are spread evenly over the files: rows lie there by device, so the first
 * ones would tell of few devices. All of them, if there are few.
 */
export async function sampleColumns(files: readonly ParquetFile[], columns: number): Promise<readonly Float64Array[]> {
  const groups = spread(
    files.flatMap((file) => rowGroupsOf(file).map((group) => ({ file, group }))),
    sampledGroups,
  );
  const rows = groups.reduce((sum, { group }) => sum + group.rows, 0);
  const stride = Math.max(1, Math.ceil(rows / sampledValues));
  const samples = Array.from({ length: columns }, () => new Sample(Math.ceil(rows / stride) + groups.length));
  for (const { file, group } of groups) {
    await sampleGroup(file, group, samples, stride);
  }
  return samples.map((sample) => sample.sorted);
}

async function sampleGroup(file: ParquetFile, group: RowGroup, samples: readonly Sample[], stride: number): Promise<void> {
  const reader = readAhead(file, group);
  const values = new Float64Array(group.rows);
  for (const [column, sample] of samples.entries()) {
    await readColumn(reader, group, file.columns[column] ?? '', values);
    for (let row = 0; row < values.length; row += stride) {
      sample.add(values[row] ?? Number.NaN);
    }
  }
}

class Sample {
  private readonly values: Float64Array;
  private count = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  add(value: number): void {
    if (isUsable(value)) {
      this.values[this.count] = value;
      this.count += 1;
    }
  }

  get sorted(): Float64Array {
    return this.values.subarray(0, this.count).sort();
  }
}

/** At most so many of some items, evenly spread, the first among them. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  return items.filter(
    (_, index) =>
      items.length <= most || Math.floor((index * most) / items.length) !== Math.floor(((index - 1) * most) / items.length),
  );
}
