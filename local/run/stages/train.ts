import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { scheduleInput } from '../../aws/step-functions/schedule-input';
import type { OutDirectory } from '../../cli/out-directory';
import type { LocalAws } from '../local-aws';
import type { StageLine } from '../progress';
import type { Report } from '../report';
import type { Roles } from '../roles';
import { StageError } from '../stage-error';
import { outputOf, runWorkflow } from '../workflow';

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
 * Fires the template's schedule of the training once, at the first time at which the window that ends with the data has closed, and
 * follows the execution of its state machine, and what the events on the way have started. A schedule that is switched off is fired all
 * the same, as somebody would by hand.
 *
 * @throws StageError when the execution does not succeed, or trains nothing
 */
export async function train(props: TrainProps): Promise<Report['training']> {
  const { roles, aws, out, line, signal } = props;
  const { schedule, machine } = roles.training;
  const scheduledTime = new Date(Math.ceil(props.endTime / hourMs) * hourMs + roles.windowDelayMs);
  const executionName = randomUUID();
  const execution = await runWorkflow(aws, {
    machine,
    input: scheduleInput(schedule.input, { scheduleArn: schedule.arn, scheduledTime, executionId: executionName }),
    executionName,
    startTime: new Date(props.now()),
    signal,
    onState: ({ type, state }) => {
      if (type === 'entered') {
        line.update(state);
      }
    },
  });
  await aws.bus.idle();
  return report(outputOf(machine, execution, out.logs), out);
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
