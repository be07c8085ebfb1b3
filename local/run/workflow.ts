import { randomUUID } from 'node:crypto';
import { AthenaClient } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import type { ApiRecorder } from '../aws/http/api-call';
import type { LambdaService } from '../aws/lambda/start-lambda';
import type { Definition } from '../aws/step-functions/definition';
import type { StateEvent } from '../aws/step-functions/history';
import { runStateMachine, type Execution } from '../aws/step-functions/run-state-machine';
import { createTaskHandlers } from '../aws/step-functions/task-handlers';
import type { WaitMs } from '../aws/step-functions/waits';
import type { PipelineStateMachine } from '../template/pipeline';
import { endpointsOf } from './endpoints';
import { StageError } from './stage-error';

/** The services that a state machine calls. */
export interface WorkflowServices {
  readonly lambda: LambdaService;
  /** What an SDK needs to come to the services under a name of the caller's own. */
  readonly environmentOf: (caller: string) => Readonly<Record<string, string>>;
  /** Told of calls that are made in this process, past the wire. */
  readonly recorder: ApiRecorder;
}

export interface WorkflowRun {
  readonly machine: PipelineStateMachine;
  /** Any JSON value. */
  readonly input: unknown;
  /** `$$.Execution.Name`. @default - made up */
  readonly executionName?: string;
  /** `$$.Execution.StartTime`. */
  readonly startTime: Date;
  /** How long waits and the times before retries take. @default - as the definition says, but 200 ms at most */
  readonly waitMs?: WaitMs;
  /** Aborts the execution. @default never */
  readonly signal?: AbortSignal;
  /** Called with what happens to states, as it happens. @default nothing */
  readonly onState?: (event: StateEvent) => void;
}

/** A Wait of a state machine takes at most this long here, in milliseconds. */
const longestWaitMs = 200;

/**
 * Runs a state machine of the template to its end, under its own name as the caller of each service. An execution that fails is a
 * result; `outputOf` makes an error of it.
 *
 * @throws DefinitionError when the definition asks for what is not supported here
 */
export async function runWorkflow(services: WorkflowServices, run: WorkflowRun): Promise<Execution> {
  const { machine } = run;
  const at = endpointsOf(services.environmentOf(machine.name));
  const clients = {
    athena: new AthenaClient(at('athena')),
    sageMaker: new SageMakerClient(at('sagemaker')),
    s3: new S3Client({ ...at('s3'), forcePathStyle: true }),
    sns: new SNSClient(at('sns')),
    eventBridge: new EventBridgeClient(at('eventbridge')),
  };
  try {
    return await runStateMachine({
      definition: machine.definition,
      name: machine.name,
      input: run.input,
      executionName: run.executionName ?? randomUUID(),
      startTime: run.startTime,
      resources: createTaskHandlers({
        ...clients,
        invoke: (FunctionName, ...call) => {
          services.recorder({ caller: machine.name, service: 'lambda', operation: 'Invoke', input: { FunctionName } });
          return services.lambda.invoke(FunctionName, ...call);
        },
      }),
      waitMs: run.waitMs ?? ((seconds) => Math.min(seconds * 1000, longestWaitMs)),
      ...(run.signal !== undefined && { signal: run.signal }),
      ...(run.onState !== undefined && { onState: run.onState }),
    });
  } finally {
    Object.values(clients).forEach((client) => client.destroy());
  }
}

/**
 * What an execution gave.
 *
 * @param logs the folder that the message points to
 * @throws StageError that names the state and the cause, when the execution did not succeed
 */
export function outputOf(machine: PipelineStateMachine, execution: Execution, logs: string): unknown {
  if (execution.status !== 'SUCCEEDED') {
    throw new StageError(`${failureOf(machine, execution)}; the functions' and the job's logs are in ${logs}`);
  }
  return execution.output;
}

/** What became of an execution that did not succeed, for a person. */
export function failureOf(machine: PipelineStateMachine, { status, error, cause, history }: Execution): string {
  return `state ${failedState(machine, history)} of ${machine.name}: ${error ?? status}: ${explain(cause)}`;
}

/** The step that failed: the Fail state at the end has only passed its error on. */
function failedState({ name, definition }: PipelineStateMachine, history: Execution['history']): string {
  const { States } = definition as unknown as Definition;
  const failed = history.findLast(({ state, error }) => error !== undefined && States[state]?.Type !== 'Fail');
  return (failed ?? history.at(-1))?.state ?? name;
}

/** Longest cause that is shown, in characters. */
const causeLength = 600;

/** What went wrong, for a person: the cause of a failed query describes its whole execution, that of a function is its error as JSON. */
function explain(cause: string | undefined): string {
  const reason = /"(?:StateChangeReason|errorMessage)":("(?:[^"\\]|\\.)*")/.exec(cause ?? '')?.[1];
  const text = reason === undefined ? (cause ?? 'no cause given') : (JSON.parse(reason) as string);
  return text.length > causeLength ? `${text.slice(0, causeLength)} …` : text;
}
