import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { allStates, type Definition } from '../../aws/step-functions/definition';
import { scheduleInput } from '../../aws/step-functions/schedule-input';
import { dueAfter } from '../../cli/end-time';
import type { OutDirectory } from '../../cli/out-directory';
import { documentsHere } from '../../training/documents';
import { readOutcome, type TrainingOutcome } from '../../training/outcome';
import { executionInput, type TrainingRequest } from '../../training/request';
import type { LocalAws } from '../local-aws';
import type { StageLine } from '../progress';
import type { Roles } from '../roles';
import { isShown, type StateChange } from '../state-progress';
import { outputOf, runWorkflow } from '../workflow';

export interface TrainProps {
  readonly roles: Roles;
  readonly aws: LocalAws;
  readonly out: OutDirectory;
  /** The event time up to which there is data, in milliseconds since the epoch. */
  readonly endTime: number;
  /** What is asked for by hand. @default - the template's schedule is fired */
  readonly request?: Omit<TrainingRequest, 'due'>;
  /** Where the state is shown that the execution is in. @default - nowhere */
  readonly line?: Pick<StageLine, 'update'>;
  /** Called with what happens to states, as it happens. @default nothing */
  readonly onState?: (change: StateChange) => void;
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
  const { aws, line, now, onState, out, request, roles, signal } = props;
  const { schedule, machine } = roles.training;
  const executionName = randomUUID();
  const due = dueAfter(props.endTime, roles.windowDelayMs);
  const types = stateTypes(machine.definition);
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
    onState: ({ state: name, type: change }) => {
      const type = types.get(name) ?? '';
      if (change === 'entered' || change === 'exited') {
        onState?.({ change, name, type });
      }
      if (change === 'entered' && isShown(type)) {
        line?.update(name);
      }
    },
  });
  await aws.bus.idle();
  const place = (uri: string): string => path.join(out.s3, uri.replace('s3://', ''));
  return readOutcome(outputOf(machine, execution, out.logs), documentsHere(place), place);
}

/** The type of each state, by its name. */
function stateTypes(definition: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(allStates(definition as unknown as Definition).map(({ name, state }) => [name, state.Type]));
}
