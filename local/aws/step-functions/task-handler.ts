/** What a Task state's handler may use beside its input. */
export interface TaskContext {
  /** The state's name. */
  readonly state: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Aborted when the execution ends, or the state's time limit passes. */
  readonly signal: AbortSignal;
}

/** Calls a service the way a Task state's resource does: the effective input in, the raw result out; throws TaskError. */
export type TaskHandler = (input: unknown, context: TaskContext) => Promise<unknown>;

/** The handler for a resource ARN; undefined when the resource is not supported. */
export type TaskHandlers = (resource: string) => TaskHandler | undefined;

/** Errors that end an execution whatever its states catch. @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const fatalErrors: readonly string[] = ['States.Runtime', 'States.DataLimitExceeded'];

/** A task failed. Its name is the error that Retry and Catch match, its message the cause. */
export class TaskError extends Error {
  /** Read by the interpreter: whether a Retry may match. */
  readonly isRetryable: boolean;
  /** Read by the interpreter: whether a Catch may match. */
  readonly isCatchable: boolean;

  constructor(
    /** `Lambda.ResourceNotFoundException`, a function's own error type, `States.TaskFailed`. */
    override readonly name: string,
    cause: string,
  ) {
    super(cause);
    this.isRetryable = this.isCatchable = !fatalErrors.includes(name);
  }
}

/** An error of an AWS client as Step Functions reports it: `SageMaker.ResourceNotFoundException`. What is none is thrown on. */
export function serviceError(service: string, error: unknown): TaskError {
  if (error instanceof Error && '$metadata' in error) {
    const name = /(Exception|Error|Fault)$/.test(error.name) ? error.name : `${error.name}Exception`;
    return new TaskError(`${service}.${name}`, `${error.message} (Service: ${service})`);
  }
  throw error;
}
