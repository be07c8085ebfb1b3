import { deviceStateEnvironment } from '../core/environment';
import { domainNamed } from '../domains';
import { exitCodes, relativePath, runCommand, type CommandContext, type ExitCode } from './cli/command';
import { checkEndTime } from './cli/end-time';
import { helpText, parseOptions } from './cli/options';
import { checkReplayFiles } from './cli/replay-files';
import { isServing } from './run/endpoint-report';
import { differences } from './run/report';
import { run, type RunResult } from './run/run';
import { summarize } from './run/summary';
import { isMet } from './scoring/benchmark';

/** `npm start` */
async function start({ argv, cleanup, progress, signal, warn, write }: CommandContext): Promise<ExitCode> {
  const options = parseOptions(argv);
  if (options === undefined) {
    write(helpText());
    return exitCodes.done;
  }
  checkReplayFiles('replay', options.replay);
  checkReplayFiles('score', options.score);
  checkReplayFiles('truth', options.truth === undefined ? [] : [options.truth]);
  checkEndTime(options.endTime, domainNamed(options.domain), Date.now());
  const result = await run(options, { progress, cleanup, signal, now: () => Date.now() });
  const folders = { tables: result.tableFolders, quarantine: result.quarantineFolder, alerts: result.alertLog };
  write(`\n${summarize(result.report, folders, relativePath)}Report     ${relativePath(result.out.report)}\n`);
  if (options.keep) {
    await stayUp(result, write, signal);
  }
  return verdict(result, warn);
}

async function stayUp({ aws, deviceStateTable }: RunResult, write: CommandContext['write'], signal: AbortSignal): Promise<void> {
  const exports = Object.entries(aws.environment).map(([name, value]) => `  export ${name}=${value}`);
  write(
    [
      '',
      'The services stay up until Ctrl-C; the consumers have ended. Any AWS SDK or CLI can look at them with:',
      ...exports,
      ...(deviceStateTable === undefined
        ? []
        : [`  export ${deviceStateEnvironment.deviceStateTable}=${deviceStateTable}   # npm run device -- DEVICE_ID`]),
      '',
    ].join('\n') + '\n',
  );
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function verdict(result: RunResult, warn: CommandContext['warn']): ExitCode {
  const { benchmark, endpoint, records, training } = result.report;
  if (!records.balanced) {
    warn('The balance does not add up: records were lost or invented.\n');
    return exitCodes.failed;
  }
  if (records.redeliveredOtherwise > 0 && result.deviceStateTable !== undefined) {
    warn('Rows that were delivered twice differ: features were not restored after a crash.\n');
    return exitCodes.failed;
  }
  if (differences(records).length > 0) {
    warn('The report differs from what the simulator injected.\n');
    return exitCodes.failed;
  }
  if (training.job === undefined) {
    warn(`No model was trained: ${training.reason}\n`);
    return exitCodes.failed;
  }
  if (endpoint !== undefined && training.end === 'approved' && !isServing(endpoint, training.modelPackage?.version)) {
    warn(`The endpoint ${endpoint.name} does not serve the model that was approved: it is ${endpoint.status}.\n`);
    return exitCodes.failed;
  }
  if (benchmark !== undefined && !isMet(benchmark)) {
    warn(`The error is ${benchmark.rmse.toFixed(2)}, more than --at-most ${benchmark.atMost ?? ''}.\n`);
    return exitCodes.failed;
  }
  return exitCodes.done;
}

runCommand(start);
