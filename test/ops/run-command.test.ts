import { readConfiguration } from '../../lib/config/read-configuration';
import { bootstrapHelp } from '../../ops/bootstrap';
import type { Findings } from '../../ops/needs';
import { parseOpsOptions, type Command } from '../../ops/options';
import { runCommand, type OpsPorts } from '../../ops/run-command';
import { assemblyOf, prefixOf, type StackFixture } from './assembly-fixture';

const stacks: Readonly<Record<string, StackFixture>> = {
  lake: {
    resources: {
      Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' },
      Table: { Type: 'AWS::Glue::Table' },
    },
  },
  consumer: {
    resources: {
      Leases: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain' },
      Logs: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Delete' },
      Lines: { Type: 'AWS::Logs::LogStream', DeletionPolicy: 'Retain', Properties: { LogGroupName: { Ref: 'Logs' } } },
      Service: { Type: 'AWS::ECS::Service' },
    },
  },
};
/** The same, of an app that was told to let data go. */
const letGo: typeof stacks = {
  lake: { resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Table: { Type: 'AWS::Glue::Table' } } },
  consumer: { resources: { Leases: { Type: 'AWS::DynamoDB::Table' } } },
};
const ready: Findings = { region: 'eu-west-1', docker: true, bootstrapped: 'yes' };

/** Runs a command with a CDK that only notes how it was called. */
async function run(
  text: string,
  {
    findings = ready,
    answer,
    codes = [],
    of = stacks,
  }: { findings?: Findings; answer?: string; codes?: number[]; of?: typeof stacks } = {},
) {
  const [command, ...argv] = text.split(' ');
  const stage = argv[argv.indexOf('--stage') + 1] ?? '';
  const options = parseOpsOptions(command as Command, [...argv, '--assembly', assemblyOf(of, stage)]);
  if (options === undefined) {
    throw new Error('help was asked for');
  }
  const calls: string[] = [];
  let written = '';
  const code = await runCommand(options, {
    runner: {
      cdk: async (args) => {
        calls.push(
          args
            .join(' ')
            .replaceAll(options.assembly ?? '', 'DIR')
            .replaceAll(prefixOf(stage), ''),
        );
        return codes.shift() ?? 0;
      },
      quietly: async () => 0,
    },
    probe: async () => findings,
    write: (line) => {
      written += line;
    },
    ask: async () => answer,
    now: () => Date.parse('2026-11-21T12:00:00Z'),
  });
  return { code, calls, written: written.replaceAll(prefixOf(stage), '') };
}

describe('deploy', () => {
  test('deploys every stack and says what comes next, with a record that the domain delivers', async () => {
    const { code, calls, written } = await run('deploy --stage dev --profile team');

    expect(code).toBe(0);
    expect(calls).toEqual(['deploy --app DIR --profile team --all --progress events']);
    expect(written).toContain('aws kinesis put-record --stream-name "$STREAM" --partition-key');
    expect(written).toMatch(/--data '\{"source_type":.*"event_time":"2026-11-2.*\}'/);
  });

  test('asks nothing with --yes', async () => {
    expect((await run('deploy --stage dev --yes')).calls).toEqual([
      'deploy --app DIR --all --progress events --require-approval never',
    ]);
  });

  test('does nothing while something is missing, and says all of it', async () => {
    const { code, calls, written } = await run('deploy --stage dev', {
      findings: { credentialsMissing: 'no provider has any', docker: false, bootstrapped: 'unknown' },
    });

    expect([code, calls]).toEqual([1, []]);
    expect(written).toMatch(/No AWS credentials: no provider has any[^]*No region[^]*No Docker/);
    expect(written).not.toContain('bootstrap');
  });

  test('explains bootstrapping where it was not done', async () => {
    const { code, calls, written } = await run('deploy --stage dev --profile team', {
      findings: { ...ready, bootstrapped: 'no' },
    });

    expect([code, calls]).toEqual([1, []]);
    expect(written).toContain('npx cdk bootstrap aws://ACCOUNT/eu-west-1 \\\n');
    expect(written).toContain('--cloudformation-execution-policies');
    expect(written).toContain('--profile team');
    expect(written).toContain('cloudformation:DescribeStacks');
  });

  test('ends with 130 when the CDK was interrupted, and says nothing of success', async () => {
    const { code, written } = await run('deploy --stage dev', { codes: [130] });

    expect(code).toBe(130);
    expect(written).not.toContain('Deployed');
  });
});

/** Nothing may be asked, said or run. */
const noPorts: OpsPorts = {
  runner: { cdk: fail, quietly: fail },
  probe: fail,
  write: fail,
  ask: fail,
  now: fail,
};

function fail(): never {
  throw new Error('something was done');
}

test('the bootstrapping of China and GovCloud is of their partitions', () => {
  const config = readConfiguration({ stage: 'dev' });

  expect(bootstrapHelp(config, 'cn-north-1', undefined)).toContain('--cloudformation-execution-policies arn:aws-cn:iam::ACCOUNT');
  expect(bootstrapHelp(config, 'us-gov-west-1', undefined)).toContain('arn:aws-us-gov:iam::ACCOUNT:role/cdk-hnb659fds-*');
  expect(bootstrapHelp(config, 'eu-west-1', undefined)).toContain('arn:aws:iam::ACCOUNT:policy/NAME');
});

test('diff and drift need no Docker', async () => {
  const findings = { ...ready, docker: false };

  expect((await run('diff --stage prod', { findings })).calls).toEqual(['diff --app DIR --all']);
  expect((await run('drift --stage prod', { findings, codes: [1] })).code).toBe(1);
});

describe('destroy', () => {
  test('says what stays and what goes, as the templates have it, before it asks', async () => {
    const { code, calls, written } = await run('destroy --stage dev', { answer: 'no' });

    expect([code, calls]).toEqual([1, []]);
    expect(written).toMatch(/Stays[^]*lake \/ Bucket\n[^]*consumer \/ Leases\n[^]*Goes, with what is in it/);
    expect(written).toMatch(
      /Goes, with what is in it[^]*lake \/ Table\n[^]*consumer \/ Logs\n[^]*Goes too:\n {2}1 ECS::Service, 1 Logs::LogStream\n/,
    );
    expect(written).toContain('Nothing was deleted.');
  });

  test('goes on when the stage’s name is typed', async () => {
    expect((await run('destroy --stage dev', { answer: ' dev\n' })).calls).toEqual([
      'destroy --app DIR --force --exclusively lake consumer',
    ]);
  });

  test('refuses when nobody can be asked', async () => {
    await expect(run('destroy --stage dev')).rejects.toThrow('nobody is there to confirm: run it in a terminal, or with --yes');
  });

  test('lifts the protection of data first, when both opt-ins are there', async () => {
    expect((await run('destroy --stage dev --destroy-data --yes', { of: letGo })).calls).toEqual([
      'deploy --app DIR --all --progress events --require-approval never',
      'destroy --app DIR --force --exclusively lake consumer',
    ]);
    expect((await run('destroy --stage dev --destroy-data --yes', { codes: [1], of: letGo })).calls).toHaveLength(1);
  });

  test('needs Docker only to let data go, which takes a deployment', async () => {
    const findings = { ...ready, docker: false };

    expect((await run('destroy --stage dev --yes', { findings })).code).toBe(0);
    expect((await run('destroy --stage dev --yes --destroy-data', { findings, of: letGo })).calls).toEqual([]);
  });

  test('refuses to destroy data of a stage that does not allow it', async () => {
    await expect(run('destroy --stage prod --destroy-data --yes')).rejects.toThrow('the stage prod does not set mayDestroyData');
  });

  test('refuses an assembly that was synthesized to keep data', async () => {
    await expect(run('destroy --stage dev --destroy-data --yes')).rejects.toThrow('without -c destroyData=dev: data stays');
  });

  test('says what is in no template and stays, as far as the stage has made it', async () => {
    const of = {
      training: { resources: { Workflow: { Type: 'AWS::StepFunctions::StateMachine' }, Key: { Type: 'AWS::KMS::Key' } } },
    };
    const { written } = await run('destroy --stage dev --dry-run', { of });

    expect(written).toMatch(
      /In no template, and stays:\n {2}log group \/aws\/sagemaker\/TrainingJobs, [^\n]*\n {2}keys, for 30 days [^\n]*\n\n/,
    );
  });

  test('names the endpoint that a workflow may have made, and how it is deleted', async () => {
    const scoring = { scoring: { resources: { Workflow: { Type: 'AWS::StepFunctions::StateMachine' } } } };
    const { written } = await run('destroy --stage dev --dry-run', { of: scoring });
    expect(written).toMatch(
      /the endpoint iot-to-model-dev-factory, .*\n +aws sagemaker delete-endpoint --endpoint-name iot-to-model-dev-factory\n/,
    );
    const kept = await run('destroy --stage prod --dry-run', {
      of: { scoring: { ...scoring.scoring, protected: true }, lake: { resources: {} } },
    });
    expect(kept.written).not.toContain('delete-endpoint');
  });

  test('leaves protected stacks as they are, and says so', async () => {
    const { calls, written } = await run('destroy --stage prod --yes', {
      of: { ...stacks, lake: { protected: true, resources: stacks['lake']?.resources ?? {} } },
    });

    expect(calls).toEqual(['destroy --app DIR --force --exclusively consumer']);
    expect(written).toMatch(/Protected against deletion[^]*\n {2}lake\n/);
    expect(written).not.toContain('lake / Table');
  });

  test('has nothing to do when every stack is protected', async () => {
    const { code, calls } = await run('destroy --stage prod --yes', { of: { lake: { protected: true, resources: {} } } });

    expect([code, calls]).toEqual([1, []]);
  });
});

test.each(['deploy', 'destroy'])('%s refuses an assembly of another stage or domain', async (command) => {
  const assembly = assemblyOf(stacks, 'dev');
  for (const argv of [
    ['--stage', 'prod'],
    ['--stage', 'dev', '--domain', 'turbofan'],
  ]) {
    const options = parseOpsOptions(command as Command, [...argv, '--assembly', assembly]);

    await expect(options && runCommand(options, noPorts)).rejects.toThrow(
      'it holds iot-to-model-dev-factory-lake, which is no stack of',
    );
  }
});

test.each([
  ['deploy', '--stage is not given; it must be one of dev, prod'],
  ['deploy --stage qa', '--stage is "qa"; it must be one of dev, prod'],
  ['diff --stage dev --domain moon', '--domain is "moon"; it must be one of'],
  ['deploy --stage dev --destroy-data', '--destroy-data goes with destroy only'],
  ['deploy --stage dev now', "Unexpected argument 'now'"],
])('%s is refused', (text, message) => {
  const [command, ...argv] = text.split(' ');

  expect(() => parseOpsOptions(command as Command, argv)).toThrow(message);
});
