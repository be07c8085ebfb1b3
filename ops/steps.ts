import type { OpsOptions } from './options';

/** A call of the CDK's command line. */
export interface Step {
  /** What it is for, as it is announced. */
  readonly title: string;
  /** Behind `cdk`. */
  readonly args: readonly string[];
}

/** The context that the app is synthesized with. */
function context({ stage, domain, destroyData }: OpsOptions): readonly string[] {
  return ['-c', `stage=${stage}`, '-c', `domain=${domain}`, ...(destroyData ? ['-c', `destroyData=${stage}`] : [])];
}

const profile = (options: OpsOptions): readonly string[] => (options.profile === undefined ? [] : ['--profile', options.profile]);

/** Writes the templates into `directory`. Needs neither credentials nor Docker. */
export function synthesis(options: OpsOptions, directory: string): Step {
  return { title: 'synthesize', args: ['synth', '--quiet', '--output', directory, ...context(options)] };
}

/**
 * What is done with the templates in `directory`.
 *
 * To destroy data takes two steps: a deployment that lifts its protection, because CloudFormation deletes a stack by the template that
 * it has, and then the deletion.
 *
 * @param stacks those to act on; for a deletion the ones without termination protection
 */
export function steps(options: OpsOptions, directory: string, stacks: readonly string[]): readonly Step[] {
  const app = ['--app', directory, ...profile(options)];
  const deploy = ['deploy', ...app, '--all', '--progress', 'events'];
  switch (options.command) {
    case 'deploy':
      return [{ title: 'deploy', args: [...deploy, ...(options.yes ? ['--require-approval', 'never'] : [])] }];
    case 'diff':
      return [{ title: 'compare with the account', args: ['diff', ...app, '--all'] }];
    case 'drift':
      return [{ title: 'look for drift', args: ['drift', ...app, '--fail', ...stacks] }];
    case 'destroy':
      return [
        ...(options.destroyData
          ? [{ title: 'lift the protection of data', args: [...deploy, '--require-approval', 'never'] }]
          : []),
        // Asked already, in words that say what is lost.
        { title: 'delete', args: ['destroy', ...app, '--force', '--exclusively', ...stacks] },
      ];
  }
}
