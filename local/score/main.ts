import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { exitCodes, relativePath, runCommand, type CommandContext, type ExitCode } from '../cli/command';
import { executionsOn } from '../on-aws/executions';
import { findOutput, stacksOn } from '../on-aws/find-output';
import { saidByAws } from '../on-aws/said-by-aws';
import { StateProgress } from '../run/state-progress';
import type { ScoringOutcome } from '../scoring/outcome';
import { outcomeLines, scoringLines } from '../scoring/scoring-lines';
import { parseScoreOptions, scoreHelp, type ScoreOptions } from './options';
import { scoreHere } from './score-here';
import { scoreOnAws } from './score-on-aws';

/** Width of the longest name of a state. */
const stateNameWidth = 24;

/** `npm run score` */
async function scoreCommand(context: CommandContext): Promise<ExitCode> {
  const options = parseScoreOptions(context.argv);
  if (options === undefined) {
    context.write(scoreHelp());
    return exitCodes.done;
  }
  const states = new StateProgress(context.progress.withNames(stateNameWidth));
  context.cleanup.add('progress', async () => states.end());
  const lines =
    'out' in options
      ? scoringLines(await scoreHere(options.out, context, states), relativePath)
      : outcomeLines(await onAws(options, context, states));
  context.write(`\n${lines.join('\n')}\n`);
  return exitCodes.done;
}

async function onAws(
  { domain, profile, stage }: Extract<ScoreOptions, { readonly stage: string }>,
  { cleanup, signal, warn }: CommandContext,
  progress: StateProgress,
): Promise<ScoringOutcome> {
  const settings = profile === undefined ? {} : { profile };
  const clients = { cloudFormation: new CloudFormationClient(settings), sfn: new SFNClient(settings) };
  cleanup.add('clients', async () => Object.values(clients).forEach((client) => client.destroy()));
  try {
    return await scoreOnAws({
      workflowArn: await findOutput(stacksOn(clients.cloudFormation), { stage, domain, stack: 'scoring', output: 'WorkflowArn' }),
      executions: executionsOn(clients.sfn),
      progress,
      signal,
      sleep: (ms, abort) => sleep(ms, undefined, { signal: abort }),
      now: Date.now,
      onStart: (executionArn) => warn(`Execution  ${executionArn}\n`),
    });
  } catch (error: unknown) {
    throw saidByAws(error);
  }
}

runCommand(scoreCommand);
