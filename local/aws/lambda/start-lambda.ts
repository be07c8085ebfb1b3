import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalService } from '../service';
import { startServer } from '../http/server';
import { FunctionProcess } from './function-process';
import { findFunction, latestVersion, type InvocationResult, type LocalFunction } from './invocation';
import { answerInvoke } from './invoke-api';

export interface LambdaProps {
  readonly functions: readonly LocalFunction[];
  /** What every function's environment gets beside its own: AWS_ENDPOINT_URL…, AWS_REGION, credentials. Wins over the function's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Each function appends to `<name>.log` in it. Made when it is not there. */
  readonly logDirectory: string;
}

/** Runs functions, over the wire and for callers in this process. */
export interface LambdaService extends LocalService {
  /**
   * Runs a function and waits for its answer.
   * @throws AwsError ResourceNotFoundException; the signal's reason when it is aborted, which kills the function's process
   */
  invoke(nameOrArn: string, payload: unknown, signal?: AbortSignal): Promise<InvocationResult>;
}

/** An environment of a function that is still open, and the file that it logs to. */
interface FunctionState extends LocalFunction {
  readonly logFile: string;
  readonly logDescriptor: number;
  readonly idle: FunctionProcess[];
}

/**
 * Runs the real bundles of Lambda functions: each in processes of its own, started when they are needed, reused while they are
 * warm, one invocation at a time per process. Closing ends every process.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function startLambda(props: LambdaProps): Promise<LambdaService> {
  mkdirSync(props.logDirectory, { recursive: true });
  const functions = props.functions.map((one): FunctionState => {
    const logFile = join(props.logDirectory, `${one.name}.log`);
    return { ...one, logFile, logDescriptor: openSync(logFile, 'a'), idle: [] };
  });
  const alive = new Set<FunctionProcess>();
  let closed: Promise<void> | undefined;

  const acquire = (state: FunctionState): FunctionProcess => {
    for (let warm = state.idle.pop(); warm !== undefined; warm = state.idle.pop()) {
      if (warm.isAlive) {
        return warm;
      }
    }
    const environment = functionEnvironment(state, props.environment);
    const started = new FunctionProcess({ function: state, environment, logDescriptor: state.logDescriptor });
    alive.add(started);
    void started.ended.then(() => alive.delete(started));
    return started;
  };

  const run = async (nameOrArn: string, payload: unknown, signal?: AbortSignal): Promise<InvocationResult> => {
    signal?.throwIfAborted();
    const state = findFunction(functions, nameOrArn);
    if (closed !== undefined) {
      throw new Error(`function ${state.name} was invoked after the local Lambda had closed`);
    }
    const process = acquire(state);
    const requestId = randomUUID();
    const startedMs = performance.now();
    writeSync(state.logDescriptor, `START RequestId: ${requestId} Version: ${latestVersion}\n`);
    try {
      return await process.invoke(requestId, payload, functionContext(state), signal);
    } finally {
      if (process.isAlive) {
        state.idle.push(process);
      }
      const durationMs = (performance.now() - startedMs).toFixed(2);
      writeLog(state, `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${durationMs} ms\n`);
    }
  };

  const writeLog = (state: FunctionState, text: string): void => {
    if (closed === undefined) {
      writeSync(state.logDescriptor, text);
    }
  };

  const server = await startServer('lambda', (request, response) => {
    answerInvoke(request, response, {
      invoke: run,
      readLog: (nameOrArn) => readFileSync(findFunction(functions, nameOrArn).logFile),
    });
  });
  return {
    ...server,
    invoke: run,
    close: () =>
      (closed ??= (async () => {
        const processes = [...alive];
        processes.forEach((process) => process.kill());
        await Promise.all(processes.map((process) => process.ended));
        functions.forEach(({ logDescriptor }) => closeSync(logDescriptor));
        await server.close();
      })()),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function functionEnvironment(state: FunctionState, shared: Readonly<Record<string, string>>): Record<string, string> {
  return {
    TZ: 'UTC',
    ...state.environment,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs',
    AWS_LAMBDA_FUNCTION_NAME: state.name,
    AWS_LAMBDA_FUNCTION_VERSION: latestVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(state.memoryMiB),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${state.name}`,
    LAMBDA_TASK_ROOT: state.assetDirectory,
    _HANDLER: state.handler,
    ...shared,
    // By this the local services tell who calls: a function runs under a role of its own.
    AWS_ACCESS_KEY_ID: state.name,
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function functionContext(state: FunctionState): object {
  return {
    functionName: state.name,
    functionVersion: latestVersion,
    invokedFunctionArn: state.arn,
    memoryLimitInMB: String(state.memoryMiB),
    logGroupName: `/aws/lambda/${state.name}`,
  };
}
