import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GithubAccessStack } from '../../../lib/ci/github-access-stack';
import { acknowledgements } from '../../../lib/security/acknowledgements';
import { acknowledgeFindings, rulePacks, type Finding } from '../../../lib/security/security-checks';
import { wildcardActions } from '../../../lib/security/wildcards';
import { buildFixture } from '../build-fixture';
import { exampleConfigurations } from '../configurations';
import { templatesOf } from '../templates';
import { statementsOf, type FoundStatement } from './statements';

/** The templates that have been looked at: many configurations differ in one stack alone. */
const seen = new Set<string>();

/** Every example configuration, built once: what the rule packs say of it, and what its policies allow. */
const checked = exampleConfigurations.map(({ name, settings, context, domain }) => {
  const pipeline = buildFixture({ settings, domain, ...(context !== undefined && { context }) });
  const templates = templatesOf(pipeline);
  const every = templates.flatMap((template) => statementsOf(template.name, template.resources));
  const buckets = templates.flatMap(({ resources }) => Object.values(resources).filter(({ Type }) => Type === 'AWS::S3::Bucket'));
  const others = templates.filter(({ text }) => !seen.has(text) && seen.add(text));
  const reports = others.map(({ stack }) => acknowledgeFindings(stack));
  return {
    name,
    statements: every.filter(({ effect }) => effect === 'Allow'),
    denied: every.filter(({ effect }) => effect === 'Deny'),
    buckets: buckets.length,
    report: { open: reports.flatMap(({ open }) => open), used: reports.flatMap(({ used }) => used) },
  };
});
const access = githubAccess();
const statements = [...checked, access].flatMap((each) => each.statements);

/** The stack by which GitHub's workflows deploy: an app of its own. */
function githubAccess() {
  const app = new App();
  const stack = new GithubAccessStack(app, 'iot-to-model-github-access', {
    repository: 'acme/pipeline',
    environments: ['dev', 'prod'],
  });
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, { Type: string }> };
  const found = statementsOf('access', Resources).filter(({ effect }) => effect === 'Allow');
  return { name: 'the access of GitHub', statements: found, report: acknowledgeFindings(app) };
}

function text({ rule, finding, where, description }: Finding): string {
  return `${rule}${finding === '' ? '' : `[${finding}]`} at ${where}: ${description.replace(/ - \(Control IDs:.*/s, '')}`;
}

describe('the rules of AwsSolutions and NIST 800-53 revision 5', () => {
  const used = new Set<string>();
  const open = new Map<string, string[]>();
  for (const { name, report } of [...checked, access]) {
    report.used.forEach(({ acknowledgement, rule }) => used.add(`${acknowledgements.indexOf(acknowledgement)} ${rule}`));
    for (const finding of report.open) {
      open.set(text(finding), [...(open.get(text(finding)) ?? []), name]);
    }
  }

  it('leave nothing open in any configuration', () => {
    expect(Object.fromEntries(open)).toEqual({});
  });

  it('need every acknowledgement, in one configuration at least', () => {
    const stale = acknowledgements.flatMap(({ rules, where }, index) =>
      rules.filter((rule) => !used.has(`${index} ${rule}`)).map((rule) => `${rule} at ${String(where)}`),
    );
    expect(stale).toEqual([]);
  });

  it('find nothing any more, run as plugins, once the table is applied', () => {
    const app = buildFixture({ context: { stage: 'prod' } }).foundation.node.root;
    acknowledgeFindings(app);
    for (const pack of rulePacks(app)) {
      expect(pack.validateScope(app)).toMatchObject({ success: true, violations: [] });
    }
  });

  it('would not be met without the table', () => {
    const app = buildFixture().foundation.node.root;
    expect(rulePacks(app).map((pack) => pack.validateScope(app).success)).toEqual([false, false]);
  });

  it('are acknowledged with a reason that says something', () => {
    for (const { reason } of acknowledgements) {
      expect(reason).toMatch(/^[A-Z].{40,}/s);
    }
  });
});

/** In the policy of a key `*` is the key itself. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
const keyPolicy = 'AWS::KMS::Key';

/** What a service that encrypts is granted, in the documentation's own form. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
const keyFamilies = ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

/** The policy of an endpoint grants nothing: it bounds what goes through. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const endpoint = 'AWS::EC2::VPCEndpoint';

/** A trust policy says who may take on a role; it names no resource. */
function isTrust({ actions }: FoundStatement): boolean {
  return actions.every((action) => action.startsWith('sts:'));
}

/** Every resource of a service, or every resource there is. */
function isEverything(resource: unknown): boolean {
  return typeof resource === 'string' && /^(?:arn:[^:]*:[^:]*:[^:]*:[^:]*:)?\*$/.test(resource);
}

describe('the policies of every configuration', () => {
  const allowed = statements.filter(({ type }) => type !== endpoint);
  const onEverything = allowed
    .filter((statement) => statement.type !== keyPolicy && !isTrust(statement) && statement.resources.some(isEverything))
    .flatMap(({ actions, where }) => actions.map((action) => ({ action, where })));
  const listed = wildcardActions.flatMap(({ actions }) => actions);

  it('allow on every resource only what can be allowed on none in particular', () => {
    const notListed = onEverything.filter(({ action }) => !listed.includes(action));
    expect([...new Set(notListed.map(({ action, where }) => `${action} by ${where}`))]).toEqual([]);
  });

  it('need every action that is listed as taking no resource', () => {
    const used = new Set(onEverything.map(({ action }) => action));
    expect(listed.filter((action) => !used.has(action))).toEqual([]);
  });

  it('name each action; only the account itself may do everything, with its own keys', () => {
    const broad = allowed.filter(({ type, actions }) =>
      actions.some((action) => action.includes('*') && !(type === keyPolicy && keyFamilies.includes(action))),
    );
    expect(broad.filter((statement) => !isAccountOverKey(statement)).map(({ where, actions }) => [where, actions])).toEqual([]);
  });

  it('let nobody in whom they do not name', () => {
    const anybody = allowed.filter(({ principal }) => JSON.stringify(principal ?? '').includes('"*"'));
    expect(anybody.map(({ where }) => where)).toEqual([]);
  });

  it('let through the endpoints only who and what is of this account, or is named', () => {
    const passes = statements.filter(({ type }) => type === endpoint);
    const anything = passes.filter(
      ({ condition, resources }) =>
        !JSON.stringify(condition ?? {}).includes('"aws:PrincipalAccount"') && resources.some(isEverything),
    );
    expect(passes.length).toBeGreaterThan(0);
    expect(anything.map(({ where }) => where)).toEqual([]);
  });

  it('let no role delete data, or the key that it is read with', () => {
    const deletes = allowed
      .flatMap(({ type, actions, where }) => (type === keyPolicy ? [] : actions.map((action) => ({ action, where }))))
      .filter(({ action }) => /:(?:\w*Delete|ScheduleKeyDeletion|Purge|PutLifecycle|PutBucket|\w*Retention)/.test(action))
      .map(({ action }) => action);
    // Leases; log deliveries, network interfaces, and what an endpoint serves, which hold none.
    expect([...new Set(deletes)].sort()).toEqual([
      'dynamodb:DeleteItem',
      'ec2:DeleteNetworkInterface',
      'ec2:DeleteNetworkInterfacePermission',
      'logs:DeleteLogDelivery',
      'sagemaker:DeleteEndpoint',
      'sagemaker:DeleteEndpointConfig',
      'sagemaker:DeleteModel',
    ]);
  });

  it('refuse whoever comes to a bucket by less than TLS 1.2', () => {
    for (const { denied, buckets } of checked) {
      const refusing = denied.filter(({ condition }) => JSON.stringify(condition ?? {}).includes('{"s3:TlsVersion":1.2}'));
      expect(new Set(refusing.map(({ where }) => where)).size).toBe(buckets);
    }
  });

  it('allow nothing by naming what is not allowed', () => {
    expect(allowed.filter(({ negations }) => negations.length > 0).map(({ where }) => where)).toEqual([]);
  });

  it('say in each statement of a role what it is for', () => {
    const unnamed = allowed.filter(
      (statement) => statement.type === 'AWS::IAM::Role' && !isTrust(statement) && !statement.where.includes(' '),
    );
    expect([...new Set(unnamed.map(({ where }) => where))]).toEqual([]);
  });
});

/** That the account's own policies may give rights over a key. Without it a key that nobody can manage any more would be possible. */
function isAccountOverKey({ type, actions, principal }: FoundStatement): boolean {
  return type === keyPolicy && actions.join() === 'kms:*' && /^\{"AWS":.*:root"[\]}]*$/.test(JSON.stringify(principal));
}
