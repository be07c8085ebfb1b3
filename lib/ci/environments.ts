import { ConfigurationError } from '../config/configuration-error';

/**
 * The environments that deploy to an account: those asked for, `dev` or `dev,prod`.
 *
 * Where stages have accounts of their own, each account lets in its own environment only: what nobody has to approve for dev must not
 * reach prod.
 *
 * @param asked of the command line. @default - every one
 * @param known the stages
 * @throws ConfigurationError for one that is no stage
 */
export function environmentsOf(asked: unknown, known: readonly string[]): readonly string[] {
  if (asked === undefined) {
    return known;
  }
  const names = typeof asked === 'string' ? asked.split(',') : [];
  if (names.length === 0 || names.some((name) => !known.includes(name))) {
    throw new ConfigurationError('-c environments', asked, `one or more of ${known.join(', ')}, separated by commas`);
  }
  return [...new Set(names)];
}
