import { z } from 'zod';
import { pipelineSchema } from './pipeline-config';

/** What the schema says about one key, as JSON Schema has it; with `unit`, `allowed` and `source` of our own. */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
  /** What a string may be, in words. */
  readonly allowed?: string;
  /** The page that a bound comes from. */
  readonly source?: string;
  readonly const?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** The variants of a section, each with a `mode` of its own. */
  readonly oneOf?: readonly SchemaNode[];
  /** Of an object with names of one's own: what a name may be, and a value. */
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: SchemaNode | false;
}

let settings: SchemaNode | undefined;

/** The schema of a stage's settings. Made when it is first asked for: only errors and the reference need it. */
export function settingsSchema(): SchemaNode {
  settings ??= z.toJSONSchema(pipelineSchema, { io: 'input' }) as SchemaNode;
  return settings;
}

/** What says which variant of a section is meant. */
export const discriminator = 'mode';

/** The variants of a section by their mode; one without a mode for a section that has no variants. */
export function variantsOf(node: SchemaNode): readonly { readonly mode?: string; readonly node: SchemaNode }[] {
  return (
    node.oneOf?.map((variant) => {
      const mode = variant.properties?.[discriminator]?.const;
      return { ...(mode !== undefined && { mode }), node: variant };
    }) ?? [{ node }]
  );
}

/** The schema of what lies under `key` in `parent`, whose value says which of its variants is meant. @returns undefined for a key that it does not have */
export function childOf(parent: SchemaNode, key: PropertyKey, value: unknown): SchemaNode | undefined {
  if (typeof key === 'number') {
    return parent.items;
  }
  const mode = memberOf(value, discriminator);
  const variants = variantsOf(parent);
  if (key === discriminator && parent.oneOf !== undefined) {
    return { type: 'string', enum: variants.flatMap((variant) => variant.mode ?? []) };
  }
  const { node } = variants.find((variant) => variant.mode === mode) ?? { node: parent };
  const named = node.additionalProperties === false ? undefined : node.additionalProperties;
  return node.properties?.[String(key)] ?? named;
}

/** A member of a value of whatever kind. */
export function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (Reflect.get(value, key) as unknown)
    : undefined;
}

/** What a key takes, as the end of a sentence: `an integer from 24 to 8760 hours`. */
export function inWords(node: SchemaNode): string {
  const unit = node.unit === undefined ? '' : ` ${node.unit}`;
  if (node.allowed !== undefined) {
    return node.allowed;
  }
  if (node.enum !== undefined) {
    return `one of ${node.enum.join(', ')}${unit}`;
  }
  if (node.oneOf !== undefined) {
    return `an object whose ${discriminator} is one of ${variantsOf(node)
      .flatMap(({ mode }) => mode ?? [])
      .join(', ')}`;
  }
  switch (node.type) {
    case 'integer':
      return `an integer ${range(node)}${unit}`;
    case 'number':
      return `a number ${range(node)}${unit}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${items(node)}`;
    case 'object':
      return node.properties === undefined
        ? `an object of names (${inWords(node.propertyNames ?? {})}) and values (${inWords(node.additionalProperties || {})})`
        : `an object with the keys ${Object.keys(node.properties).join(', ')}`;
    default:
      return node.maxLength === undefined ? 'a text' : `a text of at most ${node.maxLength} characters`;
  }
}

function range({ minimum, maximum }: SchemaNode): string {
  return `from ${minimum ?? 'any'} to ${maximum ?? 'any'}`;
}

function items({ minItems, maxItems, items: item }: SchemaNode): string {
  const count = minItems === undefined ? `at most ${maxItems ?? ''}` : `${minItems} to ${maxItems ?? 'any number'}`;
  return `${maxItems === undefined && minItems === undefined ? '' : ` of ${count}`}${item === undefined ? '' : `, each ${inWords(item)}`}`;
}
