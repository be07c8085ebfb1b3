import { AwsError } from '../http/aws-error';

/** A function as the local Lambda runs it. */
export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  /** The directory that holds the bundle; the process runs in it. */
  readonly assetDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  /** Longest that one invocation may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Memory setting, in MiB; here it bounds the JavaScript heap. */
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a function that failed answers with. */
export interface FunctionFailure {
  /** The error's class, or `Sandbox.Timedout`, `Runtime.ExitError`, … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How an invocation ended. A function that fails is a result; exceptions are for invocations that could not be made. */
export type InvocationResult =
  { readonly status: 'succeeded'; readonly payload: unknown } | { readonly status: 'failed'; readonly failure: FunctionFailure };

/** The version that runs: nothing is ever published here. */
export const latestVersion = '$LATEST';

/** Largest request and response of a synchronous invocation. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * The function that a name, a partial ARN (`account:function:name`) or an ARN stands for, a version or alias at its end aside.
 * @throws AwsError ResourceNotFoundException
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function findFunction<T extends LocalFunction>(functions: readonly T[], nameOrArn: string): T {
  const name = /(?:^|:)function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn.split(':')[0];
  const found = functions.find((one) => one.name === name);
  if (found === undefined) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
  }
  return found;
}
