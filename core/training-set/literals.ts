/** An SQL literal for an instant, in UTC, that Trino and DuckDB read alike: `TIMESTAMP '2026-11-20 00:00:00.000'`. */
export function timestampLiteral(epochMs: number): string {
  return `TIMESTAMP '${new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '')}'`;
}

/** An SQL literal for the day of an instant, UTC, as the partition column `date` holds it: `'2026-11-20'`. */
export function dayLiteral(epochMs: number): string {
  return `'${new Date(epochMs).toISOString().slice(0, 10)}'`;
}
