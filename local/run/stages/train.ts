import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { scheduleInput } from '../../aws/step-functions/schedule-input';
import { dueAfter } from '../../cli/end-time';
import type { OutDirectory } from '../../cli/out-directory';
import { documentsHere } from '../../training/documents';
import { readOutcome, type TrainingOutcome } from '../../training/outcome';
import { executionInput, type TrainingRequest } from '../../training/request';
import { followStates, type StateListeners } from '../follow-states';
import type { LocalAws } from '../local-aws';
import type { Roles } from '../roles';
import { outputOf, runWorkflow } from '../workflow';

export interface TrainProps extends StateListeners {
  readonly roles: Roles;
  readonly aws: LocalAws;
  readonly out: OutDirectory;
  /** The event time up to which there is data, in milliseconds since the epoch. */
  readonly endTime: number;
  /** What is asked for by hand. @default - the template's schedule is fired */
  readonly request?: Omit<TrainingRequest, 'due'>;
  /** Where the state is shown that the execution is in. @default - nowhere */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/**
 * Runs the template's training workflow once, as its schedule or a person would start it: due at the first time at which the window that
 * ends with the data can be closed. Follows the execution, and what the events on the way have started. A schedule that is switched off
 * is fired all the same, as somebody would by hand.
 *
 * @throws StageError when the execution does not succeed
 */
export async function train(props: TrainProps): Promise<TrainingOutcome> {
  const { aws, now, out, request, roles, signal } = props;
  const { schedule, machine } = roles.training;
  const executionName = randomUUID();
  const due = dueAfter(props.endTime, roles.windowDelayMs);
  const execution = await runWorkflow(aws, {
    machine,
    input:
      request === undefined
        ? scheduleInput(schedule.input, {
            scheduleArn: schedule.arn,
            scheduledTime: new Date(due),
            executionId: executionName,
          })
        : executionInput({ ...request, due }),
    executionName,
    startTime: new Date(now()),
    signal,
    onState: followStates(machine, props),
  });
  await aws.bus.idle();
  const place = (uri: string): string => path.join(out.s3, uri.replace('s3://', ''));
  return readOutcome(outputOf(machine, execution, out.logs), documentsHere(place), place);
}
