import { randomUUID } from 'node:crypto';
import type { LocalService } from '../service';
import { callerOf, type ApiRecorder } from './api-call';
import { AwsError, notSupported } from './aws-error';
import { delay } from './delay';
import { EventStream } from './event-stream';
import { cutOff, type FaultPlan } from './faults';
import { readBody, startServer, type Request, type Response } from './server';
import { writeEventStream } from './write-event-stream';
import { cborFormat, jsonFormat, type WireFormat } from './wire-format';

/** What an operation may use of the request beside its input. */
export interface OperationContext {
  readonly requestId: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** The version of HTTP that the request came by. */
  readonly httpVersion: 1 | 2;
}

/**
 * One operation of an API: the parsed input in, the output out, as an object in the JSON form (times as Timestamp, bytes in
 * base64), as Written or as an EventStream; throws AwsError.
 */
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
  /** Whether requests may come in CBOR, too; they are answered in what they came in. @default false */
  readonly cbor?: boolean;
  /** Port to listen on. @default - one that the system chooses */
  readonly port?: number;
  /** The time that replies tell in their header Date, in milliseconds since the epoch. @default - the machine's */
  readonly clock?: () => number;
  /** What goes wrong, on purpose. @default - nothing */
  readonly faults?: FaultPlan;
  /** @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** A request that was understood. */
interface Call {
  readonly operation: string;
  readonly run: Operation;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * A service that speaks AWS JSON: POST /, the operation in X-Amz-Target, JSON both ways, errors with `__type`.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function startJsonService(props: JsonServiceProps): Promise<LocalService> {
  const json = jsonFormat(props.version ?? '1.1');
  const handle = (request: Request, response: Response): void => {
    const requestId = randomUUID();
    if (props.clock !== undefined) {
      response.setHeader('date', new Date(props.clock()).toUTCString());
    }
    const format = (props.cbor ?? false) && contentTypeOf(request).startsWith(cborFormat.contentType) ? cborFormat : json;
    answer(props, format, requestId, request, response).catch((error: unknown) => {
      const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
      const body = { __type: known.code, message: known.message, ...known.details };
      reply(response, known.statusCode, format, requestId, body, known.code);
    });
  };
  return startServer(props.name, handle, props.port);
}

async function answer(
  props: JsonServiceProps,
  format: WireFormat,
  requestId: string,
  request: Request,
  response: Response,
): Promise<void> {
  const { operation, run, input } = await understand(props, format, request);
  props.recorder?.({ caller: callerOf(request), service: props.name, operation, input });
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const fault = props.faults?.({ service: props.name, operation, input });
  if (fault?.drop === 'request') {
    cutOff(response);
    return;
  }
  const context = { requestId, signal: gone.signal, httpVersion: request.httpVersionMajor >= 2 ? 2 : 1 } as const;
  const output = fault?.error === undefined ? await run(input, context) : undefined;
  if (output instanceof EventStream && fault?.drop === 'reply') {
    // What is lost of a stream is what it would still have sent.
    void delay(fault.delayMs ?? 0, gone.signal).then(() => cutOff(response));
  } else if (fault?.delayMs !== undefined) {
    await delay(fault.delayMs, gone.signal);
  }
  if (output instanceof EventStream) {
    await writeEventStream(response, output, { format, requestId, gone: gone.signal, silent: fault?.hang ?? false });
  } else if (fault?.drop === 'reply') {
    cutOff(response);
  } else if (fault?.error !== undefined) {
    throw fault.error;
  } else if (fault?.hang !== true) {
    reply(response, 200, format, requestId, output ?? {});
  }
}

async function understand(props: JsonServiceProps, format: WireFormat, request: Request): Promise<Call> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const [prefix, operation = ''] = target.split('.');
  const run =
    prefix === props.targetPrefix && Object.hasOwn(props.operations, operation) ? props.operations[operation] : undefined;
  const body = await readBody(request);
  if (run === undefined) {
    throw notSupported(`${props.name}: operation ${target || `${request.method ?? '?'} ${request.url ?? '?'}`}`);
  }
  const contentType = contentTypeOf(request);
  if (format !== cborFormat && !contentType.startsWith('application/x-amz-json')) {
    throw notSupported(`${props.name}: content type ${contentType || '(none)'}`);
  }
  return { operation, run, input: parse(body, format) };
}

function contentTypeOf(request: Request): string {
  return request.headers['content-type'] ?? '';
}

function parse(body: Buffer, format: WireFormat): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = body.length === 0 ? {} : format.parse(body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Answered below, like a document that is no object.
  }
  const kind = format === cborFormat ? 'map in CBOR' : 'JSON object';
  throw new AwsError('SerializationException', `the request body is not a ${kind}`);
}

function reply(response: Response, status: number, format: WireFormat, requestId: string, body: unknown, code?: string): void {
  if (response.destroyed || response.writableEnded) {
    return;
  }
  const bytes = format.serialize(body);
  response.statusCode = status;
  response.setHeader('content-type', format.contentType);
  response.setHeader('content-length', bytes.length);
  response.setHeader('x-amzn-requestid', requestId);
  if (code !== undefined) {
    response.setHeader('x-amzn-errortype', code);
  }
  response.end(bytes);
}
