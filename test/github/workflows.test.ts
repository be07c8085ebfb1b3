import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lib/shared/node-bundle';
import { stages } from '../../lib/config/stages';

const directory = join(projectRoot, '.github', 'workflows');
const workflows = readdirSync(directory).map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
const scripts = Object.keys((JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object }).scripts);

test('there are the four', () => {
  expect(workflows.map(({ name }) => name)).toEqual(['ci.yml', 'deploy.yml', 'diff.yml', 'drift.yml']);
});

test.each(workflows)('$name runs scripts that package.json has', ({ text }) => {
  const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script);

  expect(named.filter((script) => !scripts.includes(script ?? ''))).toEqual([]);
});

test.each(workflows)('$name pins every action to a commit, with its version beside', ({ text }) => {
  const uses = [...text.matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action);

  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});

test.each(workflows)('$name stores no keys, and grants little by default', ({ text }) => {
  expect(text).not.toMatch(/secrets\.|AWS_SECRET_ACCESS_KEY|aws-access-key-id/);
  expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
});

test('a token for AWS is asked for by the jobs that need one, and by no others', () => {
  const jobs = workflows.map(({ name, text }) => [
    name,
    text.split('id-token: write').length - 1,
    text.split('role-to-assume:').length - 1,
  ]);

  expect(jobs).toEqual([
    ['ci.yml', 0, 0],
    ['deploy.yml', 2, 2],
    ['diff.yml', 1, 2],
    ['drift.yml', 1, 1],
  ]);
});

test('every stage is tested, compared, deployed and checked for drift', () => {
  const text = Object.fromEntries(workflows.map(({ name, text: all }) => [name, all]));
  for (const stage of Object.keys(stages)) {
    expect(text['ci.yml']).toMatch(new RegExp(`stage: \\[.*\\b${stage}\\b.*\\]`));
    expect(text['diff.yml']).toContain(`-c stage=${stage} `);
    expect(text['deploy.yml']).toContain(`environment: ${stage}\n`);
    expect(text['deploy.yml']).toContain(`--stage ${stage} --yes`);
    expect(text['drift.yml']).toContain(`- stage: ${stage}\n`);
  }
});

test('a deployment waits for the one before of the same stage, and not for one of another', () => {
  const deploy = workflows.find(({ name }) => name === 'deploy.yml')?.text ?? '';

  expect(deploy).not.toMatch(/^concurrency:/m);
  for (const stage of Object.keys(stages)) {
    expect(deploy).toMatch(
      new RegExp(
        `environment: ${stage}\\n(?: +#.*\\n)* {4}concurrency:\\n {6}group: deploy-${stage}\\n {6}cancel-in-progress: false\\n`,
      ),
    );
  }
});

test('what the workflows read is explained', () => {
  const explained = readFileSync(join(projectRoot, 'docs', 'deploying.md'), 'utf8');
  const variables = new Set(workflows.flatMap(({ text }) => [...text.matchAll(/vars\.(\w+)/g)].map(([, name]) => name ?? '')));

  expect([...variables].filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
});
