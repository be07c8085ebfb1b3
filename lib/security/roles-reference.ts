import { code, table } from '../config/reference/markdown';
import type { CountedTemplate, TemplatesOfStage } from '../config/reference/resource-figures';

/** A statement of a role in words. */
interface Right {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

interface RoleOfTemplate {
  /** Logical id without its hash. */
  readonly name: string;
  readonly takenOnBy: readonly string[];
  readonly rights: readonly Right[];
}

/**
 * The page `docs/roles.md`: every role of a pipeline, who may take it on, and what it may do then.
 * @param templates of one stage, by stack
 */
export function rolesReference(stage: string, templates: TemplatesOfStage): string {
  const stacks = Object.entries(templates).flatMap(([stack, template]) => {
    const roles = rolesOf(template);
    return roles.length === 0 ? [] : [`## ${stack}`, ...roles.map(section)];
  });
  return `${[
    '# Who may do what',
    '<!-- Written by `npm run docs` from lib/security/roles-reference.ts and the templates; a test holds it to them. -->',
    `Every role of the stage ${code(stage)}: which service takes it on, and what it may do then. ${code('<…>')} stands for a name that ` +
      'CloudFormation makes up, region or account. The [threat model](security.md) says why, and what follows when one is misused.',
    ...stacks,
  ].join('\n\n')}\n`;
}

function section({ name, takenOnBy, rights }: RoleOfTemplate): string {
  const rows = rights.map(({ sid, actions, resources }) => [sid, actions.map(code).join(' '), resources.map(code).join(' ')]);
  return `### ${name}\n\nTaken on by ${takenOnBy.map(code).join(', ')}.\n\n${table(['statement', 'actions', 'resources'], rows)}`;
}

function rolesOf({ Resources = {} }: CountedTemplate): readonly RoleOfTemplate[] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([id, { Properties = {} }]) => {
      const attached = Object.values(Resources)
        .filter(
          ({ Type, Properties: policy = {} }) => Type === 'AWS::IAM::Policy' && JSON.stringify(policy.Roles).includes(`"${id}"`),
        )
        .map(({ Properties: policy = {} }) => policy);
      const own = (Properties.Policies ?? []) as readonly Readonly<Record<string, unknown>>[];
      return {
        name: withoutHash(id),
        takenOnBy: statements(Properties.AssumeRolePolicyDocument).flatMap(({ Principal }) =>
          Object.values(Principal as Readonly<Record<string, unknown>>).flatMap(list),
        ),
        rights: [...own, ...attached].flatMap(({ PolicyDocument }) =>
          statements(PolicyDocument).map(({ Sid, Action, Resource }) => ({
            sid: typeof Sid === 'string' ? Sid : '',
            actions: list(Action),
            resources: list(Resource),
          })),
        ),
      };
    });
}

function statements(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  return ((document as { Statement?: readonly Readonly<Record<string, unknown>>[] } | undefined)?.Statement ?? []).slice();
}

function list(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(readable);
}

/** The shortest form that still says which: `<LakeBucket.Arn>/models/*`. */
function readable(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const [[name, argument] = ['', undefined]] = Object.entries(value as Readonly<Record<string, unknown>>);
  switch (name) {
    case 'Ref':
      return `<${withoutHash(String(argument)).replace(/^AWS::/, '')}>`;
    case 'Fn::GetAtt':
      return `<${(argument as readonly string[]).map(withoutHash).join('.')}>`;
    case 'Fn::Join':
      return (argument as readonly [string, readonly unknown[]])[1].map(readable).join((argument as readonly [string])[0]);
    case 'Fn::GetStackOutput': {
      const { OutputName } = argument as { readonly OutputName: string };
      return `<${OutputName.replace(/^PublishOutput(?:FnGetAtt|Ref)/, '')
        .replace(/([0-9A-F]{8})([A-Z]\w*?)?[0-9A-F]{8}$/, '.$2')
        .replace(/\.$/, '')}>`;
    }
    default:
      return JSON.stringify(value);
  }
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
