import { userInfo } from 'node:os';
import { defaultDomain } from '../../domains';
import { GivenOptions, instantOf, optionLines, type OptionSpecs } from '../cli/option-specs';
import { domainOption } from '../cli/options';
import { UsageError } from '../cli/usage-error';
import type { TrainingRequest } from '../training/request';

/** What `npm run train` is asked for. */
export interface TrainOptions {
  readonly request: Omit<TrainingRequest, 'due'>;
  readonly where:
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
}

/** Every option, with its documentation and default: the parser and the help are both made from this. */
export const trainOptionSpecs = {
  window: {
    type: 'string',
    value: 'START/END',
    doc: 'event time to train on, two instants in UTC [default: as the schedule would choose]',
  },
  revision: { type: 'boolean', doc: 'close the window once more, with what has arrived since it was closed' },
  force: { type: 'boolean', doc: 'train though a gate is not passed, or the day’s budget is spent; it is recorded' },
  out: { type: 'string', value: 'DIR', doc: 'the folder of an earlier npm start', default: '.local' },
  stage: { type: 'string', value: 'NAME', doc: 'train on AWS, in this stage, instead of on this machine' },
  domain: { type: 'string', value: 'NAME', doc: `with --stage: the pipeline's domain [default: ${defaultDomain}]` },
  profile: {
    type: 'string',
    value: 'NAME',
    doc: 'with --stage: of the AWS configuration files [default: as the environment says]',
  },
  help: { type: 'boolean', doc: 'this text' },
} as const satisfies OptionSpecs;

/** The text of `--help`. */
export function trainHelp(): string {
  return [
    'Starts a training run by hand and follows it: the window is closed, the training set is built and looked at, a job trains, and its',
    'model is judged and registered. What was trained on before is not trained on again.',
    '',
    'Usage: npm run train -- [options]',
    '',
    'Options:',
    ...optionLines(trainOptionSpecs, 22),
    '',
    'Without --stage the run is on this machine, over what an earlier npm start has left. With --stage it is an execution of the',
    'state machine on AWS, with your credentials; Ctrl-C ends the following then, and not the execution.',
    '',
    'Ends with exit code 0 when a model is trained and judged, 1 when the run failed or was held back, 2 when an option is wrong,',
    '130 after Ctrl-C.',
    '',
  ].join('\n');
}

/**
 * Reads the command line.
 *
 * @param user who asks
 * @returns undefined when help was asked for
 * @throws UsageError naming the option and what is allowed
 */
export function parseTrainOptions(argv: readonly string[], user: () => string = userName): TrainOptions | undefined {
  const given = new GivenOptions(trainOptionSpecs, argv, 'npm run train');
  if (given.flag('help')) {
    return undefined;
  }
  if (given.positionals.length > 0) {
    throw new UsageError(`unexpected argument ${JSON.stringify(given.positionals[0])}; see npm run train -- --help`);
  }
  const onAws = given.has('stage');
  for (const name of onAws ? (['out'] as const) : (['domain', 'profile'] as const)) {
    if (given.has(name)) {
      throw new UsageError(`--${name} ${onAws ? 'cannot go with --stage' : 'goes with --stage only'}`);
    }
  }
  const window = given.has('window') ? windowOf(given.text('window')) : undefined;
  return {
    request: {
      ...(window !== undefined && { window }),
      revision: given.flag('revision'),
      force: given.flag('force'),
      requestedBy: user(),
    },
    where: onAws
      ? {
          stage: given.text('stage'),
          domain: domainOption(given.has('domain') ? given.text('domain') : defaultDomain),
          profile: given.has('profile') ? given.text('profile') : undefined,
        }
      : { out: given.text('out') },
  };
}

function windowOf(text: string): NonNullable<TrainingRequest['window']> {
  const [start, end, ...more] = text.split('/').map(instantOf);
  if (start === undefined || end === undefined || more.length > 0) {
    throw new UsageError(
      `--window ${text}: allowed are two instants in UTC with a slash between, such as 2026-11-01T00:00Z/2026-11-20T00:00Z`,
    );
  }
  if (start >= end) {
    throw new UsageError(`--window ${text}: the start must be before the end`);
  }
  if (start % 1000 !== 0 || end % 1000 !== 0) {
    throw new UsageError(`--window ${text}: start and end must be whole seconds`);
  }
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** As the system knows the user; a container may have none. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'npm run train';
  }
}
