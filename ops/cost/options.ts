import { stages } from '../../lib/config/stages';
import { domainOption, flag, parseOptions, text } from '../parse-options';
import { UsageError } from '../usage-error';
import { senders, type Sender } from './load';

/** What `npm run cost` is asked. */
export interface CostOptions {
  readonly stage: string;
  readonly domain: string;
  readonly devices: number;
  readonly intervalSeconds: number;
  readonly bytes: number;
  /** @default - IoT Core when the stage has it, otherwise gateways with PutRecords */
  readonly sender: Sender | undefined;
  /** @default - that of the stage, otherwise us-east-1 */
  readonly region: string | undefined;
  readonly trainingMinutes: number;
  /** Instead of the stage's. */
  readonly shards: string | undefined;
  readonly reading: string | undefined;
  /** Only the amounts by service, without the arithmetic. */
  readonly brief: boolean;
  readonly json: boolean;
}

/** The text of `--help`. */
export const costHelp = [
  'What a stage costs in a month, from its configuration and a load, with the arithmetic.',
  '',
  'Usage: npm run cost -- --devices N --interval 5s --bytes N [options]',
  '',
  '  --devices N           devices that send',
  '  --interval TIME       time between two messages of a device: 500ms, 5s, 2m, 1h',
  '  --bytes N             bytes of a message, 1 to 1,048,576',
  `  --stage NAME          ${Object.keys(stages).join(' or ')} [default: prod]`,
  '  --domain NAME         whose training window is counted [default: factory]',
  `  --sender HOW          ${senders.join(', ')}`,
  '                        [default: iot-core, or put-records when the stage has ingestion.iotCore off]',
  "  --region NAME         whose prices [default: the stage's region, otherwise us-east-1]",
  '  --training-minutes N  how long a training job runs [default: 15]',
  '  --shards N            a provisioned stream instead of what the stage says',
  '  --reading HOW         polling or fan-out instead of what the stage says',
  '  --brief               amounts by service, without the arithmetic',
  '  --json                figures for a program',
  '  --help                this text',
  '',
  'Needs no account. Ends with 0, or with 2 when an option is wrong or a price is not known.',
  '',
].join('\n');

/** Reads the command line. @returns undefined when help was asked for @throws UsageError naming the option and what is allowed */
export function parseCostOptions(argv: readonly string[]): CostOptions | undefined {
  const values = parseOptions(argv, {
    stage: text,
    domain: text,
    devices: text,
    interval: text,
    bytes: text,
    sender: text,
    region: text,
    'training-minutes': text,
    shards: text,
    reading: text,
    brief: flag,
    json: flag,
    help: flag,
  });
  if (values.help === true) {
    return undefined;
  }
  return {
    stage: values.stage ?? 'prod',
    domain: domainOption(values.domain),
    devices: integer('--devices', values.devices, 1_000_000_000),
    intervalSeconds: seconds(values.interval),
    bytes: integer('--bytes', values.bytes, 1_048_576),
    sender: sender(values.sender),
    region: values.region,
    trainingMinutes: integer('--training-minutes', values['training-minutes'] ?? '15', 7_200),
    shards: values.shards,
    reading: values.reading,
    brief: values.brief === true,
    json: values.json === true,
  };
}

function integer(option: string, value: string | undefined, max: number): number {
  const number = Number(value);
  if (value === undefined || !/^\d+$/.test(value) || number < 1 || number > max) {
    throw new UsageError(
      `${option} is ${value === undefined ? 'not given' : JSON.stringify(value)}; it must be an integer from 1 to ${max}`,
    );
  }
  return number;
}

const secondsPer: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600 };

function seconds(value: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value ?? '');
  const amount = Number(match?.[1]) * (secondsPer[match?.[2] ?? ''] ?? Number.NaN);
  if (!(amount > 0)) {
    throw new UsageError(
      `--interval is ${value === undefined ? 'not given' : JSON.stringify(value)}; it must be a time such as 500ms, 5s, 2m or 1h`,
    );
  }
  return amount;
}

function sender(value: string | undefined): Sender | undefined {
  const known = senders.find((name) => name === value);
  if (value !== undefined && known === undefined) {
    throw new UsageError(`--sender is ${JSON.stringify(value)}; it must be one of ${senders.join(', ')}`);
  }
  return known;
}
