import * as path from 'node:path';
import type { RunOptions } from '../../cli/options';
import type { OutDirectory } from '../../cli/out-directory';
import { UsageError } from '../../cli/usage-error';
import { Child } from '../child';
import { projectRoot } from '../project-root';
import { StageError } from '../stage-error';

/** How `bin/app.ts` starts the message about a configuration that it refuses. */
const configurationError = 'Configuration error: ';

/**
 * Synthesizes the app with the CDK's command line into the run's folder.
 *
 * @throws UsageError when the configuration is refused
 * @throws StageError when the app does not synthesize
 */
export async function synthesize(options: RunOptions, out: OutDirectory, onChild: (child: Child) => void): Promise<void> {
  const context = {
    stage: options.stage,
    domain: options.domain,
    ...(options.shards === undefined ? {} : { shards: String(options.shards) }),
    ...(options.reading === undefined ? {} : { reading: options.reading }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  };
  const lines: string[] = [];
  const logFile = path.join(out.logs, 'synth.log');
  const child = new Child({
    args: [
      require.resolve('aws-cdk/bin/cdk'),
      'synth',
      '--quiet',
      '--no-notices',
      '--output',
      out.assembly,
      ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
    ],
    cwd: projectRoot,
    // The library's template validator takes longer than all the rest; `npx cdk synth` and CI run it.
    environment: { ...inherited(), CI: 'true', CDK_VALIDATION: 'false' },
    logFile,
    onLine: (line) => lines.push(line),
  });
  onChild(child);
  const exit = await child.exited;
  if (exit.code === 0) {
    return;
  }
  const refused = [...lines, ...child.tail()].find((line) => line.includes(configurationError));
  if (refused !== undefined) {
    throw new UsageError(refused.slice(refused.indexOf(configurationError)));
  }
  throw new StageError(
    `cdk synth ended with ${exit.code === null ? String(exit.signal) : `exit code ${exit.code}`}; see ${logFile}`,
    child.tail(),
  );
}

function inherited(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
