import { grouped, table } from './markdown';

/** What stands in a stack's template, counted. */
export interface StackFigures {
  readonly resources: number;
  readonly roles: number;
  /** Policies of roles, inline or attached, without those that say who may take a role on. */
  readonly policies: number;
  readonly statements: number;
  /** Policies that resources have themselves: of keys, buckets, queues, topics, endpoints. */
  readonly resourcePolicies: number;
  readonly resourceStatements: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A template as far as it is counted. */
export interface CountedTemplate {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

const identities = new Set(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']);

/** Counts a template's resources, policies and statements. */
export function figuresOf({ Resources = {} }: CountedTemplate): StackFigures {
  const resources = Object.values(Resources);
  const documents = resources.map(({ Type, Properties = {} }) => {
    const own = Object.entries(Properties).filter(([name]) => name !== 'AssumeRolePolicyDocument');
    return { Type, documents: policyDocuments(own) };
  });
  const statementsOf = (isIdentity: boolean): number[] =>
    documents.filter(({ Type }) => identities.has(Type) === isIdentity).flatMap(({ documents: found }) => found);
  const total = (statements: readonly number[]): number => statements.reduce((sum, count) => sum + count, 0);
  const own = statementsOf(true);
  const others = statementsOf(false);
  return {
    resources: resources.length,
    roles: resources.filter(({ Type }) => Type === 'AWS::IAM::Role').length,
    policies: own.length,
    statements: total(own),
    resourcePolicies: others.length,
    resourceStatements: total(others),
  };
}

/** The number of statements of every policy document within a value. */
function policyDocuments(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (!Array.isArray(value) && 'Statement' in value && 'Version' in value) {
    return [Array.isArray(value.Statement) ? value.Statement.length : 1];
  }
  return Object.values(value).flatMap(policyDocuments);
}

/** The templates of a stage's stacks, by the stack's name in `Pipeline`. */
export type TemplatesOfStage = Readonly<Record<string, CountedTemplate>>;

/** The page `docs/resources.md`. @param stages the templates by stage, all for the same domain */
export function resourceReference(stages: Readonly<Record<string, TemplatesOfStage>>): string {
  return `${[intro, ...Object.entries(stages).map(([stage, templates]) => figures(stage, templates)), independence, synthTime].join('\n\n')}\n`;
}

function figures(stage: string, templates: TemplatesOfStage): string {
  const rows = Object.entries(templates).map(([stack, template]) => ({ stack, ...figuresOf(template) }));
  const columns = ['resources', 'roles', 'policies', 'statements', 'resourcePolicies', 'resourceStatements'] as const;
  const cells = rows.map((row) => [row.stack, ...columns.map((column) => grouped(row[column]))]);
  const sums = columns.map((column) => grouped(rows.reduce((sum, row) => sum + row[column], 0)));
  const head = [
    'stack',
    'resources',
    'roles',
    'policies of roles',
    'their statements',
    'policies of resources',
    'their statements',
  ];
  return `## ${stage}\n\n${table(head, [...cells, ['**all**', ...sums]])}`;
}

const intro = `# What is deployed

<!-- Written by \`npm run docs\` from lib/config/reference/resource-figures.ts and the templates; a test holds it to them. -->

The stacks of the domain \`factory\`, counted in their templates. Policies of roles are what a role may do; who may take it on is not
among them. Policies of resources are those of keys, buckets, queues, topics, VPC endpoints and devices.`;

const independence = `## Each stack by itself

Stacks refer to each other weakly (\`Fn::GetStackOutput\`): CloudFormation reads the other's output when it creates or updates the one that
refers, and forgets about it. So no export locks a stack, each can be changed, deleted and made again by itself, and after a resource was
**replaced** in one, those that refer to it are deployed again with \`--force\`, since their templates have not changed.

A change of configuration touches the stacks that it is about and leaves the templates of the others as they are, byte by byte:
\`test/lib/independence.test.ts\` says for a dozen keys which those are.

${table(
  ['stack', 'stands on', 'what it keeps', 'deleted and made again, or a resource replaced'],
  [
    [
      'foundation',
      '–',
      'operations key, access logs',
      'Other addresses make another VPC; the old one cannot go while tasks and endpoints are in it. Deploy foundation, then consumer and training with `--force`, then delete the old VPC by hand.',
    ],
    [
      'ingestion',
      'foundation',
      'stream and key, undelivered messages',
      'The old stream stays and is read no more. The leases name its sequence numbers: delete consumer first, deploy both again, then monitoring with `--force`.',
    ],
    [
      'lake',
      'foundation',
      'bucket and key',
      'The old bucket stays with all files; the new one is empty. `cdk import` takes the old one up again. Then delivery, consumer, training with `--force`.',
    ],
    [
      'delivery',
      'foundation, lake',
      'nothing',
      'Firehose gives no guarantee for what it holds when a delivery stream is deleted: set the consumer to no tasks and wait for `delivery.bufferIntervalSeconds` before. Then consumer, training and monitoring with `--force`.',
    ],
    [
      'consumer',
      'foundation, ingestion, delivery',
      'lease table, device state table',
      'A new lease table starts at `consumer.initialPosition`: what is still on the stream is read again, and queries drop the duplicates. Devices start over with their features. Then monitoring with `--force`.',
    ],
    [
      'training',
      'foundation, lake, delivery',
      'nothing',
      'Training sets, models and their records lie in the lake. Then monitoring with `--force`.',
    ],
    [
      'scoring',
      'foundation, lake, delivery, consumer, training',
      'nothing',
      'Batches and predictions lie in the lake: the next run goes on where the last one ended. Then monitoring with `--force`.',
    ],
    ['monitoring', 'all but lake', 'nothing', 'Alarms begin without a history.'],
  ],
)}

What is kept stays when its stack is deleted, unless [both opt-ins](configuration.md#the-pipeline-as-a-whole) were given.`;

const synthTime = `## Time to synthesize

\`npx cdk synth -c stage=prod\` takes about 5 s on two cores that do nothing else, with the template validator on: 1 s for npx and the command
line, 1.5 s for the app, 2.5 s for the validator, nearly all of which starts its engine, however many stacks there are. Without it
(\`CDK_VALIDATION=false\`, as the local run and the tests have it) about 3 s. 6 s is what it may take; [decision 9](decisions/0009-synth-time.md)
says what was done for it. The templates are the same bytes on every machine and every version of Node.js, so a difference is a change.`;
