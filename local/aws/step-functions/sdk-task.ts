import { serviceError, TaskError, type TaskHandler } from './task-handler';

/** Sends one request of an SDK client. */
export type SendRequest = (
  input: Readonly<Record<string, unknown>>,
  options: { readonly abortSignal: AbortSignal },
) => Promise<object>;

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`: the members of the request as parameters, the answer of the API as it is. Instants are
 * ISO 8601 text, in both directions.
 *
 * @param service as errors name it: `S3.NoSuchBucketException`
 * @param instants members of the request that are instants
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function sdkCall(service: string, send: SendRequest, instants: readonly string[] = []): TaskHandler {
  return async (input, { signal }) => {
    const request = withInstants(membersOf(input), instants);
    try {
      return plainOutput(await send(request, { abortSignal: signal }));
    } catch (error: unknown) {
      throw serviceError(service, error);
    }
  };
}

/** The parameters of a task. @throws TaskError when they are no object */
export function membersOf(input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new TaskError('States.Runtime', `the parameters of a task are an object, not ${JSON.stringify(input)}`);
  }
  return input as Readonly<Record<string, unknown>>;
}

/** What an SDK client answers, as JSON without what it says of the request itself. */
export function plainOutput(output: object): unknown {
  return JSON.parse(JSON.stringify({ ...output, $metadata: undefined })) as unknown;
}

function withInstants(input: Readonly<Record<string, unknown>>, instants: readonly string[]): Readonly<Record<string, unknown>> {
  const dates = instants.flatMap((name) => {
    const value = input[name];
    if (value === undefined) {
      return [];
    }
    const date = new Date(typeof value === 'string' ? value : NaN);
    if (Number.isNaN(date.getTime())) {
      throw new TaskError('States.Runtime', `${name} is ${JSON.stringify(value)}, which is no instant`);
    }
    return [[name, date] as const];
  });
  return { ...input, ...Object.fromEntries(dates) };
}
