import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GithubAccessStack, type GithubAccessProps } from '../../../lib/ci/github-access-stack';

interface RoleProperties {
  readonly Description: string;
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly AssumeRolePolicyDocument: {
    readonly Statement: readonly [{ readonly Action: string; readonly Condition: unknown; readonly Principal: unknown }];
  };
}

const templateOf = (props: Partial<GithubAccessProps> = {}): Template =>
  Template.fromStack(
    new GithubAccessStack(new App(), 'access', {
      repository: 'acme/pipeline',
      environments: ['dev', 'prod'],
      appNames: ['iot-to-model', 'trial'],
      ...props,
    }),
  );

const rolesOf = (template: Template): readonly RoleProperties[] =>
  Object.values(template.findResources('AWS::IAM::Role') as Record<string, { Properties: RoleProperties }>).map(
    ({ Properties }) => Properties,
  );

describe('the access of GitHub’s workflows', () => {
  const template = templateOf();

  test('each role lets in one subject of one repository, by token', () => {
    expect(
      rolesOf(template).map(({ Description, AssumeRolePolicyDocument: { Statement } }) => [
        Description,
        Statement.length,
        Statement[0].Action,
        Statement[0].Condition,
      ]),
    ).toEqual(
      [
        ['Reads, to show what a pull request would change', 'pull_request'],
        ['Deploys to dev', 'environment:dev'],
        ['Deploys to prod', 'environment:prod'],
        ['Looks for drift', 'ref:refs/heads/main'],
      ].map(([description, subject]) => [
        description,
        1,
        'sts:AssumeRoleWithWebIdentity',
        {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': `repo:acme/pipeline:${subject}`,
          },
        },
      ]),
    );
  });

  test('a pull request takes on the lookup role and nothing else; a deployment the four of the bootstrapping', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    const takenOn = (purpose: string) => policies.split(`:role/cdk-hnb659fds-${purpose}-role-`).length - 1;

    expect(['lookup', 'deploy', 'file-publishing', 'image-publishing'].map(takenOn)).toEqual([3, 2, 2, 2]);
    expect(policies).not.toContain('cfn-exec');
  });

  test('only what looks for drift has rights of its own, and none of them is to read data', () => {
    expect(
      rolesOf(template).map(({ ManagedPolicyArns = [] }) => JSON.stringify(ManagedPolicyArns).includes('SecurityAudit')),
    ).toEqual([false, false, false, true]);
  });

  test('drift is looked for in the stacks of every name that a stage gives the app', () => {
    const [name, other] = ['iot-to-model', 'trial'].map((app) => `:stack/${app}-*`);
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));

    expect([policies.includes(name ?? ''), policies.includes(other ?? '')]).toEqual([true, true]);
    expect(JSON.stringify(templateOf({ appNames: ['trial'] }).findResources('AWS::IAM::Policy'))).not.toContain(name);
  });

  test('what SecurityAudit does not show of the stacks’ resources is granted beside it, on the pipeline’s own', () => {
    const policies = Object.values(
      template.findResources('AWS::IAM::Policy') as Record<
        string,
        { Properties: { PolicyDocument: { Statement: readonly { Sid: string; Action: unknown; Resource: unknown }[] } } }
      >,
    );
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const read = statements.filter(({ Sid }) => Sid.startsWith('Read'));

    expect(read.flatMap(({ Action }) => Action)).toEqual([
      'glue:GetDatabase',
      'glue:GetTable',
      'athena:GetNamedQuery',
      'iot:GetTopicRule',
      'scheduler:GetSchedule',
      'lambda:GetFunction',
    ]);
    expect(JSON.stringify(read)).toMatch(
      /database\/iot_to_model_\*.*database\/trial_\*.*function:iot-to-model-\*.*function:trial-\*/,
    );
    expect(read.map(({ Resource }) => Resource)).not.toContain('*');
  });

  test('the provider is made once in an account, or used where it is', () => {
    template.resourceCountIs('AWS::IAM::OIDCProvider', 1);
    const second = templateOf({ providerExists: true });
    second.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    expect(JSON.stringify(rolesOf(second)[0]?.AssumeRolePolicyDocument.Statement[0].Principal)).toContain(
      ':oidc-provider/token.actions.githubusercontent.com',
    );
  });
});
