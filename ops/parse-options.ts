import { parseArgs } from 'node:util';
import { defaultDomain, domains } from '../domains';
import { UsageError } from './usage-error';

/** An option with a value. */
export const text = { type: 'string' } as const;
/** An option that is there or not. */
export const flag = { type: 'boolean' } as const;

/** Reads options and nothing else. @throws UsageError for an option that is not known, and for one without its value */
export function parseOptions<Options extends Readonly<Record<string, typeof text | typeof flag>>>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error: unknown) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The domain that `--domain` names. @param value undefined when it is not given @throws UsageError for one that is not there */
export function domainOption(value: string | undefined): string {
  const domain = value ?? defaultDomain;
  if (!Object.hasOwn(domains, domain)) {
    throw new UsageError(`--domain is ${JSON.stringify(domain)}; it must be one of ${Object.keys(domains).join(', ')}`);
  }
  return domain;
}
