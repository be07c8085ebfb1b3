import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { exitCodes, relativePath, runCommand, type CommandContext, type ExitCode } from '../cli/command';
import { executionsOn } from '../on-aws/executions';
import { findOutput, stacksOn } from '../on-aws/find-output';
import { saidByAws } from '../on-aws/said-by-aws';
import type { TrainingOutcome } from '../training/outcome';
import { documentsIn } from '../training/documents';
import { outcomeLines } from '../training/outcome-lines';
import { StateProgress } from '../run/state-progress';
import { parseTrainOptions, trainHelp, type TrainOptions } from './options';
import { trainHere } from './train-here';
import { trainOnAws } from './train-on-aws';

/** Width of the longest name of a state. */
const stateNameWidth = 22;

/** `npm run train` */
async function train(context: CommandContext): Promise<ExitCode> {
  const options = parseTrainOptions(context.argv);
  if (options === undefined) {
    context.write(trainHelp());
    return exitCodes.done;
  }
  const states = new StateProgress(context.progress.withNames(stateNameWidth));
  context.cleanup.add('progress', async () => states.end());
  const outcome = await started(options, context, states);
  context.write(`\n${outcomeLines(outcome, relativePath).join('\n')}\n`);
  return outcome.job === undefined ? exitCodes.failed : exitCodes.done;
}

function started({ request, where }: TrainOptions, context: CommandContext, states: StateProgress): Promise<TrainingOutcome> {
  return 'out' in where ? trainHere(where.out, request, context, states) : onAws(where, request, context, states);
}

async function onAws(
  { domain, profile, stage }: Extract<TrainOptions['where'], { readonly stage: string }>,
  request: TrainOptions['request'],
  { cleanup, signal, warn }: CommandContext,
  progress: StateProgress,
): Promise<TrainingOutcome> {
  const settings = profile === undefined ? {} : { profile };
  const clients = {
    cloudFormation: new CloudFormationClient(settings),
    sfn: new SFNClient(settings),
    s3: new S3Client(settings),
  };
  cleanup.add('clients', async () => Object.values(clients).forEach((client) => client.destroy()));
  const wanted = { stage, domain, stack: 'training', output: 'WorkflowArn' };
  try {
    return await trainOnAws({
      workflowArn: await findOutput(stacksOn(clients.cloudFormation), wanted),
      request: { ...request, due: Date.now() },
      executions: executionsOn(clients.sfn),
      documents: documentsIn(clients.s3),
      progress,
      signal,
      sleep: (ms, abort) => sleep(ms, undefined, { signal: abort }),
      onStart: (executionArn) => warn(`Execution  ${executionArn}\n`),
    });
  } catch (error: unknown) {
    throw saidByAws(error);
  }
}

runCommand(train);
