import { randomUUID } from 'node:crypto';
import { AwsError, notSupported } from '../http/aws-error';
import { readBody, type Request, type Response } from '../http/server';
import { latestVersion, maxPayloadBytes, type InvocationResult } from './invocation';

/** What answering an Invoke request takes. */
export interface InvokeBackend {
  readonly invoke: (nameOrArn: string, payload: unknown, signal: AbortSignal) => Promise<InvocationResult>;
  /** The function's whole log. */
  readonly readLog: (nameOrArn: string) => Buffer;
}

/** How much of the log `X-Amz-Log-Type: Tail` answers with. */
const logTailBytes = 4096;

/**
 * POST /2015-03-31/functions/{name}/invocations, REST-JSON: the payload is the body, both ways; a function that failed answers
 * 200 with X-Amz-Function-Error and the error as the payload.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function answerInvoke(request: Request, response: Response, backend: InvokeBackend): void {
  const requestId = randomUUID();
  answer(request, response, backend).then(
    ({ status, headers, body }) => reply(response, status, { ...headers, 'x-amzn-requestid': requestId }, body),
    (error: unknown) => {
      const known = error instanceof AwsError ? error : new AwsError('ServiceException', String(error), 500);
      const body = JSON.stringify({
        Type: known.statusCode < 500 ? 'User' : 'Service',
        Message: known.message,
        message: known.message,
      });
      reply(response, known.statusCode, { 'x-amzn-errortype': known.code, 'x-amzn-requestid': requestId }, body);
    },
  );
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function answer(request: Request, response: Response, backend: InvokeBackend): Promise<Answer> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname)?.[1];
  if (request.method !== 'POST' || name === undefined) {
    throw notSupported(`lambda: operation ${request.method ?? '?'} ${url.pathname}`);
  }
  const qualifier = url.searchParams.get('Qualifier') ?? latestVersion;
  if (qualifier !== latestVersion) {
    throw notSupported(`lambda: qualifier ${qualifier}`);
  }
  const type = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    throw notSupported(`lambda: invocation type ${type}`);
  }
  if (body.length > maxPayloadBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `${body.length} byte payload is too large for the RequestResponse invocation type (limit ${maxPayloadBytes} bytes)`,
      413,
    );
  }
  const nameOrArn = decodeURIComponent(name);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const result = await backend.invoke(nameOrArn, parse(body), gone.signal);
  const payload = JSON.stringify(result.status === 'succeeded' ? result.payload : result.failure);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': latestVersion,
      ...(result.status === 'failed' ? { 'x-amz-function-error': 'Unhandled' } : {}),
      ...(header(request, 'x-amz-log-type') === 'Tail'
        ? { 'x-amz-log-result': backend.readLog(nameOrArn).subarray(-logTailBytes).toString('base64') }
        : {}),
    },
    body: payload,
  };
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as unknown);
  } catch (error: unknown) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`);
  }
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function reply(response: Response, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  if (response.destroyed || response.writableEnded) {
    return;
  }
  response.statusCode = status;
  for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...headers })) {
    response.setHeader(name, value);
  }
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
