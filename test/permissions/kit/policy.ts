import { isObject } from '../../../local/template/evaluate';
import type { TemplateResource } from '../../../local/template/resource';

/** A statement of a role's policies, every reference resolved. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By operator, then by key: the values of which one must match. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What IAM is asked: whether an action on a resource is allowed. */
export interface AccessRequest {
  /** `kinesis:GetRecords` */
  readonly action: string;
  /** ARN, or * for an action that takes no resource. */
  readonly resource: string;
  /** Condition keys with their value or values: `s3:prefix`. A key that the request does not have is left out. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** The statements of a role: its own policies, and those that are attached to it in the same assembly. */
export function statementsOfRole(resources: readonly TemplateResource[], roleArn: string): readonly Statement[] {
  const role = resources.find((resource) => resource.type === 'AWS::IAM::Role' && resource.attribute('Arn') === roleArn);
  if (role === undefined) {
    throw new RangeError(`no role of the templates is ${roleArn}`);
  }
  if (role.get('ManagedPolicyArns').list().length > 0) {
    throw new RangeError(`${roleArn} has managed policies, which are not in the templates`);
  }
  const own = role
    .get('Policies')
    .list()
    .map((policy) => policy.get('PolicyDocument').value());
  const attached = resources
    .filter(({ type }) => type === 'AWS::IAM::Policy')
    .filter((policy) =>
      policy
        .get('Roles')
        .list()
        .some((name) => name.text() === role.name),
    )
    .map((policy) => policy.get('PolicyDocument').value());
  return [...own, ...attached].flatMap((document) => (isObject(document) ? texts(document.Statement, toStatement) : []));
}

/** Whether the statements allow the request: one allows it and none denies it. */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  const applies = statements.filter((statement) => covers(statement, request));
  return applies.some(({ effect }) => effect === 'Allow') && applies.every(({ effect }) => effect === 'Allow');
}

/** Whether a statement speaks of the request, conditions included. */
export function covers({ actions, resources, conditions }: Statement, request: AccessRequest): boolean {
  return (
    actions.some((pattern) => isLike(pattern.toLowerCase(), request.action.toLowerCase())) &&
    resources.some((pattern) => isLike(pattern, request.resource)) &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, values, request.context[key])),
    )
  );
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function holds(operator: string, values: readonly string[], actual: string | readonly string[] | undefined): boolean {
  if (operator === 'Null') {
    return values.includes(String(actual === undefined));
  }
  const [, forAll = '', single = operator] = /^(ForAllValues:)?(.*)$/.exec(operator) ?? [];
  const compare = {
    StringEquals: isSame,
    StringLike: isLike,
    ArnLike: isLike,
    ArnEquals: isLike,
    Bool: isSame,
    NumericLessThanEquals: isAtMost,
  }[single];
  if (compare === undefined) {
    throw new RangeError(`condition operator ${operator} is not understood here`);
  }
  if (forAll !== '') {
    return [actual ?? []].flat().every((one) => values.some((value) => compare(value, one)));
  }
  // A key that the request does not have fails the condition.
  return typeof actual === 'string' && values.some((value) => compare(value, actual));
}

function isSame(expected: string, actual: string): boolean {
  return expected === actual;
}

function isAtMost(bound: string, actual: string): boolean {
  return Number(actual) <= Number(bound);
}

/** `*` stands for any text and `?` for one character. */
export function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function toStatement(raw: unknown): Statement {
  const { Sid, Effect, Action, Resource, Condition = {} } = raw as Readonly<Record<string, unknown>>;
  if (Action === undefined || Resource === undefined) {
    throw new RangeError(`statement ${String(Sid)} has no Action or no Resource`);
  }
  return {
    sid: String(Sid),
    effect: String(Effect),
    actions: texts(Action, String),
    resources: texts(Resource, String),
    conditions: Object.fromEntries(
      Object.entries(Condition as Readonly<Record<string, Readonly<Record<string, unknown>>>>).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, texts(values, String)])),
      ]),
    ),
  };
}

function texts<T>(value: unknown, map: (entry: unknown) => T): readonly T[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((entry) => map(entry));
}
