import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { TrainingRequest } from './training-request';

/** How long a container that was asked to stop may take before it is killed. @see API_StopTrainingJob: 120 seconds */
const stopGraceMs = 120_000;

/** How a container ended. */
export interface ContainerExit {
  /** @default - ended by a signal */
  readonly exitCode?: number;
  /** What it wrote to `output/failure`. @default - nothing */
  readonly failure?: string;
}

export interface ContainerOptions {
  /** The folder that stands for `/opt/ml`. */
  readonly root: string;
  readonly logFile: string;
  readonly onLine: (line: string) => void;
  /** Sends SIGTERM, and SIGKILL when that has not helped within two minutes. */
  readonly stop: AbortSignal;
  /** Kills at once. */
  readonly kill: AbortSignal;
}

/**
 * Writes the folders and configuration files that a training container finds below `/opt/ml`. All values are strings.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
 */
export async function prepareContainer(root: string, request: TrainingRequest): Promise<void> {
  await fs.rm(root, { recursive: true, force: true });
  for (const folder of ['input/config', 'input/data', 'model', 'output']) {
    await fs.mkdir(path.join(root, folder), { recursive: true });
  }
  const write = (name: string, content: unknown): Promise<void> =>
    fs.writeFile(path.join(root, 'input/config', `${name}.json`), JSON.stringify(content, null, 2));
  await write('hyperparameters', request.hyperparameters);
  await write(
    'inputdataconfig',
    Object.fromEntries(
      request.channels.map(({ name, contentType }) => [
        name,
        {
          ...(contentType !== undefined && { ContentType: contentType }),
          TrainingInputMode: 'File',
          S3DistributionType: 'FullyReplicated',
          RecordWrapperType: 'None',
        },
      ]),
    ),
  );
  await write('resourceconfig', {
    current_host: 'algo-1',
    current_instance_type: request.instanceType,
    hosts: ['algo-1'],
    network_interface_name: 'lo',
  });
}

/** Runs the training program until it ends. Ends with this process: the channel between the two closes. */
export async function runContainer({ root, logFile, onLine, stop, kill }: ContainerOptions): Promise<ContainerExit> {
  const tsx = pathToFileURL(createRequire(__filename).resolve('tsx')).href;
  const program = path.join(__dirname, 'xgboost', 'main.ts');
  const child = spawn(process.execPath, ['--import', tsx, program, root], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Not this process's environment: a container sees its own. PATH and TMPDIR serve Node and its loader.
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, HOME: process.env.HOME, TRAINING_JOB_NAME: path.basename(root) },
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) {
      continue;
    }
    createInterface({ input: stream }).on('line', (line) => {
      // The log agent writes control characters as an octal number.
      const escaped = line.replaceAll('\t', '#011');
      log.write(`${escaped}\n`);
      onLine(escaped);
    });
  }
  let killTimer: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  };
  const onKill = (): void => void child.kill('SIGKILL');
  stop.addEventListener('abort', onStop);
  kill.addEventListener('abort', onKill);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
      if (kill.aborted) {
        onKill();
      } else if (stop.aborted) {
        onStop();
      }
    });
    const failure = await fs.readFile(path.join(root, 'output/failure'), 'utf8').catch(() => undefined);
    return { ...(exitCode !== null && { exitCode }), ...(failure !== undefined && { failure }) };
  } finally {
    clearTimeout(killTimer);
    stop.removeEventListener('abort', onStop);
    kill.removeEventListener('abort', onKill);
    await new Promise<void>((resolve) => log.end(resolve));
  }
}
