import type { Stack } from './assembly';
import { intrinsicCall, isObject, type Evaluator } from './evaluate';
import { below, type Scope } from './scope';

/**
 * A value of the template, evaluated when it is read: reading one property leaves the others alone. Says where it stands when it
 * is not what it should be.
 */
export class TemplateValue {
  constructor(
    protected readonly evaluator: Evaluator,
    protected readonly raw: unknown,
    protected readonly scope: Scope,
  ) {}

  /** The value of a property, however deep: `get('BufferingHints', 'SizeInMBs')`. Absent when any step is. */
  get(...path: readonly string[]): TemplateValue {
    const [key, ...rest] = path;
    if (key === undefined) {
      return this;
    }
    const object = this.shallow();
    const value = isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
    return new TemplateValue(this.evaluator, value, below(this.scope, key)).get(...rest);
  }

  /** The whole value, evaluated; undefined when it is absent. */
  value(): unknown {
    return this.evaluator.evaluate(this.raw, this.scope);
  }

  get present(): boolean {
    return this.shallow() !== undefined;
  }

  /** @throws TemplateError when there is no text and no default */
  text(defaultValue?: string): string {
    const value = this.value();
    return value === undefined && defaultValue !== undefined ? defaultValue : this.evaluator.text(value, this.scope);
  }

  optionalText(): string | undefined {
    return this.present ? this.text() : undefined;
  }

  /** @throws TemplateError when there is no number and no default */
  number(defaultValue?: number): number {
    const value = this.value();
    if (value === undefined && defaultValue !== undefined) {
      return defaultValue;
    }
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number)
      ? number
      : this.evaluator.fail(
          'InvalidProperty',
          this.scope,
          `expected a number, found ${(JSON.stringify(value) as string | undefined) ?? 'nothing'}`,
        );
  }

  boolean(defaultValue: boolean): boolean {
    const value = this.value();
    return value === undefined ? defaultValue : this.evaluator.text(value, this.scope) === 'true';
  }

  /** The entries of a list; none when it is absent. */
  list(): readonly TemplateValue[] {
    const value = this.shallow();
    if (value === undefined) {
      return [];
    }
    if (!Array.isArray(value)) {
      return this.evaluator.fail('InvalidProperty', this.scope, `expected a list, found ${JSON.stringify(value)}`);
    }
    return value
      .map((entry: unknown, index) => new TemplateValue(this.evaluator, entry, below(this.scope, index)))
      .filter((entry) => entry.present);
  }

  /** The properties that are there, by name; none when the value is absent. */
  entries(): readonly (readonly [string, TemplateValue])[] {
    const value = this.shallow();
    return (isObject(value) ? Object.keys(value) : [])
      .map((key) => [key, this.get(key)] as const)
      .filter(([, entry]) => entry.present);
  }

  /** Stops the run: the template asks for something that has no local counterpart. */
  notSupported(what: string): never {
    return this.evaluator.fail('NotSupported', this.scope, what);
  }

  /** Stops the run: the template says something that cannot be. */
  invalid(what: string): never {
    return this.evaluator.fail('InvalidProperty', this.scope, what);
  }

  /** The value with the outermost intrinsic function evaluated, if it is one. */
  private shallow(): unknown {
    const isCall = isObject(this.raw) && intrinsicCall(this.raw) !== undefined;
    return isCall ? this.value() : this.raw;
  }
}

/** A resource of a template; `get` reads its properties. */
export class TemplateResource extends TemplateValue {
  constructor(
    evaluator: Evaluator,
    readonly stack: Stack,
    readonly logicalId: string,
    readonly type: string,
    properties: unknown,
  ) {
    super(evaluator, properties ?? {}, { stack, path: logicalId });
  }

  /** The physical name. */
  get name(): string {
    return this.evaluator.physicalName(this.stack, this.logicalId);
  }

  attribute(name: string): string {
    return this.evaluator.attribute([this.logicalId, name], this.scope);
  }

  /** What Ref gives. */
  reference(): string {
    return this.evaluator.text({ Ref: this.logicalId }, this.scope);
  }

  /** A text that stands outside of properties, such as a key in an asset manifest, with its pseudo parameters replaced. */
  substitute(text: string): string {
    return this.evaluator.text({ 'Fn::Sub': text }, this.scope);
  }
}

/** Every resource of the assembly whose condition holds, in the templates' order. */
export function allResources(evaluator: Evaluator): readonly TemplateResource[] {
  return evaluator.assembly.stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources ?? {})
      .filter(([id, { Condition }]) => Condition === undefined || evaluator.condition(Condition, { stack, path: id }))
      .map(([id, { Type, Properties }]) => new TemplateResource(evaluator, stack, id, Type, Properties)),
  );
}
