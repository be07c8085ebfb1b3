import type { Stack } from './assembly';
import type { Scope } from './scope';

/** What an intrinsic function needs of the evaluator. */
export interface Evaluation {
  readonly assembly: { readonly stacks: readonly Stack[] };
  readonly environment: { readonly region: string };
  evaluate(expression: unknown, scope: Scope): unknown;
  text(expression: unknown, scope: Scope): string;
  condition(name: string, scope: Scope): boolean;
  output(stack: Stack, name: string, scope: Scope): unknown;
  reference(argument: unknown, scope: Scope): unknown;
  attribute(argument: unknown, scope: Scope): string;
  fail(code: 'NotSupported' | 'InvalidProperty' | 'InvalidReference', scope: Scope, what: string): never;
}

type Intrinsic = (argument: unknown, evaluation: Evaluation, scope: Scope) => unknown;

/** The intrinsic functions that are understood, beside Ref and Fn::GetAtt. Each takes its argument as it stands in the template. */
export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  'Fn::Base64': (argument, evaluation, scope) => Buffer.from(evaluation.text(argument, scope), 'utf8').toString('base64'),
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': (argument, evaluation, scope) => {
    const region = evaluation.text(argument, scope) || evaluation.environment.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::GetStackOutput': stackOutput,
  'Fn::If': (argument, evaluation, scope) => {
    const [name, whenTrue, whenFalse] = list(argument, evaluation, scope, 3);
    return evaluation.evaluate(evaluation.condition(String(name), scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::ImportValue': importValue,
  'Fn::Join': (argument, evaluation, scope) => {
    const [delimiter, values] = list(argument, evaluation, scope, 2);
    return list(evaluation.evaluate(values, scope), evaluation, scope)
      .map((value) => evaluation.text(value, scope))
      .join(evaluation.text(delimiter, scope));
  },
  'Fn::Length': (argument, evaluation, scope) => list(evaluation.evaluate(argument, scope), evaluation, scope).length,
  'Fn::Select': (argument, evaluation, scope) => {
    const [index, values] = list(argument, evaluation, scope, 2);
    const position = evaluation.text(index, scope);
    const chosen = list(evaluation.evaluate(values, scope), evaluation, scope)[Number(position)];
    return chosen ?? evaluation.fail('InvalidReference', scope, `Fn::Select: the list has no entry ${position}`);
  },
  'Fn::Split': (argument, evaluation, scope) => {
    const [delimiter, text] = list(argument, evaluation, scope, 2);
    return evaluation.text(text, scope).split(evaluation.text(delimiter, scope));
  },
  'Fn::Sub': substitute,
  'Fn::ToJsonString': (argument, evaluation, scope) => JSON.stringify(evaluation.evaluate(argument, scope)),
};

/** The value of an entry of `Conditions`, or of a part of one. */
export function evaluateCondition(expression: unknown, evaluation: Evaluation, scope: Scope): boolean {
  const entries: [string, unknown][] = typeof expression === 'object' && expression !== null ? Object.entries(expression) : [];
  const [name, argument] = (entries.length === 1 ? entries[0] : undefined) ?? ['', undefined];
  const each = (): boolean[] => list(argument, evaluation, scope).map((part) => evaluateCondition(part, evaluation, scope));
  switch (name) {
    case 'Condition':
      return evaluation.condition(String(argument), scope);
    case 'Fn::And':
      return each().every(Boolean);
    case 'Fn::Or':
      return each().some(Boolean);
    case 'Fn::Not':
      return each()[0] === false;
    case 'Fn::Equals': {
      const [left, right] = list(argument, evaluation, scope, 2).map((part) => evaluation.evaluate(part, scope));
      return comparable(left) === comparable(right);
    }
    default:
      return evaluation.fail('NotSupported', scope, `condition function ${name || JSON.stringify(expression)}`);
  }
}

/** CloudFormation compares text: the number 1 equals the text "1". */
function comparable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function findInMap(argument: unknown, evaluation: Evaluation, scope: Scope): unknown {
  const [map, top, second, options] = list(argument, evaluation, scope);
  const [mapName, topKey, secondKey] = [map, top, second].map((key) => evaluation.text(key, scope)) as [string, string, string];
  const found = scope.stack.template.Mappings?.[mapName]?.[topKey]?.[secondKey];
  if (found !== undefined) {
    return found;
  }
  // AWS::LanguageExtensions adds a fourth argument: {DefaultValue: …}.
  if (typeof options === 'object' && options !== null && 'DefaultValue' in options) {
    return evaluation.evaluate(options.DefaultValue, scope);
  }
  return evaluation.fail('InvalidReference', scope, `mapping ${mapName} has no ${topKey} → ${secondKey}`);
}

/** A weak reference to another stack, as the CDK writes it: read at deployment, without an export that locks the producer. */
function stackOutput(argument: unknown, evaluation: Evaluation, scope: Scope): unknown {
  if (typeof argument !== 'object' || argument === null || !('StackName' in argument) || !('OutputName' in argument)) {
    return evaluation.fail('InvalidProperty', scope, 'Fn::GetStackOutput needs StackName and OutputName');
  }
  const stackName = evaluation.text(argument.StackName, scope);
  const stack = evaluation.assembly.stacks.find(({ name }) => name === stackName);
  if (stack === undefined) {
    return evaluation.fail('InvalidReference', scope, `the assembly has no stack ${stackName}`);
  }
  return evaluation.output(stack, evaluation.text(argument.OutputName, scope), scope);
}

function importValue(argument: unknown, evaluation: Evaluation, scope: Scope): unknown {
  const wanted = evaluation.text(argument, scope);
  for (const stack of evaluation.assembly.stacks) {
    for (const [name, { Export }] of Object.entries(stack.template.Outputs ?? {})) {
      if (Export !== undefined && evaluation.text(Export.Name, { stack, path: `Outputs.${name}.Export.Name` }) === wanted) {
        return evaluation.output(stack, name, scope);
      }
    }
  }
  return evaluation.fail('InvalidReference', scope, `no stack of the assembly exports ${wanted}`);
}

/** `${name}` and `${resource.attribute}`; `${!literal}` stays as `${literal}`. */
function substitute(argument: unknown, evaluation: Evaluation, scope: Scope): string {
  const [template, variables]: readonly unknown[] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  if (typeof template !== 'string') {
    return evaluation.fail('InvalidProperty', scope, 'Fn::Sub takes a text');
  }
  const own = (variables ?? {}) as Readonly<Record<string, unknown>>;
  return template.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const name = inner.trim();
    if (name.startsWith('!')) {
      return `\${${name.slice(1)}}`;
    }
    if (Object.hasOwn(own, name)) {
      return evaluation.text(own[name], scope);
    }
    return evaluation.text(name.includes('.') ? evaluation.attribute(name, scope) : evaluation.reference(name, scope), scope);
  });
}

function list(value: unknown, evaluation: Evaluation, scope: Scope, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    const expected = length === undefined ? 'a list' : `a list of ${length}`;
    return evaluation.fail('InvalidProperty', scope, `expected ${expected}, found ${JSON.stringify(value)}`);
  }
  return value as readonly unknown[];
}
