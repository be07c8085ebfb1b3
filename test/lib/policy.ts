import type { Stack } from 'aws-cdk-lib';
import { onlyOne } from './build-fixture';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What a role may do: per statement its actions, and its resources as readable text. */
export function roleStatements(
  stack: Stack,
  role: string,
): Readonly<Record<string, { actions: readonly string[]; resources: readonly string[] }>> {
  const { Policies } = onlyOne(stack, 'AWS::IAM::Role', role) as { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
  const statements = Policies.flatMap((policy) => policy.PolicyDocument.Statement);
  expect(statements.every((statement) => statement.Effect === 'Allow')).toBe(true);
  return Object.fromEntries(
    statements.map(({ Sid, Action, Resource }) => [
      Sid ?? '?',
      { actions: [Action].flat(), resources: [Resource].flat().map(readable).sort() },
    ]),
  );
}

/** A value with intrinsic functions as one line: `${Logical.Arn}`, and for other stacks what their output is made of. */
export function readable(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const [[name, argument] = ['?', undefined]] = Object.entries(value as Record<string, unknown>);
  switch (name) {
    case 'Ref':
      return `\${${String(argument)}}`;
    case 'Fn::GetAtt':
      return `\${${(argument as string[]).join('.')}}`;
    case 'Fn::Join':
      return (argument as [string, unknown[]])[1].map(readable).join((argument as [string, unknown[]])[0]);
    case 'Fn::GetStackOutput':
      return `\${${(argument as { OutputName: string }).OutputName.replace(/^PublishOutput(FnGetAtt|Ref)/, '').replace(/[0-9A-F]{8}$/, '')}}`;
    default:
      return JSON.stringify(value);
  }
}
