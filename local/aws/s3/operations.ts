import type { Readable } from 'node:stream';
import { contentsOf, textsOf, xmlDocument } from '../http/xml';
import { decodeAwsChunked, type Trailers } from './aws-chunked';
import { BodyVerifier } from './checksum';
import { rangeOf, readCondition, unquoted } from './conditions';
import type { ObjectMetadata } from './object-metadata';
import type { ObjectStore, PutOptions, StoredObject } from './object-store';
import type { S3Request } from './request';
import { S3Error, invalidArgument, notImplemented } from './s3-error';

/** What to answer. */
export interface S3Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
}

export type S3Operation = (store: ObjectStore, request: S3Request) => Promise<S3Answer>;

/** Of documents other than errors. */
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Headers that an object keeps and gives back. */
const keptHeaders = ['content-type', 'content-encoding', 'content-language', 'content-disposition', 'cache-control', 'expires'];

const userMetadata = 'x-amz-meta-';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation = async (store, request) => {
  const trailers: Trailers = new Map();
  const { headers } = request;
  const chunked =
    (headers['content-encoding'] ?? '').includes('aws-chunked') ||
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const verifier = new BodyVerifier(headers, trailers);
  const content = chunked ? decodeAwsChunked(request.body, trailers) : request.body;
  const options: PutOptions = { ...putConditions(request), metadata: metadataOf(request) };
  const { etag } = await store.put(request.bucket, request.key, verifier.verify(content), options);
  return { headers: { etag: `"${etag}"`, ...verifier.verified } };
};

function putConditions({ headers }: S3Request): PutOptions {
  const { 'if-none-match': noneMatch, 'if-match': match } = headers;
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw notImplemented('PutObject with If-None-Match other than *');
  }
  return { ifAbsent: noneMatch === '*', ...(match === undefined ? {} : { ifMatch: unquoted(match) }) };
}

function metadataOf({ headers }: S3Request): ObjectMetadata {
  const kept: Record<string, string> = {};
  const user: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(headers)) {
    if (name.startsWith(userMetadata)) {
      user[name.slice(userMetadata.length)] = value;
    } else if (keptHeaders.includes(name)) {
      const own =
        name === 'content-encoding'
          ? value
              .split(',')
              .map((part) => part.trim())
              .filter((part) => part !== 'aws-chunked')
              .join(',')
          : value;
      if (own !== '') {
        kept[name] = own;
      }
    }
  }
  return { headers: kept, user };
}

function describe(object: StoredObject): Record<string, string | number> {
  const user = Object.entries(object.metadata.user).map(([name, value]) => [userMetadata + name, value] as const);
  return {
    'content-type': 'binary/octet-stream',
    ...object.metadata.headers,
    ...Object.fromEntries(user),
    etag: `"${object.etag}"`,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, and HeadObject */
export const getObject: S3Operation = async (store, request) => {
  const object = await store.head(request.bucket, request.key);
  const headers = describe(object);
  if (readCondition(request.headers, object) === 'not-modified') {
    return { status: 304, headers };
  }
  const range = rangeOf(request.headers.range, object.size);
  const length = range === undefined ? object.size : range.end - range.start + 1;
  const partial = range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` };
  return {
    status: range === undefined ? 200 : 206,
    headers: { ...headers, ...partial, 'content-length': length },
    ...(request.method === 'HEAD' ? {} : { body: store.read(object, range) }),
  };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation = async (store, request) => {
  await store.delete(request.bucket, request.key);
  return { status: 204 };
};

/** Most keys in one DeleteObjects. */
const maxDeletes = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: S3Operation = async (store, request) => {
  const verified = new BodyVerifier(request.headers, new Map()).verify(request.body);
  const document = await text(verified);
  const objects = contentsOf(document, 'Object');
  if (objects.length === 0 || objects.length > maxDeletes) {
    throw new S3Error('MalformedXML', `the document names ${objects.length} objects; 1 to ${maxDeletes} are allowed`, 400);
  }
  const keys = objects.map((object) => {
    for (const option of ['VersionId', 'ETag', 'LastModifiedTime', 'Size']) {
      if (textsOf(object, option).length > 0) {
        throw notImplemented(`DeleteObjects with ${option}`);
      }
    }
    const [key] = textsOf(object, 'Key');
    if (key === undefined) {
      throw new S3Error('MalformedXML', 'an object without a key', 400);
    }
    return key;
  });
  for (const key of keys) {
    await store.delete(request.bucket, key);
  }
  const quiet = textsOf(document, 'Quiet')[0] === 'true';
  return xml('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
};

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Most entries of a page, whatever max-keys says. */
const maxPage = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation = async (store, { bucket, query }) => {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const requested = Number(query.get('max-keys') ?? maxPage);
  if (!Number.isInteger(requested) || requested < 0) {
    throw invalidArgument('max-keys is not a whole number from 0');
  }
  const token = query.get('continuation-token');
  const startAfter = token === undefined ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  if (token !== undefined && (startAfter === '' || Buffer.from(startAfter).toString('base64url') !== token)) {
    throw invalidArgument('The continuation token provided is incorrect');
  }
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (value: string): string => value;
  const page = await store.list(bucket, { prefix, delimiter, startAfter, maxKeys: Math.min(requested, maxPage) });
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: Math.min(requested, maxPage),
    EncodingType: query.get('encoding-type'),
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
    StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
    Contents: page.objects.map((object) => ({
      Key: encode(object.key),
      LastModified: object.lastModified.toISOString(),
      ETag: `"${object.etag}"`,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation = async (store) =>
  xml('ListAllMyBucketsResult', {
    Owner: { ID: 'local' },
    Buckets: { Bucket: [...store.buckets].sort().map((Name) => ({ Name, CreationDate: new Date(0).toISOString() })) },
  });

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: S3Operation = async (store, { bucket }) => {
  store.bucketDirectory(bucket);
  return { headers: { 'x-amz-bucket-region': 'us-east-1' } };
};

function xml(root: string, children: Parameters<typeof xmlDocument>[1]): S3Answer {
  return { headers: { 'content-type': 'application/xml' }, body: xmlDocument(root, children, namespace) };
}
