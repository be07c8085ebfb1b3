import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import { domainNamed } from '../../domains';
import type { CommandContext } from '../cli/command';
import { openRun } from '../run/open-run';
import { readRunFacts } from '../run/run-facts';
import { score } from '../run/stages/score';
import type { StateProgress } from '../run/state-progress';
import { scoringReport, type ScoringReport } from '../scoring/scoring-report';

/**
 * Runs the scoring workflow over what an earlier run has left in a folder.
 *
 * @throws UsageError when there is no such run, or another process works in its folder
 * @throws StageError when the execution does not succeed
 */
export async function scoreHere(
  directory: string,
  { cleanup, signal }: Pick<CommandContext, 'cleanup' | 'signal'>,
  states: StateProgress,
): Promise<ScoringReport> {
  const log = path.join(directory, 'logs', 'services.log');
  const { aws, out, roles } = await openRun(directory, cleanup, { onEvent: (text) => appendFileSync(log, `${text}\n`) });
  const { domain } = readRunFacts(out);
  try {
    const outcome = await score({
      roles,
      aws,
      out,
      onState: (change) => states.on(change),
      signal,
      now: Date.now,
    });
    states.end();
    return await scoringReport(outcome, domainNamed(domain).trainingSet, path.join(out.s3, roles.predictionsFolder));
  } catch (error: unknown) {
    states.end(signal.aborted ? 'interrupted' : 'failed');
    signal.throwIfAborted();
    throw error;
  }
}
