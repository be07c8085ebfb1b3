import { Interrupted } from '../cli/command';
import type { Executions } from '../on-aws/executions';
import { follow } from '../on-aws/follow';
import { StageError } from '../run/stage-error';
import type { StateProgress } from '../run/state-progress';
import { readScoringOutcome, type ScoringOutcome } from '../scoring/outcome';

export interface ScoreOnAwsProps {
  readonly workflowArn: string;
  readonly executions: Executions;
  readonly progress: StateProgress;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of the execution's ARN as soon as there is one. */
  readonly onStart: (executionArn: string) => void;
}

/**
 * Starts an execution of the scoring workflow, and follows it to its end.
 *
 * @throws Interrupted when it is not followed any further; the execution goes on
 * @throws StageError when it does not succeed
 */
export async function scoreOnAws(props: ScoreOnAwsProps): Promise<ScoringOutcome> {
  const { executions, now, onStart, progress, signal, sleep, workflowArn } = props;
  const executionArn = await executions.start(workflowArn, { scheduledTime: new Date(now()).toISOString() });
  onStart(executionArn);
  try {
    const ended = await follow({ executions, executionArn, onState: (change) => progress.on(change), signal, sleep });
    if (ended.status !== 'SUCCEEDED') {
      throw new StageError(`${ended.error ?? ended.status}: ${ended.cause ?? 'no cause given'}\nExecution  ${executionArn}`);
    }
    progress.end();
    return readScoringOutcome(ended.output);
  } catch (error: unknown) {
    progress.end(signal.aborted ? 'not followed any further' : 'failed');
    throw signal.aborted
      ? new Interrupted(
          `Stopped following; the run goes on, and is told of on the notification topic if it fails.\nExecution  ${executionArn}`,
        )
      : error;
  }
}
