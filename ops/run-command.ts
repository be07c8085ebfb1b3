import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { domainNamed } from '../domains';
import type { PipelineConfig } from '../lib/config/pipeline-config';
import { readConfiguration } from '../lib/config/read-configuration';
import { readAssembly, type SynthesizedStack } from './assembly';
import { missing, type Probe } from './needs';
import type { OpsOptions } from './options';
import type { Runner } from './runner';
import { steps, synthesis } from './steps';
import { aftermathText, nextSteps, stepsText } from './texts';
import { exitCodes, UsageError, type ExitCode } from './usage-error';
import { aftermathOf, type Aftermath } from './what-stays';

/** What a command works with; tests put their own in. */
export interface OpsPorts {
  readonly runner: Runner;
  readonly probe: Probe;
  readonly write: (text: string) => void;
  /** Asks a question. @returns the answer; undefined when nobody is there to answer */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where a command synthesizes to, apart from what `npm run synth` and the local run write. */
const assemblyDirectory = (stage: string): string => join('.out', 'assembly', stage);

/**
 * Runs a command to its end.
 *
 * @throws UsageError when nobody can confirm a deletion, or an assembly is not that of the stage
 * @throws ConfigurationError when the stage is not valid, or does not let its data go
 */
export async function runCommand(options: OpsOptions, ports: OpsPorts): Promise<ExitCode> {
  const { command, stage, dryRun, profile } = options;
  const { runner, write } = ports;
  // Both opt-ins are checked here, before anything is done: the configuration refuses one without the other.
  const config = readConfiguration({ stage, ...(options.destroyData && { destroyData: stage }) });
  const directory = options.assembly ?? assemblyDirectory(stage);
  if (options.assembly === undefined) {
    // What lies there is validated with what is new.
    rmSync(directory, { recursive: true, force: true });
    const { title, args } = synthesis(options, directory);
    write(`${title}: npx cdk ${args.join(' ')}\n`);
    const code = await runner.cdk(args);
    if (code !== 0) {
      return ended(code);
    }
  }
  const stacks = readAssembly(directory);
  const aftermath = aftermathOf(stacks);
  checkAssembly(options, config, directory, stacks, aftermath);
  const acted = stacks
    .filter(({ terminationProtection }) => command !== 'destroy' || !terminationProtection)
    .map(({ name }) => name);
  const planned = steps(options, directory, acted);
  if (command === 'destroy') {
    write(`\nDeletes the stage ${stage}: ${acted.length} of ${stacks.length} stacks.\n\n${aftermathText(aftermath)}\n`);
  }
  if (acted.length === 0) {
    write(`There is no stack to ${command}.\n`);
    return exitCodes.failed;
  }
  if (dryRun) {
    write(`Would run:\n${stepsText(planned)}`);
    return exitCodes.done;
  }
  const lacking = missing(options, config, await ports.probe(config, profile));
  if (lacking.length > 0) {
    write(`Cannot ${command} yet.\n\n${lacking.join('\n')}`);
    return exitCodes.failed;
  }
  if (command === 'destroy' && !(await confirmed(options, ports))) {
    write('Nothing was deleted.\n');
    return exitCodes.failed;
  }
  for (const { title, args } of planned) {
    write(`\n${title}: npx cdk ${args.join(' ')}\n`);
    const code = await runner.cdk(args);
    if (code !== 0) {
      return ended(code);
    }
  }
  if (command === 'deploy') {
    write(nextSteps(options, config, domainNamed(options.domain), ports.now()));
  }
  return exitCodes.done;
}

/** What was synthesized before must be what the options speak of: a deletion is confirmed by the name of the stage. */
function checkAssembly(
  { stage, domain, destroyData }: OpsOptions,
  { appName }: PipelineConfig,
  directory: string,
  stacks: readonly SynthesizedStack[],
  { stays }: Aftermath,
): void {
  const prefix = `${appName}-${stage}-${domain}-`;
  const foreign = stacks.find(({ name }) => !name.startsWith(prefix));
  if (foreign !== undefined) {
    throw new UsageError(`--assembly is ${JSON.stringify(directory)}; it holds ${foreign.name}, which is no stack of ${prefix}*`);
  }
  if (destroyData && stays.length > 0) {
    throw new UsageError(
      `--assembly is ${JSON.stringify(directory)}; it was synthesized without -c destroyData=${stage}: data stays`,
    );
  }
}

async function confirmed({ stage, yes }: OpsOptions, { ask }: OpsPorts): Promise<boolean> {
  if (yes) {
    return true;
  }
  const answer = await ask(`Type the stage's name, ${stage}, to go on: `);
  if (answer === undefined) {
    throw new UsageError('nobody is there to confirm: run it in a terminal, or with --yes');
  }
  return answer.trim() === stage;
}

const ended = (code: number): ExitCode => (code === exitCodes.interrupted ? exitCodes.interrupted : exitCodes.failed);
