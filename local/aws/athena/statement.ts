/** What a statement asks for. */
export type Statement = { readonly type: 'select'; readonly sql: string } | UnloadStatement;

/** Writes the rows of a SELECT as Parquet files. */
export interface UnloadStatement {
  readonly type: 'unload';
  readonly sql: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  /** The column whose values name the folders that the files go to. @default - all files lie in one place */
  readonly partitionedBy?: string;
}

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
  const partitionedBy = partitionColumn(parseProperties(properties));
  if (!location.startsWith('s3://')) {
    throw new StatementError(`INVALID_PROPERTY: the location of UNLOAD must be in S3, not ${location}`);
  }
  return { type: 'unload', sql: select, location, ...(partitionedBy !== undefined && { partitionedBy }) };
}

/** The properties of UNLOAD that have one value only that is supported. */
const supported: Readonly<Record<string, string>> = { format: 'PARQUET', compression: 'SNAPPY' };

/** A property, up to the comma after it: a name, and a text or a list of texts. */
const property = /\s*(\w+)\s*=\s*('[^']*'|ARRAY\s*\[[^\]]*\])\s*(?:,|$)/iy;

/** The properties by their names in lower case, values as they were written. */
function parseProperties(text: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  property.lastIndex = 0;
  while (property.lastIndex < text.length) {
    const at = property.lastIndex;
    const [, name, value] = property.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new StatementError(`mismatched input: ${text.slice(at).trim()} is no property of UNLOAD`);
    }
    given.set(name.toLowerCase(), value);
  }
  return given;
}

/** Checks the properties. @returns that by which the files are partitioned */
function partitionColumn(properties: ReadonlyMap<string, string>): string | undefined {
  let column: string | undefined;
  for (const [name, value] of properties) {
    if (name === 'partitioned_by') {
      column = /^ARRAY\s*\[\s*'([^']+)'\s*\]$/i.exec(value)?.[1];
    }
    const isSupported = name === 'partitioned_by' ? column !== undefined : value.toUpperCase() === `'${supported[name]}'`;
    if (!isSupported) {
      throw new StatementError(`NOT_SUPPORTED: UNLOAD with ${name} = ${value} is not supported by the local Athena`);
    }
  }
  if (!properties.has('format')) {
    throw new StatementError('MISSING_PROPERTY: UNLOAD needs the property format');
  }
  return column;
}
