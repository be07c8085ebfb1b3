import { invalidArgument, notImplemented } from './s3-error';

/**
 * Where an object's file lies below its bucket's folder. A key's segments between slashes become folders and a file under the very
 * same names, so that a person finds them, except for what a file system cannot hold or would take for something else:
 *
 * - control characters, the percent sign and `<>:"\|?*` are percent-encoded; so are `.` and `..`
 * - an empty segment (`a//b`, or the end of `a/`) is named `%`
 * - when `a` and `a/b` both exist, `a` is a folder and the object `a` lies beside it as `a%`
 *
 * A lone percent sign at the end cannot come from encoding, so every name reads back to one key.
 */
export const besideFolder = '%';

const emptySegment = '%';

/** Usual file systems take names of 255 bytes; six are left for `besideFolder` and for the names of metadata files. */
const maxNameBytes = 249;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** The path of a key's file below its bucket, as names. @throws S3Error for a key that S3, or a file system, cannot hold */
export function pathSegments(key: string): readonly string[] {
  if (key === '') {
    throw invalidArgument('the key is empty');
  }
  if (Buffer.byteLength(key) > maxKeyBytes) {
    throw invalidArgument(`the key is longer than ${maxKeyBytes} bytes`);
  }
  return key.split('/').map(encodeSegment);
}

/** The key of a file, from its path below its bucket: the inverse of `pathSegments`. */
export function keyOf(segments: readonly string[]): string {
  return segments.map((name, index) => decodeSegment(index === segments.length - 1 ? withoutMark(name) : name)).join('/');
}

function encodeSegment(segment: string): string {
  if (segment === '') {
    return emptySegment;
  }
  if (segment === '.' || segment === '..') {
    return segment.replaceAll('.', '%2E');
  }
  const name = segment.replace(/[\p{Cc}%<>:"\\|?]/gu, encodeURIComponent).replaceAll('*', '%2A');
  if (Buffer.byteLength(name) > maxNameBytes) {
    throw notImplemented(`a key with more than ${maxNameBytes} bytes between two slashes`);
  }
  return name;
}

function withoutMark(name: string): string {
  return name !== emptySegment && name.endsWith(besideFolder) ? name.slice(0, -besideFolder.length) : name;
}

function decodeSegment(name: string): string {
  return name === emptySegment ? '' : decodeURIComponent(name);
}
