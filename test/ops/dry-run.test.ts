import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../lib/shared/node-bundle';
import { assemblyOf, prefixOf } from './assembly-fixture';

const assembly = assemblyOf({
  lake: { resources: { Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } } },
});

/** The command as npm starts it, in an environment without credentials. */
function ops(...args: readonly string[]) {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', join('ops', 'main.ts'), ...args], {
    cwd: projectRoot,
    encoding: 'utf8',
    env: { PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, stdout, stderr };
}

test('deploy --dry-run says what it would run', () => {
  expect(ops('deploy', '--stage', 'dev', '--assembly', assembly, '--dry-run')).toEqual({
    status: 0,
    stdout: `Would run:\n  deploy                       npx cdk deploy --app ${assembly} --all --progress events\n`,
    stderr: '',
  });
});

test('destroy --dry-run says what stays', () => {
  const { status, stdout } = ops('destroy', '--stage', 'dev', '--assembly', assembly, '--dry-run');

  expect(status).toBe(0);
  expect(stdout).toContain(`AWS::S3::Bucket  ${prefixOf('dev')}lake / Bucket`);
  expect(stdout).toContain(`npx cdk destroy --app ${assembly} --force --exclusively ${prefixOf('dev')}lake`);
});

test('what is wrong with the command line is on standard error, with exit code 2', () => {
  const { status, stdout, stderr } = ops('destroy', '--stage', 'dev', '--force');

  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Unknown option '--force'[^]*npm run destroy -- --help lists the options\.\n$/);
});

test('what is no assembly is said in a line, without a stack trace', () => {
  const { status, stdout, stderr } = ops('diff', '--stage', 'dev', '--assembly', '/nonexistent', '--dry-run');

  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^--assembly is "\/nonexistent"; it must be what cdk synth wrote: ENOENT[^\n]*\nnpm run diff -- --help/);
});

test('without credentials nothing is deployed, and what is missing is said', () => {
  const { status, stdout } = ops('deploy', '--stage', 'dev', '--assembly', assembly);

  expect(status).toBe(1);
  expect(stdout).toMatch(/^Cannot deploy yet\.\n\nNo AWS credentials: /);
  expect(stdout).toContain('No region: set AWS_REGION');
});

test('data of a stage that does not allow it is not destroyed, whoever says yes', () => {
  const { status, stdout } = ops('destroy', '--stage', 'prod', '--destroy-data', '--assembly', assembly, '--yes');

  expect([status, stdout]).toEqual([2, '']);
});
