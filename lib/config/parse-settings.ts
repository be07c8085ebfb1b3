import type { z } from 'zod';
import { ConfigurationError } from './configuration-error';
import { pipelineSchema, type StageSettings } from './pipeline-config';
import { childOf, discriminator, inWords, memberOf, settingsSchema, variantsOf, type SchemaNode } from './schema-node';

type Issue = z.core.$ZodIssue;

/**
 * Fills in the defaults and holds every key to its type and bounds.
 * @throws ConfigurationError that names every key that is unknown, missing or out of bounds
 */
export function parseSettings(settings: StageSettings): z.output<typeof pipelineSchema> {
  const parsed = pipelineSchema.safeParse(settings);
  if (parsed.success) {
    return parsed.data;
  }
  const schema = settingsSchema();
  const errors = parsed.error.issues.flatMap((issue) => errorsOf(issue, settings, schema));
  throw ConfigurationError.of(errors) ?? parsed.error;
}

/** An issue of the schema in our own words; an error for each key, if it is about several. */
function errorsOf(issue: Issue, settings: unknown, schema: SchemaNode): ConfigurationError[] {
  const { value, node } = at(settings, schema, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return new ConfigurationError(dotted(path), memberOf(value, key), notAKey(issue.path, key, value, node));
    });
  }
  if (issue.code === 'invalid_key') {
    const parent = at(settings, schema, issue.path.slice(0, -1)).node;
    return [new ConfigurationError(dotted(issue.path), value, `under a name that is ${inWords(parent.propertyNames ?? {})}`)];
  }
  // 123456789012 is an account id of 12 digits too; what is wrong with it has to be said.
  const isBare = node.type === 'string' && (typeof value === 'number' || typeof value === 'bigint');
  return [new ConfigurationError(dotted(issue.path), value, `${inWords(node)}${isBare ? ', in quotes' : ''}`)];
}

/** `consumer.tasks`; for the settings as a whole, what they are. */
function dotted(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the configuration' : path.map(String).join('.');
}

/** What lies at a path, and what the schema says about it. */
function at(
  settings: unknown,
  schema: SchemaNode,
  path: readonly PropertyKey[],
): { readonly value: unknown; readonly node: SchemaNode } {
  return path.reduce<{ readonly value: unknown; readonly node: SchemaNode }>(
    ({ value, node }, key) => ({ value: memberOf(value, key), node: childOf(node, key, value) ?? {} }),
    { value: settings, node: schema },
  );
}

/** What to do about a key that is none: of another mode, a slip of the pen, or something else altogether. */
function notAKey(path: readonly PropertyKey[], key: string, section: unknown, node: SchemaNode): string {
  const mode = memberOf(section, discriminator);
  const variants = variantsOf(node);
  const elsewhere = variants
    .filter(({ node: variant }) => Object.hasOwn(variant.properties ?? {}, key))
    .flatMap((variant) => variant.mode ?? []);
  if (elsewhere.length > 0) {
    return `left out with the mode ${String(mode)}: it belongs to ${elsewhere.join(', ')}`;
  }
  const keys = Object.keys((variants.find((variant) => variant.mode === mode) ?? { node }).node.properties ?? {});
  const nearest = nearestTo(key, keys);
  const place = path.length === 0 ? 'a stage' : dotted(path);
  return `left out: ${nearest === undefined ? '' : `is ${nearest} meant? `}${place} has the keys ${keys.join(', ')}`;
}

/** The key that is the fewest edits away, if they are few. */
function nearestTo(key: string, keys: readonly string[]): string | undefined {
  const [best] = keys
    .map((candidate) => ({ candidate, distance: edits(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, key.length / 3) ? best.candidate : undefined;
}

/** How many letters have to be put in, left out or changed to make one text of the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
