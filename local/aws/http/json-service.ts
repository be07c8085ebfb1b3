import { randomUUID } from 'node:crypto';
import type { LocalService } from '../service';
import { AwsError, notSupported } from './aws-error';
import { RawJson } from './raw-json';
import { readBody, startServer, type Request, type Response } from './server';

/** What an operation may use of the request beside its input. */
export interface OperationContext {
  readonly requestId: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** One operation of an API: the parsed input in, the output out, as an object or as RawJson; throws AwsError. */
export type Operation = (input: Readonly<Record<string, unknown>>, context: OperationContext) => unknown;

export interface JsonServiceProps {
  /** `kinesis` */
  readonly name: string;
  /** What stands before the operation in X-Amz-Target: `Kinesis_20131202`. */
  readonly targetPrefix: string;
  /** @default '1.1' */
  readonly version?: '1.0' | '1.1';
  /** By name. Everything else is answered with an error that names it. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * A service that speaks AWS JSON: POST /, the operation in X-Amz-Target, JSON both ways, errors with `__type`.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function startJsonService(props: JsonServiceProps): Promise<LocalService> {
  const contentType = `application/x-amz-json-${props.version ?? '1.1'}`;
  return startServer(props.name, (request, response) => {
    const requestId = randomUUID();
    answer(props, request, requestId, response).then(
      (output) => reply(response, 200, contentType, requestId, output ?? {}),
      (error: unknown) => {
        const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
        const body = { __type: known.code, message: known.message, ...known.details };
        reply(response, known.statusCode, contentType, requestId, body, known.code);
      },
    );
  });
}

async function answer(props: JsonServiceProps, request: Request, requestId: string, response: Response): Promise<unknown> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const [prefix, name = ''] = target.split('.');
  const operation = prefix === props.targetPrefix && Object.hasOwn(props.operations, name) ? props.operations[name] : undefined;
  const body = await readBody(request);
  if (operation === undefined) {
    throw notSupported(`${props.name}: operation ${target || `${request.method ?? '?'} ${request.url ?? '?'}`}`);
  }
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith('application/x-amz-json')) {
    throw notSupported(`${props.name}: content type ${contentType || '(none)'}`);
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return await operation(parse(body), { requestId, signal: gone.signal });
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Answered below, like a document that is no object.
  }
  throw new AwsError('SerializationException', 'the request body is not a JSON object');
}

function reply(response: Response, status: number, contentType: string, requestId: string, body: unknown, code?: string): void {
  if (response.destroyed || response.writableEnded) {
    return;
  }
  const bytes = Buffer.from(body instanceof RawJson ? body.text : JSON.stringify(body));
  response.statusCode = status;
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', bytes.length);
  response.setHeader('x-amzn-requestid', requestId);
  if (code !== undefined) {
    response.setHeader('x-amzn-errortype', code);
  }
  response.end(bytes);
}
