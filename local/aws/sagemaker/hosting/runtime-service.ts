import { randomUUID } from 'node:crypto';
import { callerOf, type ApiRecorder } from '../../http/api-call';
import { AwsError, notSupported } from '../../http/aws-error';
import { readBody, startServer, type Request, type Response } from '../../http/server';
import type { LocalService } from '../../service';
import { accepted, encodePredictions, parseCsv, PayloadError } from './csv-payload';
import type { Serving } from './endpoints';

export interface SageMakerRuntimeProps {
  /** What serves at an endpoint; undefined when nothing does. */
  readonly serves: (endpointName: string) => Serving | undefined;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** Largest request of a serverless endpoint, in bytes. @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html */
const maxBodyBytes = 4 * 1024 * 1024;

const invocationPath = /^\/endpoints\/([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})\/invocations$/;

interface Answer {
  readonly contentType: string;
  readonly body: string;
  readonly variantName: string;
}

/**
 * SageMaker Runtime: InvokeEndpoint with rows as `text/csv`, answered as `text/csv` or `application/json`. Explanations, sessions, target
 * models and streams exist in AWS and not here.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export function startSageMakerRuntime(props: SageMakerRuntimeProps): Promise<LocalService> {
  return startServer('sagemaker_runtime', (request, response) => {
    const requestId = randomUUID();
    invoke(props, request).then(
      ({ contentType, body, variantName }) =>
        reply(response, 200, requestId, body, { 'content-type': contentType, 'x-amzn-invoked-production-variant': variantName }),
      (error: unknown) => {
        const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
        const body = JSON.stringify({ Message: known.message, ...known.details });
        reply(response, known.statusCode, requestId, body, {
          'content-type': 'application/json',
          'x-amzn-errortype': known.code,
        });
      },
    );
  });
}

async function invoke({ serves, recorder }: SageMakerRuntimeProps, request: Request): Promise<Answer> {
  const body = await readBody(request);
  const endpointName = invocationPath.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || endpointName === undefined) {
    throw notSupported(`sagemaker_runtime: ${request.method ?? '?'} ${request.url ?? '?'}`);
  }
  recorder?.({
    caller: callerOf(request),
    service: 'sagemaker_runtime',
    operation: 'InvokeEndpoint',
    input: { EndpointName: endpointName },
  });
  const option = Object.keys(request.headers).find((name) => name.startsWith('x-amzn-sagemaker-'));
  if (option !== undefined) {
    throw notSupported(`sagemaker_runtime: the header ${option} of InvokeEndpoint`);
  }
  const serving = serves(endpointName);
  if (serving === undefined) {
    throw validationError(`Endpoint ${endpointName} of account 000000000000 not found.`);
  }
  if (body.length > maxBodyBytes) {
    throw validationError(`the body has ${body.length} bytes; a serverless endpoint takes ${maxBodyBytes}`);
  }
  const contentType = mediaType(request.headers['content-type']) ?? 'text/csv';
  if (contentType !== 'text/csv') {
    throw modelError(415, `Content-type ${contentType} is not supported by the local AWS.`);
  }
  const asked = mediaType(request.headers.accept) ?? '*/*';
  const accept = asked === '*/*' ? 'text/csv' : accepted.find((one) => one === asked);
  if (accept === undefined) {
    throw modelError(406, `Accept type ${asked} is not supported. Please use supported accept types: ${accepted.join(', ')}.`);
  }
  return { ...predict(serving, body.toString('utf8'), accept), contentType: accept };
}

function predict({ model, variantName }: Serving, body: string, accept: (typeof accepted)[number]): Omit<Answer, 'contentType'> {
  try {
    const { columns, rows } = parseCsv(body, model.features);
    return { body: encodePredictions(model.predict(columns, rows), accept), variantName };
  } catch (error: unknown) {
    if (error instanceof PayloadError) {
      throw modelError(400, `Unable to evaluate payload provided: ${error.message}`);
    }
    throw error;
  }
}

/** `text/csv; charset=utf-8` → `text/csv` */
function mediaType(header: string | undefined): string | undefined {
  const type = header?.split(';')[0]?.trim().toLowerCase();
  return type === '' ? undefined : type;
}

function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** What the container answered, as SageMaker passes it on. */
function modelError(status: number, message: string): AwsError {
  return new AwsError('ModelError', `Received client error (${status}) from primary with message "${message}".`, 424, {
    OriginalStatusCode: status,
    OriginalMessage: message,
  });
}

function reply(
  response: Response,
  status: number,
  requestId: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.destroyed) {
    return;
  }
  const bytes = Buffer.from(body);
  response.statusCode = status;
  response.setHeader('x-amzn-requestid', requestId);
  response.setHeader('content-length', bytes.length);
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  response.end(bytes);
}
