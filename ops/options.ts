import { defaultDomain, domains } from '../domains';
import { stages } from '../lib/config/stages';
import { domainOption, flag, parseOptions, text } from './parse-options';
import { UsageError } from './usage-error';

/** What is done to a stage in an account. */
export const commands = ['deploy', 'diff', 'drift', 'destroy'] as const;
export type Command = (typeof commands)[number];

/** What the command line asks for. */
export interface OpsOptions {
  readonly command: Command;
  readonly stage: string;
  readonly domain: string;
  /** Of the AWS configuration files. @default - as the environment says */
  readonly profile: string | undefined;
  /** Ask nothing. */
  readonly yes: boolean;
  /** Say what would be done, and end. Needs no credentials. */
  readonly dryRun: boolean;
  /** Second opt-in to lose data; the first is `mayDestroyData` in the stage. Only with `destroy`. */
  readonly destroyData: boolean;
  /** A cloud assembly that is there already. @default - the app is synthesized */
  readonly assembly: string | undefined;
}

const does: Readonly<Record<Command, string>> = {
  deploy: 'Deploys a stage: checks what is needed, synthesizes, and lets the CDK deploy every stack.',
  diff: 'Shows what a deployment would change in the account.',
  drift: 'Shows what was changed in the account by other means; ends with 1 when something was.',
  destroy: 'Deletes a stage’s stacks, and says before what data stays and what goes.',
};

/** The text of `--help`. */
export function opsHelp(command: Command): string {
  return [
    does[command],
    '',
    `Usage: npm run ${command} -- --stage NAME [options]`,
    '',
    `  --stage NAME      ${Object.keys(stages).join(' or ')}; must be given`,
    `  --domain NAME     ${Object.keys(domains).join(' or ')} [default: ${defaultDomain}]`,
    '  --profile NAME    of the AWS configuration files [default: as the environment says]',
    ...(command === 'deploy' ? ['  --yes             ask nothing, not even before rights are widened'] : []),
    ...(command === 'destroy'
      ? [
          '  --yes             ask nothing',
          '  --destroy-data    data goes too, where the stage sets mayDestroyData; buckets must be empty',
        ]
      : []),
    '  --dry-run         say what would be done, and end; needs no credentials',
    '  --assembly DIR    take what was synthesized before, instead of synthesizing',
    '  --help            this text',
    '',
    'Ends with 0, with 1 when something failed or is missing, with 2 when an option or the configuration is',
    'wrong, and with 130 after Ctrl-C.',
    '',
  ].join('\n');
}

/** Reads the command line. @returns undefined when help was asked for @throws UsageError naming the option and what is allowed */
export function parseOpsOptions(command: Command, argv: readonly string[]): OpsOptions | undefined {
  const values = parseOptions(argv, {
    stage: text,
    domain: text,
    profile: text,
    assembly: text,
    yes: flag,
    'dry-run': flag,
    'destroy-data': flag,
    help: flag,
  });
  if (values.help === true) {
    return undefined;
  }
  const domain = domainOption(values.domain);
  const { stage } = values;
  if (stage === undefined || !Object.hasOwn(stages, stage)) {
    throw new UsageError(
      `--stage is ${stage === undefined ? 'not given' : JSON.stringify(stage)}; it must be one of ${Object.keys(stages).join(', ')}`,
    );
  }
  const destroyData = values['destroy-data'] === true;
  if (destroyData && command !== 'destroy') {
    throw new UsageError('--destroy-data goes with destroy only');
  }
  return {
    command,
    stage,
    domain,
    profile: values.profile,
    yes: values.yes === true,
    dryRun: values['dry-run'] === true,
    destroyData,
    assembly: values.assembly,
  };
}
