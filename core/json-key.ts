import { tableColumns } from './common-columns';
import type { Domain } from './domain';
import { fnv1a } from './fnv1a';

/**
 * The key under which a column travels as JSON from the consumer to Firehose, which puts it back under the column's name
 * (`ColumnToJsonKeyMappings`). Firehose bills and limits by volume, and in a row of numbers the names are a large part of it: short
 * keys save a third of the factory's telemetry. A key depends on its column's name alone, so that adding, removing or moving columns never
 * changes the meaning of what is already under way: four characters made of an FNV-1a hash.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html
 */
export function jsonKey(column: string): string {
  return (fnv1a(column) % base ** keyLength).toString(base).padStart(keyLength, '0');
}

const base = 36;
const keyLength = 4;

/**
 * The key of every column of a table, by column.
 *
 * @throws RangeError when two columns come to the same key (about one chance in a thousand for 60 columns): rename one
 */
export function jsonKeys(domain: Domain, table: string): Readonly<Record<string, string>> {
  const byKey = new Map<string, string>();
  const keys: Record<string, string> = {};
  for (const { name } of tableColumns(domain, table)) {
    const key = jsonKey(name);
    const other = byKey.get(key);
    if (other !== undefined) {
      throw new RangeError(`table ${table}: the columns ${other} and ${name} come to the same JSON key ${key}; rename one`);
    }
    byKey.set(key, name);
    keys[name] = key;
  }
  return keys;
}
