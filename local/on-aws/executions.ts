import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { StateChange } from '../run/state-progress';

/** An event of an execution's history that is about a state. */
export type HistoryStep = StateChange & { readonly id: number };

/** How an execution stands. */
export interface ExecutionStatus {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** What it gave, when it succeeded. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** Executions of state machines. */
export interface Executions {
  /** @returns the execution's ARN */
  start(stateMachineArn: string, input: object): Promise<string>;
  /** What happened to states after the event of that id, in order. */
  stepsAfter(executionArn: string, id: number): Promise<readonly HistoryStep[]>;
  describe(executionArn: string): Promise<ExecutionStatus>;
}

/**
 * Executions on AWS.
 *
 * Needs states:StartExecution on the machine, and states:DescribeExecution and states:GetExecutionHistory on its executions.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
 */
export function executionsOn(client: SFNClient): Executions {
  return {
    start: async (stateMachineArn, input) => {
      const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
      return executionArn ?? '';
    },
    stepsAfter: async (executionArn, id) => {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        // The newest first: what is known already is not read again.
        const page = await client.send(
          new GetExecutionHistoryCommand({
            executionArn,
            reverseOrder: true,
            includeExecutionData: false,
            maxResults: 100,
            ...(nextToken !== undefined && { nextToken }),
          }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && (events.at(-1)?.id ?? 0) > id);
      return events.reverse().flatMap((event) => (event.id !== undefined && event.id > id ? stepsOf(event, event.id) : []));
    },
    describe: async (executionArn) => {
      const { cause, error, output, status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return {
        status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
        ...(output !== undefined && { output: JSON.parse(output) as unknown }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    },
  };
}

/** `TaskStateEntered` with the name of the state makes a step; most events are about what goes on in a state, and make none. */
function stepsOf(event: HistoryEvent, id: number): readonly HistoryStep[] {
  const [, type = '', verb = ''] = /^(\w+)State(Entered|Exited)$/.exec(event.type ?? '') ?? [];
  const name = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  return type === '' || name === undefined ? [] : [{ id, change: verb === 'Entered' ? 'entered' : 'exited', name, type }];
}
