import { parseArgs } from 'node:util';

/** What becomes of the records of a replay: delivered as the service does, or counted only. */
export const replayProcessors = ['pipeline', 'count'] as const;

/** What a replay is asked for. */
export interface ReplayArguments {
  /** Undefined: what STREAM_NAME says. */
  readonly stream: string | undefined;
  readonly application: string;
  readonly from: Date;
  readonly to: Date;
  readonly processor: (typeof replayProcessors)[number];
  readonly deleteTable: boolean;
}

/** The command line is wrong; nothing was done. */
export class ReplayUsageError extends Error {
  override readonly name = 'ReplayUsageError';
  readonly code = 'usage';
}

/** The text of `--help`. */
export const replayHelp = `Processes a time range of a stream again, under an application name of its own. The live application keeps its leases and its place.

Usage: npm run replay -- --application NAME --from ISO --to ISO [options]

Options:
  --stream NAME         the stream to read [default: STREAM_NAME]
  --application NAME    the replay's own lease table; made when it is missing, and tagged with the stream and the range
  --from ISO            records that arrived at this time or later: 2026-11-20T08:00:00Z, or 2026-11-20 for midnight UTC
  --to ISO              ... and before this time, at least five seconds ago
  --processor NAME      pipeline: deliver as the service does; count: read and count, deliver nothing [default: pipeline]
  --delete-table        delete the replay's lease table when everything has been processed
  --help                this text

The rest is configured by the environment variables of the service: DOMAIN, DELIVERY_STREAMS, QUARANTINE_STREAM, LEASE_TABLE_NAME (the
live application, which is refused as the replay's), FAILOVER_TIME_MS, FLUSH_INTERVAL_MS, CHECKPOINT_INTERVAL_MS,
SHUTDOWN_GRACE_MS; and, read by the AWS SDK, AWS_REGION, AWS_ENDPOINT_URL_*. With --processor count only the stream is needed.

What is delivered again has the same (device, sequence) as before, by which queries drop duplicates. The device states of the service are
neither read nor written: features over windows begin with an empty window, at the start of the range. Shards are read at half the pace
of the service, since they share their read limits with it. Interrupted by Ctrl-C, the same command goes on where it was.

Ends with exit code 0 when all of the range was processed, 1 when it failed, 2 when an option or the configuration is wrong or the
table is not the replay's own, 130 after Ctrl-C.
`;

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws ReplayUsageError naming the option and what is allowed
 */
export function parseReplayArguments(argv: readonly string[]): ReplayArguments | undefined {
  const values = parse(argv);
  if (values.help === true) {
    return undefined;
  }
  const processor = replayProcessors.find((name) => name === (values.processor ?? 'pipeline'));
  if (processor === undefined) {
    throw new ReplayUsageError(`--processor ${values.processor ?? ''}: allowed are ${replayProcessors.join(', ')}`);
  }
  return {
    stream: values.stream === undefined ? undefined : named('stream', values.stream, /^[\w.-]{1,128}$/, 1, 128),
    application: named('application', values.application, /^[\w.-]{3,255}$/, 3, 255),
    from: date('from', values.from),
    to: date('to', values.to),
    processor,
    deleteTable: values['delete-table'] === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        stream: { type: 'string' },
        application: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        processor: { type: 'string' },
        'delete-table': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error: unknown) {
    throw new ReplayUsageError(error instanceof Error ? error.message : String(error));
  }
}

function named(option: string, value: string | undefined, pattern: RegExp, least: number, most: number): string {
  if (value === undefined) {
    throw new ReplayUsageError(`--${option} is missing`);
  }
  if (!pattern.test(value)) {
    throw new ReplayUsageError(`--${option} ${JSON.stringify(value)}: allowed are ${least} to ${most} letters, digits, _ . -`);
  }
  return value;
}

/** A time with its zone: what a local time means depends on the machine. A date alone is its midnight, UTC. */
const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function date(option: string, value: string | undefined): Date {
  if (value === undefined) {
    throw new ReplayUsageError(`--${option} is missing`);
  }
  const parsed = new Date(value);
  // A day that the month does not have would be taken for one of the next month.
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
  if (!iso.test(value) || !isDay || Number.isNaN(parsed.getTime())) {
    const example = '2026-11-20T08:00:00Z, or 2026-11-20';
    throw new ReplayUsageError(`--${option} ${JSON.stringify(value)}: give a date, or a time with its zone: ${example}`);
  }
  return parsed;
}
