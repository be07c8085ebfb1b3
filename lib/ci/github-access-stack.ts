import { Aws, CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnOIDCProvider,
  ManagedPolicy,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
  type IPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface GithubAccessProps extends StackProps {
  /** `owner/name`: the repository whose workflows are let in, and no other. */
  readonly repository: string;
  /** Environments of the repository that are deployed to; each gets a role of its own. */
  readonly environments: readonly string[];
  /** The branch that drift is looked for from. @default 'main' */
  readonly branch?: string;
  /** What the names of the pipeline's stacks begin with: `appName` of each stage's configuration. @default 'iot-to-model' */
  readonly appNames?: readonly string[];
  /** Qualifier of the bootstrapping whose roles are taken on. @default 'hnb659fds' */
  readonly qualifier?: string;
  /** Whether the account has GitHub's provider already: there can be only one. @default false */
  readonly providerExists?: boolean;
}

/** What GitHub signs its tokens as. https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** The roles that `cdk bootstrap` makes, by what they are for. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
type BootstrapRole = 'deploy' | 'file-publishing' | 'image-publishing' | 'lookup';

/**
 * Lets the workflows of one repository in, by short-lived tokens instead of stored keys. A role is bound to the environment or the branch
 * that its workflow runs for:
 *
 * - a pull request reads: it takes on the lookup role of the CDK's bootstrapping, and nothing else. That role has AWS's ReadOnlyAccess,
 *   so it also reads data that is not encrypted with a key of KMS;
 * - an environment deploys, once GitHub's rules for that environment (approval, branches) let the job start: it takes on the roles of the
 *   bootstrapping, and nothing else;
 * - the branch looks for drift. CloudFormation reads each resource with the rights of who asks, so this role may read how things are set
 *   up (SecurityAudit, and what that lacks), and not what is in them. A resource that it may not read is passed over without a word.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export class GithubAccessStack extends Stack {
  readonly #qualifier: string;
  readonly #providerArn: string;
  readonly #repository: string;

  constructor(scope: Construct, id: string, props: GithubAccessProps) {
    super(scope, id, { description: 'Lets the workflows of a GitHub repository deploy', ...props });
    const {
      repository,
      environments,
      branch = 'main',
      appNames = ['iot-to-model'],
      qualifier = 'hnb659fds',
      providerExists = false,
    } = props;
    this.#qualifier = qualifier;
    this.#repository = repository;
    this.#providerArn = providerExists
      ? Fn.sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${issuer}`)
      : new CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: [audience] }).attrArn;

    this.#deployer('PullRequest', 'pull_request', 'Reads, to show what a pull request would change', ['lookup']);
    for (const environment of environments) {
      this.#deployer(pascal(environment), `environment:${environment}`, `Deploys to ${environment}`, [
        'deploy',
        'file-publishing',
        'image-publishing',
        'lookup',
      ]);
    }
    this.#driftDetector(`ref:refs/heads/${branch}`, appNames);
  }

  /** A role that may do nothing but take on others. */
  #deployer(name: string, subject: string, description: string, takesOn: readonly BootstrapRole[]): void {
    const role = this.#role(name, subject, description);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'TakeOnBootstrapRoles',
        actions: ['sts:AssumeRole'],
        resources: takesOn.map(
          (purpose) =>
            `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-${this.#qualifier}-${purpose}-role-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
        ),
      }),
    );
  }

  #driftDetector(subject: string, appNames: readonly string[]): void {
    const role = this.#role('Drift', subject, 'Looks for drift');
    role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('SecurityAudit'));
    role.addToPolicy(
      new PolicyStatement({
        sid: 'DetectDriftOfTheStacks',
        actions: [
          'cloudformation:DetectStackDrift',
          'cloudformation:DetectStackResourceDrift',
          'cloudformation:DescribeStackResourceDrifts',
        ],
        resources: appNames.map((name) => `arn:${Aws.PARTITION}:cloudformation:${Aws.REGION}:${Aws.ACCOUNT_ID}:stack/${name}-*`),
      }),
    );
    const of = (service: string, ...patterns: readonly ((name: string) => string)[]): string[] =>
      appNames.flatMap((name) =>
        patterns.map((pattern) => `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${pattern(name)}`),
      );
    // Databases and rules have names without hyphens.
    const flat = (name: string): string => name.replaceAll('-', '_');
    // What the stacks hold and SecurityAudit does not show.
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html
    for (const [sid, actions, resources] of [
      [
        'ReadTables',
        ['glue:GetDatabase', 'glue:GetTable'],
        of(
          'glue',
          () => 'catalog',
          (name) => `database/${flat(name)}_*`,
          (name) => `table/${flat(name)}_*/*`,
        ),
      ],
      ['ReadQueries', ['athena:GetNamedQuery'], of('athena', (name) => `workgroup/${name}-*`)],
      ['ReadRules', ['iot:GetTopicRule'], of('iot', (name) => `rule/${flat(name)}_*`)],
      ['ReadSchedules', ['scheduler:GetSchedule'], of('scheduler', (name) => `schedule/default/${name}-*`)],
      ['ReadFunctions', ['lambda:GetFunction'], of('lambda', (name) => `function:${name}-*`)],
    ] satisfies [string, string[], string[]][]) {
      role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
    }
    role.addToPolicy(
      new PolicyStatement({
        sid: 'AskWhetherDetectionIsDone',
        // Asked by the id of the detection: the action knows no resource.
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
        actions: ['cloudformation:DescribeStackDriftDetectionStatus'],
        resources: ['*'],
      }),
    );
  }

  #role(name: string, subject: string, description: string): Role {
    const role = new Role(this, `${name}Role`, { description, assumedBy: this.#from(subject) });
    new CfnOutput(this, `${name}RoleArn`, { value: role.roleArn, description: `${description}, for ${subject}` });
    return role;
  }

  #from(subject: string): IPrincipal {
    return new WebIdentityPrincipal(this.#providerArn, {
      StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: `repo:${this.#repository}:${subject}` },
    });
  }
}

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
