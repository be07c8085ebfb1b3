import { AwsError } from '../http/aws-error';
import { latestVersion, type InvocationResult } from '../lambda/invocation';
import { TaskError, type TaskHandler } from './task-handler';

/** Runs a function; `LambdaService.invoke`. */
export type InvokeFunction = (nameOrArn: string, payload: unknown, signal: AbortSignal) => Promise<InvocationResult>;

/**
 * `arn:aws:states:::lambda:invoke`: the function's answer is under `Payload`.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export function lambdaInvoke(invoke: InvokeFunction): TaskHandler {
  return async (input, { signal }) => {
    const { FunctionName, Payload, ...others } = (input ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof FunctionName !== 'string') {
      throw new TaskError('States.Runtime', 'lambda:invoke needs FunctionName');
    }
    const other = Object.keys(others).find((name) => name !== 'InvocationType' || others[name] !== 'RequestResponse');
    if (other !== undefined) {
      throw new TaskError('States.Runtime', `lambda:invoke: parameter ${other} is not supported by the local run`);
    }
    return { ExecutedVersion: latestVersion, Payload: await call(invoke, FunctionName, Payload ?? {}, signal), StatusCode: 200 };
  };
}

/** A function's own ARN as the resource: the answer is the result. */
export function lambdaFunction(invoke: InvokeFunction, functionArn: string): TaskHandler {
  return (input, { signal }) => call(invoke, functionArn, input, signal);
}

async function call(invoke: InvokeFunction, name: string, payload: unknown, signal: AbortSignal): Promise<unknown> {
  let result: InvocationResult;
  try {
    result = await invoke(name, payload, signal);
  } catch (error: unknown) {
    if (error instanceof AwsError) {
      throw new TaskError(`Lambda.${error.code}`, error.message);
    }
    throw error;
  }
  if (result.status === 'failed') {
    throw new TaskError(result.failure.errorType, JSON.stringify(result.failure));
  }
  return result.payload;
}
