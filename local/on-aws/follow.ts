import type { StateChange } from '../run/state-progress';
import type { Executions, ExecutionStatus } from './executions';

/** How often an execution is asked about, in milliseconds. */
const pollMs = 3_000;

export interface FollowProps {
  readonly executions: Executions;
  readonly executionArn: string;
  /** Called with what happens to states, in order. */
  readonly onState: (change: StateChange) => void;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Follows an execution to its end.
 *
 * @returns how it ended
 * @throws the signal's reason when it is aborted; the execution goes on
 */
export async function follow(props: FollowProps): Promise<ExecutionStatus> {
  const { executionArn, executions, onState, signal, sleep } = props;
  let last = 0;
  for (;;) {
    signal.throwIfAborted();
    // The status first: what the history has by then, an execution that has ended has to the end.
    const status = await executions.describe(executionArn);
    for (const step of await executions.stepsAfter(executionArn, last)) {
      last = step.id;
      onState(step);
    }
    if (status.status !== 'RUNNING') {
      return status;
    }
    await sleep(pollMs, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}
