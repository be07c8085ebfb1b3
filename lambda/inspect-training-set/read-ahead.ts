import type { AsyncBuffer } from 'hyparquet';
import type { ParquetFile, RowGroup } from '../shared/parquet-file';

/** Most bytes that are asked for at a time, but for a column that is larger by itself. */
const runBytes = 16 * 2 ** 20;

/** Bytes of a file that lie together. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * The same file, for one row group to be read from it column by column, in their order: columns are fetched many at a time, and the
 * next ones while the caller computes. At most two runs are in memory.
 *
 * A request takes S3 some tens of milliseconds before the first byte comes, so that a request per column, 48 of them in a row group,
 * would take longer than its data.
 */
export function readAhead(file: ParquetFile, group: RowGroup): ParquetFile {
  const runs = runsOf(file, group);
  const fetched = new Map<Run, Promise<ArrayBuffer>>();
  const fetch = (run: Run | undefined): void => {
    if (run !== undefined && !fetched.has(run)) {
      const bytes = Promise.resolve(file.file.slice(run.start, run.end));
      // Whoever comes to use it hears of a failure; nobody may.
      bytes.catch(() => undefined);
      fetched.set(run, bytes);
    }
  };
  const slice: AsyncBuffer['slice'] = async (start, end = file.file.byteLength) => {
    const index = runs.findIndex((run) => run.start <= start && end <= run.end);
    const run = runs[index];
    if (run === undefined) {
      return file.file.slice(start, end);
    }
    runs.slice(0, index).forEach((earlier) => fetched.delete(earlier));
    fetch(run);
    fetch(runs[index + 1]);
    return ((await fetched.get(run)) ?? new ArrayBuffer(0)).slice(start - run.start, end - run.start);
  };
  return { ...file, file: { byteLength: file.file.byteLength, slice } };
}

function runsOf({ metadata }: ParquetFile, { index }: RowGroup): readonly Run[] {
  const runs: Run[] = [];
  for (const { meta_data: chunk } of metadata.row_groups[index]?.columns ?? []) {
    if (chunk === undefined) {
      continue;
    }
    const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
    const end = start + Number(chunk.total_compressed_size);
    const last = runs.at(-1);
    if (last !== undefined && start >= last.end && end - last.start <= runBytes) {
      runs[runs.length - 1] = { start: last.start, end };
    } else {
      runs.push({ start, end });
    }
  }
  return runs;
}
