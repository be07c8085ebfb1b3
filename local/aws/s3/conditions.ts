import { S3Error, preconditionFailed } from './s3-error';
import type { ByteRange, StoredObject } from './object-store';

type Headers = Readonly<Record<string, string | undefined>>;

/** Whether a list of ETags from a header (`"a", "b"` or `*`) names this one. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || unquoted(item.trim()) === etag);
}

/** An ETag without its quotes. */
export function unquoted(etag: string): string {
  return etag.replace(/^(?:W\/)?"(.*)"$/, '$1');
}

/**
 * Whether a read may be answered in full, or with 304 because the reader has it.
 *
 * @throws S3Error PreconditionFailed
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 */
export function readCondition(headers: Headers, object: StoredObject): 'read' | 'not-modified' {
  const modified = Math.floor(object.lastModified.getTime() / 1000) * 1000;
  const { 'if-match': match, 'if-none-match': noneMatch, 'if-modified-since': since, 'if-unmodified-since': until } = headers;
  if (match !== undefined ? !names(match, object.etag) : until !== undefined && modified > Date.parse(until)) {
    throw preconditionFailed(match !== undefined ? 'If-Match' : 'If-Unmodified-Since');
  }
  const known = noneMatch !== undefined ? names(noneMatch, object.etag) : since !== undefined && modified <= Date.parse(since);
  return known ? 'not-modified' : 'read';
}

/**
 * The range that a `Range` header asks for; undefined for the whole object. Several ranges are answered with the whole, as S3
 * does.
 *
 * @throws S3Error InvalidRange when no byte of the object is in the range
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (header === undefined || (from === '' && to === '')) {
    return undefined;
  }
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) {
    return undefined;
  }
  if (start >= size || (from === '' && Number(to) === 0)) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', 416, { ActualObjectSize: String(size) });
  }
  return { start, end };
}
