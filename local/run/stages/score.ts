import { randomUUID } from 'node:crypto';
import { scheduleInput } from '../../aws/step-functions/schedule-input';
import type { OutDirectory } from '../../cli/out-directory';
import { readScoringOutcome, type ScoringOutcome } from '../../scoring/outcome';
import { followStates, type StateListeners } from '../follow-states';
import type { LocalAws } from '../local-aws';
import type { Roles } from '../roles';
import { outputOf, runWorkflow } from '../workflow';

export interface ScoreProps extends StateListeners {
  readonly roles: Pick<Roles, 'scoring'>;
  readonly aws: LocalAws;
  readonly out: Pick<OutDirectory, 'logs'>;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/**
 * Runs the template's scoring workflow once, as its schedule would start it: what has arrived since the last time, as far as the
 * consumers' leases prove that it is delivered. A schedule that is switched off is fired all the same, as somebody would by hand.
 *
 * @throws StageError when the execution does not succeed
 */
export async function score(props: ScoreProps): Promise<ScoringOutcome> {
  const { aws, now, out, roles, signal } = props;
  const { schedule, machine } = roles.scoring;
  const executionName = randomUUID();
  const scheduledTime = new Date(now());
  const execution = await runWorkflow(aws, {
    machine,
    input: scheduleInput(schedule.input, { scheduleArn: schedule.arn, scheduledTime, executionId: executionName }),
    executionName,
    startTime: scheduledTime,
    signal,
    onState: followStates(machine, props),
  });
  await aws.bus.idle();
  return readScoringOutcome(outputOf(machine, execution, out.logs));
}
