import { Interrupted } from '../cli/command';
import type { Executions } from '../on-aws/executions';
import { follow } from '../on-aws/follow';
import { StageError } from '../run/stage-error';
import type { StateProgress } from '../run/state-progress';
import type { ReadDocument } from '../training/documents';
import { readOutcome, type TrainingOutcome } from '../training/outcome';
import { executionInput, type TrainingRequest } from '../training/request';

export interface TrainOnAwsProps {
  readonly workflowArn: string;
  readonly request: TrainingRequest;
  readonly executions: Executions;
  readonly documents: ReadDocument;
  readonly progress: StateProgress;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of the execution's ARN as soon as there is one. */
  readonly onStart: (executionArn: string) => void;
}

/**
 * Starts an execution of the training workflow, and follows it to its end.
 *
 * @throws Interrupted when it is not followed any further; the execution goes on
 * @throws StageError when it does not succeed
 */
export async function trainOnAws(props: TrainOnAwsProps): Promise<TrainingOutcome> {
  const { documents, executions, onStart, progress, request, signal, sleep, workflowArn } = props;
  const executionArn = await executions.start(workflowArn, executionInput(request));
  onStart(executionArn);
  try {
    const ended = await follow({ executions, executionArn, onState: (change) => progress.on(change), signal, sleep });
    if (ended.status !== 'SUCCEEDED') {
      throw new StageError(`${ended.error ?? ended.status}: ${ended.cause ?? 'no cause given'}\nExecution  ${executionArn}`);
    }
    progress.end();
    return await readOutcome(ended.output, documents, (uri) => uri);
  } catch (error: unknown) {
    progress.end(signal.aborted ? 'not followed any further' : 'failed');
    throw signal.aborted ? new Interrupted(goesOn(executionArn)) : error;
  }
}

function goesOn(executionArn: string): string {
  return [
    'Stopped following; the run goes on, and its end is told on the notification topic. To stop the run itself:',
    `  aws stepfunctions stop-execution --execution-arn ${executionArn}`,
  ].join('\n');
}
