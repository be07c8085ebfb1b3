import { parseArgs } from 'node:util';
import { domainNamed, domains } from '../../domains';
import { UsageError } from './usage-error';

/** What a run is asked for. */
export interface RunOptions {
  readonly domain: string;
  readonly stage: string;
  /** Files to feed instead of the simulator; empty to simulate. */
  readonly replay: readonly string[];
  /** @default - what the domain's simulator proposes */
  readonly devices: number | undefined;
  readonly records: number;
  /** Records per second. @default - as fast as the stream takes them */
  readonly rate: number | undefined;
  readonly workers: number;
  /** Undefined: what the stage's configuration says. */
  readonly shards: number | undefined;
  /** How the consumer reads the stream. Undefined: what the stage's configuration says. */
  readonly reading: Reading | undefined;
  readonly seed: number;
  /** Where the simulated time ends, in milliseconds since the epoch. @default - the last full hour */
  readonly endTime: number | undefined;
  /** Kill one worker (SIGKILL) when half of the records have been dealt with. */
  readonly killWorker: boolean;
  readonly keep: boolean;
  readonly out: string;
}

const readings = ['polling', 'fan-out'] as const;
export type Reading = (typeof readings)[number];

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** How the value is written in the help. */
  readonly value?: string;
  readonly doc: string;
  readonly default?: string;
}

/** Every option, with its documentation and default: the parser and the help are both made from this. */
export const optionSpecs = {
  domain: { type: 'string', value: 'NAME', doc: 'what the data means; a folder of domains/', default: 'factory' },
  stage: { type: 'string', value: 'NAME', doc: 'the configuration to synthesize: dev or prod', default: 'dev' },
  replay: { type: 'string', multiple: true, value: 'FILE…', doc: 'feed these files instead of the simulator; .gz too' },
  devices: { type: 'string', value: 'N', doc: 'devices to simulate [default: as the domain proposes]' },
  records: { type: 'string', value: 'N', doc: 'records to simulate, trouble included', default: '200000' },
  rate: { type: 'string', value: 'N', doc: 'records per second [default: as fast as the shards take them]' },
  workers: { type: 'string', value: 'N', doc: 'consumer processes', default: '2' },
  shards: {
    type: 'string',
    value: 'N|stage',
    doc: 'shards of the stream; "stage" leaves it to the stage\'s configuration',
    default: '12',
  },
  reading: {
    type: 'string',
    value: 'HOW',
    doc: "polling or fan-out (SubscribeToShard) [default: what the stage's configuration says]",
  },
  seed: { type: 'string', value: 'N', doc: 'same seed and end time, same records', default: '1' },
  'end-time': { type: 'string', value: 'ISO', doc: 'event time at which the simulation ends [default: the last full hour]' },
  'kill-worker': { type: 'boolean', doc: 'kill -9 one worker half-way, to see the others take over' },
  keep: { type: 'boolean', doc: 'stay up after the run and print how to look at the services' },
  out: { type: 'string', value: 'DIR', doc: 'where everything of the run lies', default: '.local' },
  help: { type: 'boolean', doc: 'this text' },
} as const satisfies Record<string, OptionSpec>;

/** The text of `--help`. */
export function helpText(): string {
  const rows = Object.entries<OptionSpec>(optionSpecs).map(([name, spec]) => {
    const flag = `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
    return `  ${flag.padEnd(20)} ${spec.doc}${spec.default === undefined ? '' : ` [default: ${spec.default}]`}`;
  });
  const known = Object.values(domains).map((domain) => `  ${domain.name.padEnd(20)} ${domain.doc}`);
  return [
    'Synthesizes the app and runs its template on this machine: stream, consumers, delivery, training.',
    '',
    'Usage: npm start -- [options]',
    '',
    'Options:',
    ...rows,
    '',
    'Domains:',
    ...known,
    '',
    'Files to replay:',
    ...Object.values(domains).map((domain) => `  ${domain.name.padEnd(20)} ${domain.reader.format}`),
    '',
    'Ends with exit code 0 when every record is accounted for and the model is trained, 1 when a stage failed,',
    '2 when an option or the configuration is wrong, 130 after Ctrl-C.',
    '',
  ].join('\n');
}

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws UsageError naming the option and what is allowed
 */
export function parseOptions(argv: readonly string[]): RunOptions | undefined {
  const { values, positionals } = parse(argv);
  if (values.help === true) {
    return undefined;
  }
  const replay = [...((values.replay as string[] | undefined) ?? []), ...positionals];
  if (positionals.length > 0 && values.replay === undefined) {
    throw new UsageError(`unexpected argument ${JSON.stringify(positionals[0])}; files to feed go behind --replay`);
  }
  const name = text(values, 'domain');
  if (!Object.hasOwn(domains, name)) {
    throw new UsageError(`--domain ${name}: allowed are ${Object.keys(domains).join(', ')}`);
  }
  const domain = domainNamed(name);
  if (replay.length === 0 && domain.simulator === undefined) {
    throw new UsageError(`--domain ${name} has no simulator: give recorded files with --replay FILE…`);
  }
  if (replay.length > 0) {
    for (const option of ['records', 'devices', 'end-time'] as const) {
      if (values[option] !== undefined) {
        throw new UsageError(`--${option} is for the simulator; it cannot go with --replay, which sends what the files hold`);
      }
    }
  }
  const workers = integer(values, 'workers', 1, 64) ?? 1;
  if (values['kill-worker'] === true && workers < 2) {
    throw new UsageError(`--kill-worker needs another worker to take over: --workers ${workers} must be at least 2`);
  }
  const shards = text(values, 'shards');
  return {
    domain: name,
    stage: text(values, 'stage'),
    replay,
    devices: integer(values, 'devices', 1, 1_000_000),
    records: integer(values, 'records', 1, 1_000_000_000) ?? 0,
    rate: integer(values, 'rate', 1, 1_000_000),
    workers,
    shards: shards === 'stage' ? undefined : integer(values, 'shards', 1, 500, ' or the word stage'),
    reading: reading(values),
    seed: integer(values, 'seed', 0, 2 ** 32 - 1) ?? 0,
    endTime: instant(values, 'end-time'),
    killWorker: values['kill-worker'] === true,
    keep: values.keep === true,
    out: text(values, 'out'),
  };
}

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;
type Name = keyof typeof optionSpecs;

function parse(argv: readonly string[]): { values: Values; positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries<OptionSpec>(optionSpecs).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true }) as { values: Values; positionals: string[] };
  } catch (error: unknown) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw new UsageError(`${message}; see npm start -- --help`);
  }
}

function raw(values: Values, name: Name): string | undefined {
  const spec: OptionSpec = optionSpecs[name];
  return (values[name] as string | undefined) ?? spec.default;
}

function reading(values: Values): Reading | undefined {
  const value = raw(values, 'reading');
  const known = readings.find((one) => one === value);
  if (value !== undefined && known === undefined) {
    throw new UsageError(`--reading ${value}: allowed are ${readings.join(', ')}`);
  }
  return known;
}

function text(values: Values, name: Name): string {
  const value = raw(values, name) ?? '';
  if (value.trim() === '') {
    throw new UsageError(`--${name}: a value is needed`);
  }
  return value;
}

function integer(values: Values, name: Name, minimum: number, maximum: number, orElse = ''): number | undefined {
  const value = raw(values, name);
  if (value === undefined) {
    return undefined;
  }
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= minimum && number <= maximum)) {
    throw new UsageError(`--${name} ${value}: allowed are whole numbers from ${minimum} to ${maximum}${orElse}`);
  }
  return number;
}

function instant(values: Values, name: Name): number | undefined {
  const value = raw(values, name);
  if (value === undefined) {
    return undefined;
  }
  const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(parsed)) {
    throw new UsageError(`--${name} ${value}: allowed are instants in UTC such as 2026-11-20T00:00:00Z`);
  }
  return parsed;
}
