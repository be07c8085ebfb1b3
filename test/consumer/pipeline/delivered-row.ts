import { tableColumns } from '../../../core/common-columns';
import type { Domain } from '../../../core/domain';
import { jsonKeys } from '../../../core/json-key';

/** A delivered JSON document by the names of its columns, as Firehose reads it. An unknown key stays and is so seen by a test. */
export function deliveredRow(
  domain: Domain,
  table: string,
  document: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const keys = jsonKeys(domain, table);
  const names = new Map(tableColumns(domain, table).map(({ name }) => [keys[name], name]));
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [names.get(key) ?? key, value]));
}
