import type { Domain } from '../core/domain';

/** A message that the domain delivers, as JSON; undefined for a domain that cannot simulate one. */
export function firstRecord(
  { simulator }: Domain,
  now: number,
): { readonly partitionKey: string; readonly json: string } | undefined {
  for (const { data, expected, partitionKey } of simulator?.simulate({ devices: 1, records: 10, seed: 1, endTime: now }) ?? []) {
    if (expected === 'delivered') {
      return { partitionKey, json: Buffer.from(data).toString('utf8') };
    }
  }
  return undefined;
}
