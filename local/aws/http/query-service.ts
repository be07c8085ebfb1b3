import { randomUUID } from 'node:crypto';
import type { LocalService } from '../service';
import { callerOf, type ApiRecorder } from './api-call';
import { AwsError, notSupported } from './aws-error';
import { delay } from './delay';
import { cutOff, type FaultPlan } from './faults';
import { parseQuery, type QueryMembers } from './query-format';
import { readBody, startServer, type Request, type Response } from './server';
import { xmlDocument, type XmlElements } from './xml';

/** One operation of an API: the members of the request in, those of the result out; throws AwsError. */
export type QueryOperation = (input: QueryMembers) => XmlElements;

export interface QueryServiceProps {
  /** `sns` */
  readonly name: string;
  /** Of the answers' documents: `http://sns.amazonaws.com/doc/2010-03-31/`. */
  readonly namespace: string;
  /** By name. Everything else is answered with an error that names it. */
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** What goes wrong, on purpose. @default - nothing */
  readonly faults?: FaultPlan;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/**
 * A service that speaks the Query protocol: POST /, the operation and its members as a form, the answer as XML.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function startQueryService(props: QueryServiceProps): Promise<LocalService> {
  return startServer(props.name, (request, response) => {
    const requestId = randomUUID();
    answer(props, requestId, request, response).catch((error: unknown) => {
      const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
      const fault = known.statusCode < 500 ? 'Sender' : 'Receiver';
      const document = { Error: { Type: fault, Code: known.code, Message: known.message }, RequestId: requestId };
      reply(response, known.statusCode, xmlDocument('ErrorResponse', document, props.namespace));
    });
  });
}

async function answer(props: QueryServiceProps, requestId: string, request: Request, response: Response): Promise<void> {
  const members = parse(await readBody(request));
  const operation = typeof members.Action === 'string' ? members.Action : '';
  const input = Object.fromEntries(Object.entries(members).filter(([name]) => name !== 'Action' && name !== 'Version'));
  const run = Object.hasOwn(props.operations, operation) ? props.operations[operation] : undefined;
  if (run === undefined) {
    throw notSupported(`${props.name}: operation ${operation || `${request.method ?? '?'} ${request.url ?? '?'}`}`);
  }
  props.recorder?.({ caller: callerOf(request), service: props.name, operation, input });
  const fault = props.faults?.({ service: props.name, operation, input });
  if (fault?.drop === 'request') {
    cutOff(response);
    return;
  }
  const result = fault?.error === undefined ? run(input) : {};
  if (fault?.delayMs !== undefined) {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    await delay(fault.delayMs, gone.signal);
  }
  if (fault?.drop === 'reply') {
    cutOff(response);
  } else if (fault?.error !== undefined) {
    throw fault.error;
  } else if (fault?.hang !== true) {
    const document = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } };
    reply(response, 200, xmlDocument(`${operation}Response`, document, props.namespace));
  }
}

function parse(body: Buffer): QueryMembers {
  try {
    return parseQuery(body.toString('utf8'));
  } catch (error: unknown) {
    if (error instanceof SyntaxError) {
      throw new AwsError('MalformedInput', error.message);
    }
    throw error;
  }
}

function reply(response: Response, status: number, document: string): void {
  if (response.destroyed || response.writableEnded) {
    return;
  }
  const bytes = Buffer.from(document);
  response.statusCode = status;
  response.setHeader('content-type', 'text/xml');
  response.setHeader('content-length', bytes.length);
  response.end(bytes);
}
