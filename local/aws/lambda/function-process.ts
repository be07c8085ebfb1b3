import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FunctionFailure, InvocationResult, LocalFunction } from './invocation';

/** Longest that loading the function's code may take. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const initTimeoutMs = 30_000;

const runner = join(__dirname, 'runner.mjs');

/** What the runner says. */
interface RunnerMessage {
  readonly ready?: boolean;
  readonly id?: string;
  readonly result?: string;
  readonly error?: FunctionFailure;
  readonly crashed?: boolean;
}

export interface FunctionProcessProps {
  readonly function: LocalFunction;
  /** The process's whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** File descriptor that the function's output is appended to. */
  readonly logDescriptor: number;
}

/** One execution environment: a process that runs one function, one invocation at a time, and stays warm in between. */
export class FunctionProcess {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly ready: Promise<FunctionFailure | undefined>;
  private exit: string | undefined;
  private settle: ((message: RunnerMessage) => void) | undefined;

  constructor(private readonly props: FunctionProcessProps) {
    this.child = fork(runner, [props.function.handler], {
      cwd: props.function.assetDirectory,
      env: props.environment,
      // Nothing of the parent's own flags, such as its TypeScript loader.
      execArgv: [`--max-old-space-size=${props.function.memoryMiB}`],
      stdio: ['ignore', props.logDescriptor, props.logDescriptor, 'ipc'],
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.exit ??= how;
        this.settle?.({ crashed: true, error: exitFailure(this.exit) });
        resolve();
      };
      this.child.once('error', (error) => end(error.message));
      this.child.once('exit', (code, signal) => end(signal === null ? `exit status ${String(code)}` : `signal: ${signal}`));
    });
    this.ready = this.next(initTimeoutMs).then((message) => (message.ready === true ? undefined : message.error));
    this.child.on('message', (message) => this.settle?.(message as RunnerMessage));
  }

  get isAlive(): boolean {
    return this.exit === undefined && this.child.connected;
  }

  /**
   * Runs the handler on an event. The process is of no further use when it timed out, crashed or was aborted; `isAlive` says so.
   * @throws the signal's reason when it is aborted
   */
  async invoke(requestId: string, event: unknown, context: object, signal?: AbortSignal): Promise<InvocationResult> {
    const onAbort = (): void => this.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await this.run(requestId, event, context);
      signal?.throwIfAborted();
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  kill(): void {
    if (this.exit === undefined) {
      this.child.kill('SIGKILL');
    }
  }

  private async run(requestId: string, event: unknown, context: object): Promise<InvocationResult> {
    const initFailure = await this.ready;
    if (initFailure !== undefined) {
      this.kill();
      await this.ended;
      return { status: 'failed', failure: initFailure };
    }
    const timeoutMs = this.props.function.timeoutSeconds * 1000;
    const answer = this.next(
      timeoutMs,
      `${requestId} Error: Task timed out after ${this.props.function.timeoutSeconds.toFixed(2)} seconds`,
    );
    if (this.child.connected) {
      this.child.send({ id: requestId, event, context, deadlineMs: Date.now() + timeoutMs }, () => undefined);
    }
    const message = await answer;
    if (message.crashed === true) {
      await this.ended;
    }
    return message.error === undefined
      ? { status: 'succeeded', payload: JSON.parse(message.result ?? 'null') as unknown }
      : { status: 'failed', failure: message.error };
  }

  /** The runner's next message; a failure when the process ends, or is killed because it says nothing in time. */
  private next(timeoutMs: number, timeoutMessage = 'Init phase timed out'): Promise<RunnerMessage> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.settle?.({ crashed: true, error: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${timeoutMessage}` } });
        this.kill();
      }, timeoutMs);
      this.settle = (message) => {
        clearTimeout(timer);
        this.settle = undefined;
        resolve(message);
      };
      if (this.exit !== undefined) {
        this.settle({ crashed: true, error: exitFailure(this.exit) });
      }
    });
  }
}

function exitFailure(how: string): FunctionFailure {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
}
