import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { callerOf, type ApiRecorder } from '../http/api-call';
import { startServer, type Request, type Response } from '../http/server';
import { xmlDocument } from '../http/xml';
import type { LocalService } from '../service';
import * as operations from './operations';
import { ObjectStore } from './object-store';
import { parseRequest, refuseUnknown, type S3Request, type Understood } from './request';
import { S3Error, notImplemented } from './s3-error';

export interface S3Props {
  /** The folder that holds a folder per bucket. Made when it is not there; what lies in it is kept. */
  readonly directory: string;
  /** The buckets that exist. */
  readonly buckets: readonly string[];
  /** Told of every request, with Bucket, Key and Prefix as its members. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** S3 over HTTP, and its store for the services of this process. */
export interface S3Service extends LocalService {
  readonly store: ObjectStore;
}

interface Route extends Understood {
  readonly run: operations.S3Operation;
}

const routes: Readonly<Record<string, Route>> = {
  PutObject: { run: operations.putObject },
  GetObject: { run: operations.getObject },
  HeadObject: { run: operations.getObject },
  DeleteObject: { run: operations.deleteObject },
  DeleteObjects: { run: operations.deleteObjects, query: ['delete'] },
  ListObjectsV2: {
    run: operations.listObjectsV2,
    query: ['list-type', 'prefix', 'delimiter', 'start-after', 'continuation-token', 'max-keys', 'encoding-type'],
  },
  ListBuckets: { run: operations.listBuckets },
  HeadBucket: { run: operations.headBucket },
};

/**
 * Amazon S3's REST API, path-style, over files. SDK clients address an endpoint that is an IP address
 * path-style by themselves. Requests are not authenticated.
 */
export async function startS3(props: S3Props): Promise<S3Service> {
  const store = new ObjectStore(props.directory, props.buckets);
  const server = await startServer('s3', (request, response) => {
    answer(store, request, props.recorder).then(
      (result) => send(request, response, result),
      (error: unknown) => send(request, response, errorAnswer(request, error)),
    );
  });
  return { ...server, store };
}

async function answer(store: ObjectStore, request: Request, recorder: ApiRecorder | undefined): Promise<operations.S3Answer> {
  const parsed = parseRequest(request);
  const name = operationName(parsed);
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) {
    throw notImplemented(`operation ${name}`);
  }
  refuseUnknown(parsed, name, route);
  const { bucket: Bucket, key: Key, query } = parsed;
  recorder?.({ caller: callerOf(request), service: 's3', operation: name, input: { Bucket, Key, Prefix: query.get('prefix') } });
  return route.run(store, parsed);
}

/** The operation that S3 would take the request for. */
function operationName({ method, bucket, key, query, headers }: S3Request): string {
  if (bucket === '') {
    return method === 'GET' ? 'ListBuckets' : `${method} /`;
  }
  const verb = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', POST: 'Post', HEAD: 'Head' }[method] ?? method;
  const resource = key === '' ? 'Bucket' : 'Object';
  const special: Readonly<Record<string, string>> = {
    'PostBucket?delete': 'DeleteObjects',
    'PostObject?uploads': 'CreateMultipartUpload',
    'PutObject?uploadId': 'UploadPart',
    'PostObject?uploadId': 'CompleteMultipartUpload',
    'DeleteObject?uploadId': 'AbortMultipartUpload',
    'GetBucket?list-type': 'ListObjectsV2',
  };
  for (const parameter of query.keys()) {
    const found = special[`${verb}${resource}?${parameter}`];
    if (found !== undefined) {
      return found;
    }
  }
  const subresource = [...query].find(([parameter, value]) => value === '' && /^[a-z][a-zA-Z]+$/.test(parameter))?.[0];
  if (subresource !== undefined && !['prefix', 'delimiter', 'marker'].includes(subresource)) {
    return `${verb}${resource}${subresource.charAt(0).toUpperCase()}${subresource.slice(1)}`;
  }
  if (key !== '' && method === 'PUT' && headers['x-amz-copy-source'] !== undefined) {
    return 'CopyObject';
  }
  return key === ''
    ? ({ GET: 'ListObjects', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? `${verb}Bucket`)
    : `${verb}Object`;
}

function errorAnswer(request: Request, error: unknown): operations.S3Answer {
  const known = error instanceof S3Error ? error : new S3Error('InternalError', String(error), 500);
  const document = { Code: known.code, Message: known.message, ...known.details, Resource: (request.url ?? '').split('?')[0] };
  return {
    status: known.statusCode,
    headers: { 'content-type': 'application/xml' },
    body: xmlDocument('Error', document),
  };
}

function send(request: Request, response: Response, { status = 200, headers = {}, body }: operations.S3Answer): void {
  if (!request.complete) {
    // The rest of a refused body is read and thrown away, so that the connection stays usable and the client sees the answer.
    request.resume();
  }
  response.statusCode = status;
  response.setHeader('x-amz-request-id', randomUUID());
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  if (body === undefined || typeof body === 'string') {
    const bytes = Buffer.from(body ?? '');
    if (request.method !== 'HEAD' && status !== 204 && status !== 304) {
      response.setHeader('content-length', bytes.length);
    }
    if (request.method === 'HEAD') {
      response.end();
    } else {
      response.end(bytes);
    }
    return;
  }
  // Fails when the reader goes away or the file cannot be read on; the status is sent by then, so all that is left is to hang up.
  pipeline(body, response as unknown as Writable).catch(() => response.destroy());
}
