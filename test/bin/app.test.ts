import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../lib/shared/node-bundle';

// Each case starts a process, which takes seconds on a busy machine.
jest.setTimeout(60_000);

describe('the app, given a configuration that cannot be used', () => {
  const directory = mkdtempSync(join(tmpdir(), 'app-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Starts the app as the CDK's command line does. */
  function start(context: Readonly<Record<string, string>>) {
    const outdir = join(directory, Object.keys(context).join('-'));
    const env = {
      PATH: process.env['PATH'],
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    };
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: projectRoot,
      env,
      encoding: 'utf8',
    });
    return { status, stderr, stdout, synthesized: existsSync(join(outdir, 'manifest.json')) };
  }

  it.each([
    // What `cdk acknowledge` keeps in the context is no slip.
    [
      { domain: 'kitchen', 'acknowledged-issue-numbers': '34892' },
      'Configuration error: -c domain is "kitchen"; it must be one of factory, turbofan',
    ],
    [
      { stgae: 'prod' },
      'Configuration error: -c stgae is "prod"; it must be left out: the keys are stage, domain, shards, reading, endpoint, destroyData',
    ],
  ])('says once what is wrong with %j, ends with 2, and synthesizes nothing', (context, message) => {
    expect(start(context)).toEqual({ status: 2, stderr: `${message}\n`, stdout: '', synthesized: false });
  });
});
