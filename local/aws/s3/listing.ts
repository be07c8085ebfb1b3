/** What to list. */
export interface ListOptions {
  /** @default '' */
  readonly prefix?: string;
  /** Keys that go on after the prefix up to this text are rolled up into one common prefix. @default - none are */
  readonly delimiter?: string;
  /** Only keys after this one, exclusive. @default - from the start */
  readonly startAfter?: string;
  /** Most keys and common prefixes together. @default 1000 */
  readonly maxKeys?: number;
}

/** One page of a listing. */
export interface ObjectPage<T> {
  readonly objects: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** What to pass as `startAfter` for the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** The order in which S3 lists keys: by their UTF-8 bytes, which is not the order of UTF-16 code units. */
export function compareKeys(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * One page out of sorted keys. A page that ends with a common prefix goes on after everything below it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function pageOf(keys: readonly string[], options: ListOptions): ObjectPage<string> {
  const { prefix = '', delimiter = '', startAfter = '', maxKeys = 1000 } = options;
  const objects: string[] = [];
  const commonPrefixes: string[] = [];
  let next: string | undefined;
  for (const key of keys) {
    const rolledUp = commonPrefix(key, prefix, delimiter);
    const entry = rolledUp ?? key;
    const seen = rolledUp !== undefined && commonPrefixes.at(-1) === rolledUp;
    if (!key.startsWith(prefix) || seen || compareKeys(key, startAfter) <= 0 || compareKeys(entry, startAfter) <= 0) {
      continue;
    }
    if (objects.length + commonPrefixes.length >= maxKeys) {
      return { objects, commonPrefixes, next: maxKeys === 0 ? undefined : next };
    }
    (rolledUp === undefined ? objects : commonPrefixes).push(entry);
    next = entry;
  }
  return { objects, commonPrefixes, next: undefined };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}
