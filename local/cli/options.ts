import type { Domain } from '../../core/domain';
import { domainNamed, domains } from '../../domains';
import { GivenOptions, optionLines, type OptionSpecs } from './option-specs';
import { UsageError } from './usage-error';

/** What a run is asked for. */
export interface RunOptions {
  readonly domain: string;
  readonly stage: string;
  /** Files to feed instead of the simulator; empty to simulate. */
  readonly replay: readonly string[];
  /** Files to feed once a model is trained, to be scored by it; empty for none. */
  readonly score: readonly string[];
  /** What became of the devices of those files. */
  readonly truth: string | undefined;
  /** The error that the model may have at most, in the unit of the label. */
  readonly atMost: number | undefined;
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
  /** Whether the model in use answers requests. Undefined: what the stage's configuration says. */
  readonly endpoint: EndpointMode | undefined;
  readonly seed: number;
  /** Where the simulated time ends, in milliseconds since the epoch. @default - where the latest training window does that can be closed */
  readonly endTime: number | undefined;
  /** Kill one worker (SIGKILL) when half of the records have been dealt with. */
  readonly killWorker: boolean;
  readonly keep: boolean;
  readonly out: string;
}

const readings = ['polling', 'fan-out'] as const;
export type Reading = (typeof readings)[number];

const endpointModes = ['none', 'serverless'] as const;
export type EndpointMode = (typeof endpointModes)[number];

/** Every option, with its documentation and default: the parser and the help are both made from this. */
export const optionSpecs = {
  domain: { type: 'string', value: 'NAME', doc: 'what the data means; a folder of domains/', default: 'factory' },
  stage: { type: 'string', value: 'NAME', doc: 'the configuration to synthesize: dev or prod', default: 'dev' },
  replay: { type: 'string', multiple: true, value: 'FILE…', doc: 'feed these files instead of the simulator; .gz too' },
  score: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    doc: 'with --replay: feed this file once a model is trained, and score it; .gz too',
  },
  truth: { type: 'string', value: 'FILE', doc: 'with --score: what became of its devices, to compare the predictions with' },
  'at-most': { type: 'string', value: 'N', doc: 'with --truth: exit code 1 when the error is greater' },
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
  endpoint: {
    type: 'string',
    value: 'HOW',
    doc: "none or serverless: whether the model answers requests [default: what the stage's configuration says]",
  },
  seed: { type: 'string', value: 'N', doc: 'same seed and end time, same records', default: '1' },
  'end-time': {
    type: 'string',
    value: 'ISO',
    doc: 'event time at which the simulation ends [default: the latest full hour whose training window can be closed]',
  },
  'kill-worker': { type: 'boolean', doc: 'kill -9 one worker half-way, to see the others take over' },
  keep: { type: 'boolean', doc: 'stay up after the run and print how to look at the services' },
  out: { type: 'string', value: 'DIR', doc: 'where everything of the run lies', default: '.local' },
  help: { type: 'boolean', doc: 'this text' },
} as const satisfies OptionSpecs;

/** The text of `--help`. */
export function helpText(): string {
  const known = Object.values(domains).map((domain) => `  ${domain.name.padEnd(20)} ${domain.doc}`);
  return [
    'Synthesizes the app and runs its template on this machine: stream, consumers, delivery, training, scoring.',
    '',
    'Usage: npm start -- [options]',
    '',
    'Options:',
    ...optionLines(optionSpecs),
    '',
    'Domains:',
    ...known,
    '',
    'Files to replay:',
    ...Object.values(domains).map((domain) => `  ${domain.name.padEnd(20)} ${domain.reader.format}`),
    '',
    'Files of truths:',
    ...Object.values(domains).flatMap(({ benchmark, name }) =>
      benchmark === undefined ? [] : [`  ${name.padEnd(20)} ${benchmark.format}`],
    ),
    '',
    'Ends with exit code 0 when every record is accounted for and a model is trained and judged, 1 when a stage failed',
    'or training was held back, or --at-most was missed, 2 when an option or the configuration is wrong, 130 after Ctrl-C.',
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
  const given = new GivenOptions(optionSpecs, argv, 'npm start');
  if (given.flag('help')) {
    return undefined;
  }
  const { positionals } = given;
  const replay = [...given.list('replay'), ...positionals];
  if (positionals.length > 0 && !given.has('replay')) {
    throw new UsageError(`unexpected argument ${JSON.stringify(positionals[0])}; files to feed go behind --replay`);
  }
  const name = domainOption(given.text('domain'));
  const domain = domainNamed(name);
  if (replay.length === 0 && domain.simulator === undefined) {
    throw new UsageError(`--domain ${name} has no simulator: give recorded files with --replay FILE…`);
  }
  if (replay.length > 0) {
    for (const option of ['records', 'devices', 'end-time'] as const) {
      if (given.has(option)) {
        throw new UsageError(`--${option} is for the simulator; it cannot go with --replay, which sends what the files hold`);
      }
    }
  }
  const benchmark = benchmarkOptions(given, replay, domain);
  const workers = given.integer('workers', 1, 64) ?? 1;
  if (given.flag('kill-worker') && workers < 2) {
    throw new UsageError(`--kill-worker needs another worker to take over: --workers ${workers} must be at least 2`);
  }
  return {
    domain: name,
    stage: given.text('stage'),
    replay,
    ...benchmark,
    devices: given.integer('devices', 1, 1_000_000),
    records: given.integer('records', 1, 1_000_000_000) ?? 0,
    rate: given.integer('rate', 1, 1_000_000),
    workers,
    shards: given.text('shards') === 'stage' ? undefined : given.integer('shards', 1, 500, ' or the word stage'),
    reading: given.oneOf('reading', readings),
    endpoint: given.oneOf('endpoint', endpointModes),
    seed: given.integer('seed', 0, 2 ** 32 - 1) ?? 0,
    endTime: given.instant('end-time'),
    killWorker: given.flag('kill-worker'),
    keep: given.flag('keep'),
    out: given.text('out'),
  };
}

/** The options that hold a model against devices that it has not seen: each needs the one before. */
function benchmarkOptions(
  given: GivenOptions<keyof typeof optionSpecs>,
  replay: readonly string[],
  domain: Pick<Domain, 'benchmark' | 'name'>,
): Pick<RunOptions, 'score' | 'truth' | 'atMost'> {
  const score = given.list('score');
  if (score.length > 0 && replay.length === 0) {
    throw new UsageError('--score needs --replay: files to train on before');
  }
  if (given.has('truth') && score.length === 0) {
    throw new UsageError('--truth needs --score: the files of the devices that it is about');
  }
  if (given.has('truth') && domain.benchmark === undefined) {
    throw new UsageError(`--truth: the domain ${domain.name} does not say how such a file is read`);
  }
  if (given.has('at-most') && !given.has('truth')) {
    throw new UsageError('--at-most needs --truth: without it there is no error to judge');
  }
  return {
    score,
    truth: given.has('truth') ? given.text('truth') : undefined,
    atMost: given.has('at-most') ? given.positive('at-most') : undefined,
  };
}

/** The domain of that name. @throws UsageError naming those that there are */
export function domainOption(name: string): string {
  if (!Object.hasOwn(domains, name)) {
    throw new UsageError(`--domain ${name}: allowed are ${Object.keys(domains).join(', ')}`);
  }
  return name;
}
