/** An object of the lake, as a listing shows it. */
export interface LakeObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** As S3 gives it, without quotes. */
  readonly etag: string;
}

/** What the functions of training and scoring need of the lake's bucket. */
export interface Lake {
  /** Name of the bucket. */
  readonly bucket: string;
  /** All objects under a prefix, in the order of their keys. */
  list(prefix: string): Promise<readonly LakeObject[]>;
  /** The folders right below a prefix that ends in a slash, each with it and a slash at its end, in their order: `tables/a/date=2026-11-20/`. */
  folders(prefix: string): Promise<readonly string[]>;
  /** Bytes from `start` up to, not including, `end`. */
  read(key: string, start: number, end: number): Promise<ArrayBuffer>;
  /** A whole document; undefined when there is none. */
  readText(key: string): Promise<string | undefined>;
  /** Writes a JSON document; over one that is there. */
  writeJson(key: string, text: string): Promise<void>;
  /** Writes a file; over one that is there. */
  writeBytes(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes a page for a browser; over one that is there. */
  writeHtml(key: string, text: string): Promise<void>;
  /**
   * Writes a JSON document that is never changed. Of several who write at once one does.
   *
   * @returns 'exists' when there was one already, which stays as it is: perhaps by this very call, whose first reply was lost
   */
  writeNew(key: string, text: string): Promise<'created' | 'exists'>;
}

/** The `s3://` URI of a key. */
export function uriOf(lake: Lake, key: string): string {
  return `s3://${lake.bucket}/${key}`;
}

/**
 * Whether a query engine reads the object: not a mark of a folder, not empty, not hidden (a name that begins with `_` or `.`).
 * @see https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html
 */
export function isDataObject({ key, size }: LakeObject): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return size > 0 && name !== '' && !name.startsWith('_') && !name.startsWith('.');
}
