import * as path from 'node:path';
import { GivenOptions, optionLines, type OptionSpecs } from '../../local/cli/option-specs';

export interface RepeatableOptions {
  readonly records: number;
  readonly devices: number;
  readonly seed: number;
  readonly out: string;
}

const specs = {
  records: { type: 'string', value: 'N', doc: 'records to simulate', default: '20000' },
  devices: { type: 'string', value: 'N', doc: 'devices to simulate', default: '40' },
  seed: { type: 'string', value: 'N', doc: 'of the simulated fleet', default: '1' },
  out: { type: 'string', value: 'DIR', doc: 'where the runs lie', default: '.out/repeatable' },
  help: { type: 'boolean', doc: 'this text' },
} as const satisfies OptionSpecs;

export const helpText = [
  'Runs the whole pipeline twice on the same simulated fleet: with one worker that reads by enhanced fan-out, and with three that poll,',
  'of which one is killed half-way. Training set and model have to be the same, to the byte.',
  '',
  'Usage: npm run repeatable -- [options]',
  '',
  'Options:',
  ...optionLines(specs),
  '',
  'Ends with exit code 0 when they are the same, 1 when they are not or a run failed, 2 when an option is wrong, 130 after Ctrl-C.',
  '',
].join('\n');

/** Reads the command line. @returns undefined when help was asked for @throws UsageError naming the option and what is allowed */
export function parseOptions(argv: readonly string[]): RepeatableOptions | undefined {
  const given = new GivenOptions(specs, argv, 'npm run repeatable');
  if (given.flag('help')) {
    return undefined;
  }
  return {
    records: given.integer('records', 1, 1_000_000_000) ?? 0,
    devices: given.integer('devices', 1, 1_000_000) ?? 0,
    seed: given.integer('seed', 0, 2 ** 32 - 1) ?? 0,
    out: path.resolve(given.text('out')),
  };
}
