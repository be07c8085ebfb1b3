import { childOf, discriminator, memberOf, variantsOf, type SchemaNode } from '../schema-node';
import { code, grouped } from './markdown';

/** A key of a section, as a row of the reference. */
export interface KeyRow {
  /** From the section on: `capacity.shards`. */
  readonly path: readonly string[];
  readonly node: SchemaNode;
  readonly required: boolean;
  /** The mode that the key belongs to, of a section within the section. */
  readonly onlyIn?: string;
}

/** The keys of a section or of one of its variants; those of a section within it are named after it. */
export function keyRows(variant: SchemaNode): KeyRow[] {
  return Object.entries(variant.properties ?? {}).flatMap(([key, node]) => {
    if (node.const !== undefined) {
      return [];
    }
    const required = variant.required?.includes(key) ?? false;
    if (node.properties !== undefined) {
      return keyRows(node).map((row) => ({ ...row, path: [key, ...row.path] }));
    }
    if (node.oneOf === undefined) {
      return [{ path: [key], node, required }];
    }
    const mode = {
      ...childOf(node, discriminator, {}),
      description: describeModes(node),
      default: memberOf(node.default, discriminator),
    };
    return [
      { path: [key, discriminator], node: mode, required },
      ...variantsOf(node).flatMap(({ mode: onlyIn, node: inner }) =>
        keyRows(inner).map((row) => ({ ...row, path: [key, ...row.path], ...(onlyIn !== undefined && { onlyIn }) })),
      ),
    ];
  });
}

function describeModes(node: SchemaNode): string {
  const modes = variantsOf(node).map(
    ({ mode = '', node: variant }) => `${code(mode)}: ${variant.properties?.[discriminator]?.description ?? ''}`,
  );
  return [node.description ?? '', ...modes].join(' ');
}

/** What a key takes: bounds with their unit, or the values. */
export function takes(node: SchemaNode): string {
  const unit = node.unit === undefined ? '' : ` ${node.unit}`;
  if (node.allowed !== undefined) {
    return node.allowed;
  }
  if (node.enum !== undefined) {
    return `${node.enum.map((value) => code(String(value))).join(', ')}${unit}`;
  }
  switch (node.type) {
    case 'integer':
      return `${grouped(node.minimum ?? 0)} to ${grouped(node.maximum ?? 0)}${unit}`;
    case 'number':
      return `a number from ${grouped(node.minimum ?? 0)} to ${grouped(node.maximum ?? 0)}${unit}`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return `a list: ${takes(node.items ?? {})}${node.maxItems === undefined ? '' : `; at most ${node.maxItems}`}`;
    case 'object':
      return `names (${takes(node.propertyNames ?? {})}) and values (${takes(node.additionalProperties || {})})`;
    default:
      return 'a text';
  }
}

/** A value as a stage's file would have it; a dash for none. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return '–';
  }
  if (typeof value === 'number') {
    return grouped(value);
  }
  return Array.isArray(value) && value.length === 0 ? 'none' : code(typeof value === 'string' ? value : JSON.stringify(value));
}
