/** A statement of any policy in a template. */
export interface FoundStatement {
  /** Type of the resource that holds the policy. */
  readonly type: string;
  /** `consumer/ConsumerTaskRole30DE9836 ReadStream` */
  readonly where: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As in the template, intrinsic functions and all. */
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly condition: unknown;
  /** NotAction, NotResource, NotPrincipal: what turns a statement round. */
  readonly negations: readonly string[];
}

/**
 * Every policy statement of a stack: of roles, keys, buckets, queues, topics, endpoints, things. Found by its form, so that a
 * resource type that nobody has thought of is looked at too; a policy that is kept as text is read.
 */
export function statementsOf(
  stack: string,
  resources: Readonly<Record<string, { readonly Type: string }>>,
): readonly FoundStatement[] {
  return Object.entries(resources).flatMap(([id, resource]) => find(resource, resource.Type, `${stack}/${id}`));
}

function find(value: unknown, type: string, where: string): readonly FoundStatement[] {
  if (typeof value === 'string') {
    return value.includes('"Effect"') ? find(JSON.parse(value), type, where) : [];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if ('Effect' in value && typeof value.Effect === 'string') {
    return [statement(value, type, where)];
  }
  return Object.values(value).flatMap((each) => find(each, type, where));
}

function statement(raw: Readonly<Record<string, unknown>>, type: string, where: string): FoundStatement {
  return {
    type,
    where: typeof raw.Sid === 'string' ? `${where} ${raw.Sid}` : where,
    effect: String(raw.Effect),
    actions: [raw.Action ?? []].flat().map(String),
    resources: [raw.Resource ?? []].flat(),
    principal: raw.Principal,
    condition: raw.Condition,
    negations: ['NotAction', 'NotResource', 'NotPrincipal'].filter((name) => name in raw),
  };
}
