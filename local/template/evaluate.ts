import type { Assembly, RawResource, Stack } from './assembly';
import { returnValues } from './attributes';
import { evaluateCondition, intrinsics } from './intrinsics';
import { generatedName, nameRules, stableUuid } from './physical-name';
import { below, type Scope } from './scope';
import { TemplateError, type TemplateErrorCode } from './template-error';

/** The account, region and partition that the pseudo parameters stand for on this machine. */
export interface Environment {
  /** AWS::Region. @default us-east-1 */
  readonly region: string;
  /** AWS::AccountId. @default 000000000000 */
  readonly account: string;
  /** AWS::Partition. @default aws */
  readonly partition: string;
}

const localEnvironment: Environment = { region: 'us-east-1', account: '000000000000', partition: 'aws' };

/**
 * Evaluates the intrinsic functions of an assembly's templates and the references between its stacks, the way CloudFormation
 * does on deployment. Lazy: only what is asked for is evaluated, so a template may hold what is not understood as long as
 * nothing that runs here depends on it. What is not understood and asked for throws a TemplateError that names it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export class Evaluator {
  readonly environment: Environment;
  /** What is being evaluated at the moment; a value that needs itself is found here. */
  private readonly pending = new Set<string>();

  constructor(
    readonly assembly: Assembly,
    environment: Partial<Environment> = {},
  ) {
    this.environment = { ...localEnvironment, ...environment };
  }

  /**
   * `expression` with every intrinsic function replaced by its value; undefined for AWS::NoValue, which also drops list entries
   * and properties.
   */
  evaluate(expression: unknown, scope: Scope): unknown {
    if (Array.isArray(expression)) {
      return expression.map((entry, index) => this.evaluate(entry, below(scope, index))).filter((value) => value !== undefined);
    }
    if (typeof expression === 'string' && expression.includes('{{resolve:')) {
      return this.fail('NotSupported', scope, `dynamic reference ${expression}`);
    }
    if (typeof expression !== 'object' || expression === null) {
      return expression;
    }
    const call = intrinsicCall(expression);
    if (call === undefined) {
      const entries = Object.entries(expression)
        .map(([key, value]) => [key, this.evaluate(value, below(scope, key))] as const)
        .filter(([, value]) => value !== undefined);
      return Object.fromEntries(entries);
    }
    if (call.name === 'Ref') {
      return this.reference(call.argument, scope);
    }
    if (call.name === 'Fn::GetAtt') {
      return this.attribute(call.argument, scope);
    }
    const intrinsic = Object.hasOwn(intrinsics, call.name) ? intrinsics[call.name] : undefined;
    if (intrinsic === undefined) {
      return this.fail('NotSupported', scope, `intrinsic function ${call.name}`);
    }
    return intrinsic(call.argument, this, scope);
  }

  /** Like `evaluate`, for a place that takes text; numbers and booleans become text as in CloudFormation. */
  text(expression: unknown, scope: Scope): string {
    const value = this.evaluate(expression, scope);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return String(value);
    }
    return this.fail('InvalidProperty', scope, `expected text, found ${value === undefined ? 'nothing' : JSON.stringify(value)}`);
  }

  /** Whether the named condition of a stack holds. */
  condition(name: string, scope: Scope): boolean {
    const conditions = scope.stack.template.Conditions ?? {};
    if (!Object.hasOwn(conditions, name)) {
      return this.fail('InvalidReference', scope, `condition ${name} does not exist`);
    }
    const at = { stack: scope.stack, path: `Conditions.${name}` };
    return this.guard(`${scope.stack.name} condition ${name}`, scope, () => evaluateCondition(conditions[name], this, at));
  }

  /** The physical name of a resource: its explicit one, or a generated one. */
  physicalName(stack: Stack, logicalId: string): string {
    const scope = { stack, path: logicalId };
    const resource = this.resource(logicalId, scope);
    const rule = nameRules[resource.Type];
    if (rule === undefined) {
      return stableUuid(`${stack.name}/${logicalId}`);
    }
    const explicit = this.guard(`${stack.name} ${logicalId} name`, scope, () => this.property(resource, rule.property, scope));
    return explicit ?? generatedName(stack.name, logicalId, rule);
  }

  /** The value that Fn::GetStackOutput and Fn::ImportValue read. */
  output(stack: Stack, name: string, scope: Scope): unknown {
    const output = stack.template.Outputs?.[name];
    if (output === undefined) {
      return this.fail('InvalidReference', scope, `stack ${stack.name} has no output ${name}`);
    }
    const at = { stack, path: `Outputs.${name}` };
    return this.guard(`${stack.name} output ${name}`, scope, () => this.evaluate(output.Value, at));
  }

  /** @throws TemplateError always */
  fail(code: TemplateErrorCode, scope: Scope, what: string): never {
    const unsupported = code === 'NotSupported' ? ' is not supported by the local run' : '';
    throw new TemplateError(code, `${scope.stack.name}/${scope.path}`, `${what}${unsupported}`);
  }

  /** Fn::GetAtt, and the `${resource.attribute}` of Fn::Sub. */
  attribute(argument: unknown, scope: Scope): string {
    const [logicalId, attribute] = this.attributeName(argument, scope);
    const resource = this.resource(logicalId, scope);
    const known = returnValues[resource.Type]?.attributes;
    const compute = known !== undefined && Object.hasOwn(known, attribute) ? known[attribute] : undefined;
    if (compute === undefined) {
      return this.fail('NotSupported', scope, `attribute ${attribute} of ${logicalId} (${resource.Type})`);
    }
    const at = { stack: scope.stack, path: logicalId };
    const optionalProperty = (path: string): string | undefined => this.property(resource, path, at);
    return this.guard(`${scope.stack.name} ${logicalId}.${attribute}`, scope, () =>
      compute({
        ...this.environment,
        name: this.physicalName(scope.stack, logicalId),
        optionalProperty,
        property: (path) => optionalProperty(path) ?? this.fail('InvalidProperty', below(at, path), 'is missing'),
      }),
    );
  }

  /** Ref, and the `${name}` of Fn::Sub. Undefined for AWS::NoValue. */
  reference(argument: unknown, scope: Scope): unknown {
    const name = String(argument);
    const { region, account, partition } = this.environment;
    const pseudo: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': account,
      'AWS::NoValue': undefined,
      'AWS::NotificationARNs': [],
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${scope.stack.name}/${stableUuid(scope.stack.name)}`,
      'AWS::StackName': scope.stack.name,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (Object.hasOwn(pseudo, name)) {
      return pseudo[name];
    }
    const parameters = scope.stack.template.Parameters ?? {};
    if (Object.hasOwn(parameters, name)) {
      return this.parameter(name, scope);
    }
    const resource = this.resource(name, scope);
    const known = returnValues[resource.Type];
    if (known === undefined && nameRules[resource.Type] === undefined) {
      return this.fail('NotSupported', scope, `Ref of ${name} (${resource.Type})`);
    }
    return known?.ref === undefined ? this.physicalName(scope.stack, name) : this.attribute([name, known.ref], scope);
  }

  private parameter(name: string, scope: Scope): unknown {
    const parameter = scope.stack.template.Parameters?.[name];
    if (parameter === undefined || parameter.Default === undefined) {
      return this.fail('InvalidReference', scope, `parameter ${name} has no default, and a local run passes no parameters`);
    }
    if (parameter.Type.startsWith('AWS::SSM::')) {
      return this.fail('NotSupported', scope, `parameter ${name}, which is read from the SSM parameter store,`);
    }
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
    return isList && typeof parameter.Default === 'string'
      ? parameter.Default.split(',').map((entry) => entry.trim())
      : parameter.Default;
  }

  private attributeName(argument: unknown, scope: Scope): readonly [string, string] {
    if (typeof argument === 'string') {
      const dot = argument.indexOf('.');
      return [argument.slice(0, Math.max(dot, 0)), argument.slice(dot + 1)];
    }
    if (Array.isArray(argument) && argument.length === 2) {
      return [String(argument[0]), this.text(argument[1], scope)];
    }
    return this.fail('InvalidProperty', scope, `Fn::GetAtt takes a resource and an attribute, not ${JSON.stringify(argument)}`);
  }

  private resource(logicalId: string, scope: Scope): RawResource {
    const resources = scope.stack.template.Resources ?? {};
    const found = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    return found ?? this.fail('InvalidReference', scope, `${logicalId} is neither a resource nor a parameter of the stack`);
  }

  private property(resource: RawResource, path: string, scope: Scope): string | undefined {
    let value: unknown = resource.Properties;
    let at = scope;
    for (const key of path.split('.')) {
      at = below(at, key);
      value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    const evaluated = this.evaluate(value, at);
    return evaluated === undefined ? undefined : this.text(evaluated, at);
  }

  /** Evaluates `compute` unless it is being evaluated already: then the template goes in a circle. */
  private guard<T>(key: string, scope: Scope, compute: () => T): T {
    if (this.pending.has(key)) {
      return this.fail('InvalidReference', scope, `refers to itself (${[...this.pending, key].join(' → ')})`);
    }
    this.pending.add(key);
    try {
      return compute();
    } finally {
      this.pending.delete(key);
    }
  }
}

/** Whether `value` is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The intrinsic function that an object stands for; undefined for a plain object. */
export function intrinsicCall(value: object): { readonly name: string; readonly argument: unknown } | undefined {
  const entries = Object.entries(value);
  const [first] = entries;
  if (first === undefined || entries.length !== 1) {
    return undefined;
  }
  const [name, argument] = first as [string, unknown];
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}
