import { covers, isAllowed, type AccessRequest, type Statement } from './policy';

/** A right that a role has and that no call of the run can show: an action on the resources that one pattern names. */
export interface Right {
  readonly sid: string;
  readonly action: string;
  /** The pattern in the policy. */
  readonly resource: string;
}

/** What was asked for and is not allowed: would be denied on AWS. */
export function denied(statements: readonly Statement[], observed: readonly AccessRequest[]): readonly AccessRequest[] {
  return observed.filter((request) => !isAllowed(statements, request));
}

/** The rights that nothing asked for: each action of each statement, on each of its resources apart, and each value of a prefix. */
export function unused(statements: readonly Statement[], observed: readonly AccessRequest[]): readonly Right[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      statement.actions.flatMap((action) =>
        statement.resources.flatMap((resource) =>
          narrowed(statement).map((narrow) => ({
            ...narrow,
            statement: { ...narrow.statement, actions: [action], resources: [resource] },
          })),
        ),
      ),
    )
    .filter(({ statement }) => !observed.some((request) => covers(statement, request)))
    .map(({ statement, only }) => ({
      sid: statement.sid,
      action: statement.actions.join(),
      resource: `${statement.resources.join()}${only}`,
    }));
}

/** A statement once for each prefix that it lets list, so that one that is never listed is seen. */
function narrowed(statement: Statement): readonly { readonly statement: Statement; readonly only: string }[] {
  const like = statement.conditions.StringLike;
  const prefixes = like?.['s3:prefix'];
  return prefixes === undefined
    ? [{ statement, only: '' }]
    : prefixes.map((prefix) => ({
        statement: { ...statement, conditions: { ...statement.conditions, StringLike: { ...like, 's3:prefix': [prefix] } } },
        only: ` under ${prefix}`,
      }));
}
