import type { Request } from '../http/server';
import { S3Error, notImplemented } from './s3-error';

/** A request to S3, path-style, taken apart. */
export interface S3Request {
  readonly method: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Request;
}

/** `x-id` names the operation for people who read logs; the others sign a URL. */
const ignoredQuery = /^(x-id$|X-Amz-)/;

/** @throws S3Error for a path that is not URI-encoded UTF-8 */
export function parseRequest(request: Request): S3Request {
  const [path, search] = splitOnce(request.url ?? '/', '?');
  const [bucket, key] = splitOnce(path.slice(1), '/');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  try {
    const query = [...new URLSearchParams(search)].filter(([name]) => !ignoredQuery.test(name));
    return {
      method: request.method ?? 'GET',
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      query: new Map(query),
      headers,
      body: request,
    };
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

function splitOnce(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

/** What an operation understands; everything else that would change its meaning is refused by name. */
export interface Understood {
  readonly query?: readonly string[];
  /** Headers beside those that every request may carry. */
  readonly headers?: readonly string[];
}

/** Headers that say nothing about what the operation should do, or that are dealt with for every operation. */
const commonHeaders =
  /^x-amz-(date|security-token|user-agent|content-sha256|decoded-content-length|trailer|sdk-checksum-algorithm|checksum-.*|meta-.*)$/;

/** @throws S3Error NotImplemented for an option that is not understood */
export function refuseUnknown(request: S3Request, operation: string, understood: Understood): void {
  for (const name of request.query.keys()) {
    if (understood.query?.includes(name) !== true) {
      throw notImplemented(`${operation} with the parameter ${name}`);
    }
  }
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-amz-') && !commonHeaders.test(name) && understood.headers?.includes(name) !== true) {
      throw notImplemented(`${operation} with the header ${name}`);
    }
  }
}
