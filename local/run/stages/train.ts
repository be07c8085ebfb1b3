import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Definition } from '../../aws/step-functions/definition';
import { runStateMachine, type Execution } from '../../aws/step-functions/run-state-machine';
import { scheduleInput } from '../../aws/step-functions/schedule-input';
import { createTaskHandlers } from '../../aws/step-functions/task-handlers';
import type { OutDirectory } from '../../cli/out-directory';
import type { PipelineStateMachine } from '../../template/pipeline';
import type { LocalAws } from '../local-aws';
import type { StageLine } from '../progress';
import type { Report } from '../report';
import type { Roles } from '../roles';
import { StageError } from '../stage-error';

export interface TrainProps {
  readonly roles: Roles;
  readonly aws: LocalAws;
  readonly out: OutDirectory;
  /** The event time up to which there is data, in milliseconds since the epoch. */
  readonly endTime: number;
  readonly line: StageLine;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const hourMs = 3_600_000;

/** What would have been published: a file among the logs. */
const notificationLog = 'notifications.log';

/** A Wait of the state machine takes at most this long here, in milliseconds. */
const longestWaitMs = 200;

/** What the state machine's last state gives, as far as the report needs it: see lambda/record-model. */
interface Outcome {
  readonly record?: ModelRecord;
  /** What was planned, with the reason when nothing was. */
  readonly plan?: { readonly status: string; readonly reason?: string };
}

interface ModelRecord {
  readonly jobName: string;
  readonly status: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly rows: { readonly train: number; readonly validation: number };
  readonly modelUri?: string;
}

/**
 * Fires the template's schedule once, at the first time at which the window that ends with the data has closed, and follows the
 * execution of its state machine. A schedule that is switched off is fired all the same, as somebody would by hand.
 *
 * @throws StageError when the execution does not succeed, or trains nothing
 */
export async function train(props: TrainProps): Promise<Report['training']> {
  const { roles, aws, line, signal } = props;
  const { schedule, training: machine } = roles;
  const scheduledTime = new Date(Math.ceil(props.endTime / hourMs) * hourMs + roles.windowDelayMs);
  const executionId = randomUUID();
  const clients = endpointsOf(aws.environmentOf(machine.name));
  const athena = new AthenaClient(clients('athena'));
  const sageMaker = new SageMakerClient(clients('sagemaker'));
  try {
    const execution = await runStateMachine({
      definition: machine.definition,
      name: machine.name,
      input: scheduleInput(schedule.input, { scheduleArn: schedule.arn, scheduledTime, executionId }),
      executionName: executionId,
      startTime: new Date(props.now()),
      resources: createTaskHandlers({
        invoke: (FunctionName, ...call) => {
          aws.recorder({ caller: machine.name, service: 'lambda', operation: 'Invoke', input: { FunctionName } });
          return aws.lambda.invoke(FunctionName, ...call);
        },
        athena,
        sageMaker,
        notify: ({ topicArn, subject, message }) => {
          aws.recorder({ caller: machine.name, service: 'sns', operation: 'Publish', input: { TopicArn: topicArn } });
          appendFileSync(path.join(props.out.logs, notificationLog), `${subject ?? ''}\n${message}\n\n`);
        },
      }),
      waitMs: (seconds) => Math.min(seconds * 1000, longestWaitMs),
      signal,
      onState: ({ type, state }) => {
        if (type === 'entered') {
          line.update(state);
        }
      },
    });
    if (execution.status !== 'SUCCEEDED') {
      throw new StageError(
        `state ${failedState(machine, execution.history)} of ${machine.name}: ${execution.error ?? execution.status}: ${explain(execution.cause)}; ` +
          `the functions' and the job's logs are in ${props.out.logs}`,
      );
    }
    return report(execution.output, props.out);
  } finally {
    athena.destroy();
    sageMaker.destroy();
  }
}

function report(output: unknown, out: OutDirectory): Report['training'] {
  const { record, plan } = output as Outcome;
  if (record === undefined) {
    throw new StageError(`nothing was trained: ${plan?.reason ?? plan?.status ?? 'the execution gave no reason'}`);
  }
  return {
    jobName: record.jobName,
    status: record.status,
    rows: record.rows,
    metrics: record.metrics,
    model: record.modelUri === undefined ? '' : path.join(out.s3, record.modelUri.replace('s3://', '')),
  };
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

function endpointsOf(environment: LocalAws['environment']): (service: string) => {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return (service) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
}
