import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { plantedBugs, type BugName } from './bugs';
import { allFaults, faultKinds, type FaultKind } from './faults';
import { invariants } from './invariants';

export interface CliOptions {
  readonly seed: number;
  readonly runs: number;
  readonly workers: number | undefined;
  readonly shards: number | undefined;
  readonly minutes: number | undefined;
  readonly faults: readonly FaultKind[] | undefined;
  readonly bug: BugName | undefined;
  readonly jobs: number;
  readonly tail: number;
  readonly keepGoing: boolean;
  readonly scaling: boolean;
}

/** The command line cannot be understood; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError; gives undefined when help is asked for */
export function parseCliOptions(args: readonly string[]): CliOptions | undefined {
  const { values } = parse(args);
  if (values.help === true) {
    return undefined;
  }
  const bug = values.bug === undefined ? undefined : oneOf(values.bug, bugNames, '--bug');
  const seed = whole(values.seed, '--seed', 0);
  return {
    seed: seed ?? (bug === undefined ? 1 : plantedBugs[bug].fromSeed),
    // A seed alone is one run to be looked at.
    runs: whole(values.runs, '--runs', 1) ?? (bug !== undefined ? 500 : seed !== undefined ? 1 : 300),
    workers: whole(values.workers, '--workers', 1),
    shards: whole(values.shards, '--shards', 1),
    minutes: positive(values.minutes, '--minutes'),
    faults: faultsOf(values.faults),
    bug,
    jobs: whole(values.jobs, '--jobs', 1) ?? availableParallelism(),
    tail: whole(values.tail, '--tail', 1) ?? 60,
    keepGoing: values['keep-going'] ?? false,
    scaling: values.scaling ?? false,
  };
}

export function cliHelp(): string {
  const list = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([name, text]) => `  ${name.padEnd(34)} ${text}`).join('\n');
  return `npm run simulate -- [options]

Runs fleets of workers in simulated time through faults and checks the invariants of the lease protocol.

  --seed N          the first seed; without --runs just this one  [1]
  --runs N          how many seeds, one after the other  [300]
  --workers N       workers at the start  [from the seed, 1 … 5]
  --shards N        shards at the start  [from the seed, 1 … 6]
  --minutes N       how long faults are injected, in simulated minutes  [from the seed, about one]
  --faults LIST     which faults may happen, separated by commas, or none  [from the seed]
  --bug NAME        plants a bug in the code and waits for it to be caught
  --jobs N          threads  [one per core]
  --tail N          how many of the last events a violation is told with  [60]
  --keep-going      does not stop at the first violation
  --scaling         measures how a fleet's cost grows and writes docs/simulator-scaling.{json,svg}
  --help

Faults
${list(Object.entries(faultKinds))}

Planted bugs
${list(Object.entries(plantedBugs).map(([name, { means }]) => [name, means] as const))}

Invariants
${list(Object.entries(invariants))}
`;
}

const bugNames = Object.keys(plantedBugs) as readonly BugName[];

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: text,
        runs: text,
        workers: text,
        shards: text,
        minutes: text,
        faults: text,
        bug: text,
        jobs: text,
        tail: text,
        'keep-going': flag,
        scaling: flag,
        help: flag,
      },
    });
  } catch (error: unknown) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function faultsOf(text: string | undefined): readonly FaultKind[] | undefined {
  if (text === undefined || text === 'all') {
    return text === 'all' ? allFaults : undefined;
  }
  return text === 'none' ? [] : text.split(',').map((name) => oneOf(name, allFaults, '--faults'));
}

function oneOf<T extends string>(text: string, names: readonly T[], option: string): T {
  const name = names.find((each) => each === text);
  if (name === undefined) {
    throw new UsageError(`${option}: there is no ${text}; there are ${names.join(', ')}`);
  }
  return name;
}

function whole(text: string | undefined, option: string, least: number): number | undefined {
  const value = positive(text, option, least);
  if (value !== undefined && !Number.isSafeInteger(value)) {
    throw new UsageError(`${option} must be a whole number, not ${text ?? ''}`);
  }
  return value;
}

function positive(text: string | undefined, option: string, least = 0): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least) {
    throw new UsageError(`${option} must be a number of at least ${least}, not ${text}`);
  }
  return value;
}
