import { defaultDomain } from '../../domains';
import { GivenOptions, optionLines, type OptionSpecs } from '../cli/option-specs';
import { domainOption } from '../cli/options';
import { UsageError } from '../cli/usage-error';

/** Where `npm run score` is to score. */
export type ScoreOptions =
  | {
      /** The folder of an earlier run on this machine. */
      readonly out: string;
    }
  | {
      /** A stage that is deployed. */
      readonly stage: string;
      readonly domain: string;
      /** Of the AWS configuration files. @default - as the environment says */
      readonly profile: string | undefined;
    };

/** Every option, with its documentation and default: the parser and the help are both made from this. */
export const scoreOptionSpecs = {
  out: { type: 'string', value: 'DIR', doc: 'the folder of an earlier npm start', default: '.local' },
  stage: { type: 'string', value: 'NAME', doc: 'score on AWS, in this stage, instead of on this machine' },
  domain: { type: 'string', value: 'NAME', doc: `with --stage: the pipeline's domain [default: ${defaultDomain}]` },
  profile: {
    type: 'string',
    value: 'NAME',
    doc: 'with --stage: of the AWS configuration files [default: as the environment says]',
  },
  help: { type: 'boolean', doc: 'this text' },
} as const satisfies OptionSpecs;

/** The text of `--help`. */
export function scoreHelp(): string {
  return [
    'Scores by hand, as the schedule would: rows that have arrived since the last batch get a prediction by the model in use. A batch that',
    'was broken off is taken up again; no row is scored twice.',
    '',
    'Usage: npm run score -- [options]',
    '',
    'Options:',
    ...optionLines(scoreOptionSpecs, 22),
    '',
    'Without --stage the run is on this machine, over what an earlier npm start has left. With --stage it is an execution of the',
    'state machine on AWS, with your credentials; Ctrl-C ends the following then, and not the execution.',
    '',
    'Ends with exit code 0 when a batch is scored or there is nothing to score, 1 when the run failed, 2 when an option is wrong, 130',
    'after Ctrl-C.',
    '',
  ].join('\n');
}

/**
 * Reads the command line.
 *
 * @returns undefined when help was asked for
 * @throws UsageError naming the option and what is allowed
 */
export function parseScoreOptions(argv: readonly string[]): ScoreOptions | undefined {
  const given = new GivenOptions(scoreOptionSpecs, argv, 'npm run score');
  if (given.flag('help')) {
    return undefined;
  }
  if (given.positionals.length > 0) {
    throw new UsageError(`unexpected argument ${JSON.stringify(given.positionals[0])}; see npm run score -- --help`);
  }
  const onAws = given.has('stage');
  for (const name of onAws ? (['out'] as const) : (['domain', 'profile'] as const)) {
    if (given.has(name)) {
      throw new UsageError(`--${name} ${onAws ? 'cannot go with --stage' : 'goes with --stage only'}`);
    }
  }
  return onAws
    ? {
        stage: given.text('stage'),
        domain: domainOption(given.has('domain') ? given.text('domain') : defaultDomain),
        profile: given.has('profile') ? given.text('profile') : undefined,
      }
    : { out: given.text('out') };
}
