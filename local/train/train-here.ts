import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import type { CommandContext } from '../cli/command';
import { openRun } from '../run/open-run';
import { readRunFacts } from '../run/run-facts';
import type { StateProgress } from '../run/state-progress';
import { train } from '../run/stages/train';
import type { TrainingOutcome } from '../training/outcome';
import type { TrainingRequest } from '../training/request';

/**
 * Runs the training workflow over what an earlier run has left in a folder.
 *
 * @throws UsageError when there is no such run, or another process works in its folder
 * @throws StageError when the execution does not succeed
 */
export async function trainHere(
  directory: string,
  request: Omit<TrainingRequest, 'due'>,
  { cleanup, signal }: Pick<CommandContext, 'cleanup' | 'signal'>,
  states: StateProgress,
): Promise<TrainingOutcome> {
  const log = path.join(directory, 'logs', 'services.log');
  const { aws, out, roles } = await openRun(directory, cleanup, { onEvent: (text) => appendFileSync(log, `${text}\n`) });
  const { endTime } = readRunFacts(out);
  try {
    const outcome = await train({
      roles,
      aws,
      out,
      endTime,
      request,
      onState: (change) => states.on(change),
      signal,
      now: Date.now,
    });
    states.end();
    return outcome;
  } catch (error: unknown) {
    states.end(signal.aborted ? 'interrupted' : 'failed');
    signal.throwIfAborted();
    throw error;
  }
}
