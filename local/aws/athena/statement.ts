/** What a statement asks for. */
export type Statement =
  | { readonly type: 'select'; readonly sql: string }
  | { readonly type: 'unload'; readonly sql: string; readonly location: string };

/** A statement is not one that runs here; the message says what is not supported. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly code = 'NOT_SUPPORTED';
}

const unload = /^UNLOAD\s*\((.*)\)\s*TO\s*'([^']*)'\s*WITH\s*\(([^()]*)\)$/is;

/**
 * Tells SELECT and UNLOAD from everything else.
 *
 * @throws StatementError for another statement, or an option of UNLOAD that is not supported
 * @see https://docs.aws.amazon.com/athena/latest/ug/unload.html
 */
export function parseStatement(query: string): Statement {
  const sql = query.trim().replace(/;\s*$/, '');
  const verb = /^\(*\s*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? sql.slice(0, 20);
  if (verb === 'SELECT' || verb === 'WITH' || verb === 'VALUES') {
    return { type: 'select', sql };
  }
  if (verb !== 'UNLOAD') {
    throw new StatementError(`NOT_SUPPORTED: ${verb} statements are not supported by the local Athena; SELECT and UNLOAD are`);
  }
  const [, select, location, properties] = unload.exec(sql) ?? [];
  if (select === undefined || location === undefined || properties === undefined) {
    throw new StatementError("mismatched input: expected UNLOAD (SELECT …) TO 's3://…' WITH (format = 'PARQUET')");
  }
  checkProperties(properties);
  if (!location.startsWith('s3://')) {
    throw new StatementError(`INVALID_PROPERTY: the location of UNLOAD must be in S3, not ${location}`);
  }
  return { type: 'unload', sql: select, location };
}

/** The properties of UNLOAD that are supported, and the only value of each. */
const supported: Readonly<Record<string, string>> = { format: 'PARQUET', compression: 'SNAPPY' };

function checkProperties(text: string): void {
  const given = new Map<string, string>();
  for (const property of text.split(',')) {
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*'?([^']*?)'?\s*$/.exec(property) ?? [];
    given.set(name.toLowerCase(), value.toUpperCase());
  }
  for (const [name, value] of given) {
    if (supported[name] !== value) {
      throw new StatementError(`NOT_SUPPORTED: UNLOAD with ${name} = '${value}' is not supported by the local Athena`);
    }
  }
  if (!given.has('format')) {
    throw new StatementError('MISSING_PROPERTY: UNLOAD needs the property format');
  }
}
