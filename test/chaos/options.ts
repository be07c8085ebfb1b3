import * as path from 'node:path';
import { parseArgs } from 'node:util';

/** What a chaos run is asked for. */
export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
  readonly shards: number;
  readonly recordsPerSecond: number;
  readonly failoverMs: number;
  /** Whether shards are read by enhanced fan-out. */
  readonly fanOut: boolean;
  /** Whether the workers are the service itself, with its pipeline, instead of processes that write journals. */
  readonly pipeline: boolean;
  readonly out: string;
  /** Whether to write the figures to bench/results/chaos.json. */
  readonly results: boolean;
}

/** The command line is wrong; the message names the option and what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export const helpText = `Chaos on real processes: workers on the local Kinesis and DynamoDB are killed, paused, stopped and replaced while shards are
split and merged, requests are throttled, slowed down and lost. In the end every record is accounted for.

Usage: npm run chaos -- [options]

  --minutes M        how long there is chaos [default: 3]
  --seed N           same seed, same plan; when what happens is up to the processes [default: by the clock]
  --workers N        consumer processes to begin with [default: 4]
  --shards N         shards to begin with [default: 8]
  --rate N           records per second [default: 200]
  --failover-ms N    failover time of the workers [default: 2000]
  --fan-out          read by enhanced fan-out instead of polling
  --pipeline         the service itself, on what a factory sends, with the local Firehose beside: in the end every row is the one
                     that a single undisturbed pass over the stream makes, to the last bit
  --out DIR          journals and logs [default: .out/chaos]
  --results          write the figures to bench/results/chaos.json
  --help             this text

Ends with 0 when nothing was lost and the order per shard was kept (with --pipeline: when rows and ledger are exact), with 1 when not (it names the seed), with 2 when an option
is wrong, with 130 after Ctrl-C.
`;

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws OptionError
 */
export function parseOptions(argv: readonly string[], nowMs: number): ChaosOptions | undefined {
  const values = parse(argv);
  if (values['help'] === true) {
    return undefined;
  }
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = values[name];
    const value = text === undefined ? fallback : Number(text);
    if (!(value >= least && value <= most)) {
      throw new OptionError(`--${name} ${String(text)}: allowed are numbers from ${least} to ${most}`);
    }
    return value;
  };
  if (values['pipeline'] === true && values['fan-out'] === true) {
    throw new OptionError('--pipeline --fan-out: the pipeline is put through chaos with polling only');
  }
  return {
    minutes: number('minutes', 3, 0.1, 24 * 60),
    seed: Math.floor(number('seed', nowMs % 1_000_000, 0, 2 ** 32 - 1)),
    workers: Math.floor(number('workers', 4, 2, 32)),
    shards: Math.floor(number('shards', 8, 2, 64)),
    recordsPerSecond: number('rate', 200, 1, 5000),
    failoverMs: Math.floor(number('failover-ms', 2000, 500, 60_000)),
    fanOut: values['fan-out'] === true,
    pipeline: values['pipeline'] === true,
    out: path.resolve(String(values['out'] ?? path.join('.out', 'chaos'))),
    results: values['results'] === true,
  };
}

function parse(argv: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        minutes: text,
        seed: text,
        workers: text,
        shards: text,
        rate: text,
        'failover-ms': text,
        'fan-out': { type: 'boolean' },
        pipeline: { type: 'boolean' },
        out: text,
        results: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error: unknown) {
    throw new OptionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
