import { parquetMetadataAsync } from 'hyparquet';
import type { Lake, LakeObject } from '../shared/lake';

/**
 * How much of a file's end is read at first. A footer of Firehose's or Athena's takes some 100 bytes per column and row group: that of 60
 * columns and a few row groups fits, and a small file is read with one request.
 */
const tailBytes = 32 * 1024;

/**
 * The rows of a file, from its footer.
 *
 * @returns undefined for an ORC file, whose footer is compressed in a way of its own: its rows are not told
 * @throws Error when it is neither Parquet nor ORC
 * @see https://parquet.apache.org/docs/file-format/
 * @see https://orc.apache.org/specification/ORCv1/#postscript (the magic is its last field, its length the file's last byte)
 */
export async function rowCount(lake: Lake, { key, size }: LakeObject): Promise<number | undefined> {
  const start = Math.max(0, size - tailBytes);
  const tail = await lake.read(key, start, size);
  if (isOrc(tail)) {
    return undefined;
  }
  const metadata = await parquetMetadataAsync(
    {
      byteLength: size,
      slice: (from, to = size) => (from >= start ? tail.slice(from - start, to - start) : lake.read(key, from, to)),
    },
    { initialFetchSize: tailBytes, geoparquet: false },
  );
  return Number(metadata.num_rows);
}

function isOrc(tail: ArrayBuffer): boolean {
  return Buffer.from(tail).subarray(-4, -1).toString('latin1') === 'ORC';
}
