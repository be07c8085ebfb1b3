import { quarantineTableName } from '../quarantine';
import { inDays } from './days';
import { timestampLiteral } from './literals';
import type { ExampleScope } from './training-set';

/** Whose rows are counted. */
export interface CountedTables {
  /** The names of the domain's tables. */
  readonly tables: readonly string[];
  /** Furthest that event_time may lie after the arrival, in milliseconds. */
  readonly aheadMs: number;
}

/**
 * The SELECT that says what a training set was made from, in few rows: `kind`, `name`, `rows`, `distinct_rows` and `late`.
 *
 * - A row per table of the domain, kind 'table': its rows in the scope; the same without rows that are there more than once, by device and
 *   sequence; and those that arrived later after their event time than is allowed for.
 * - A row per reason code, kind 'quarantine': records that arrived from the window's start to the cutoff and could not be used. They have
 *   no event time that could be trusted.
 *
 * Counts in a subquery per message, rather than `count(DISTINCT …)` over two columns, which Athena would hold in the memory of one node.
 */
export function inputsSelect({ aheadMs, tables }: CountedTables, scope: ExampleScope, allowedLatenessSeconds: number): string {
  const counts = tables.map((table) => tableCounts(table, aheadMs, scope, allowedLatenessSeconds));
  return [...counts, quarantineCounts(scope)].join('\nUNION ALL\n');
}

function tableCounts(table: string, aheadMs: number, scope: ExampleScope, allowedLatenessSeconds: number): string {
  const { arrivedBefore, deliveredBefore, window } = scope;
  return `SELECT 'table' AS kind, '${table}' AS name, CAST(coalesce(sum(m.copies), 0) AS bigint) AS rows, count(*) AS distinct_rows, CAST(coalesce(sum(m.late), 0) AS bigint) AS late
FROM (
  SELECT t.device_id, t.sequence, count(*) AS copies,
    sum(CASE WHEN t.arrival_time > t.event_time + INTERVAL '${allowedLatenessSeconds}' SECOND THEN 1 ELSE 0 END) AS late
  FROM ${table} t
  WHERE t.event_time >= ${timestampLiteral(window.start)} AND t.event_time < ${timestampLiteral(window.end)}
    AND t.arrival_time < ${timestampLiteral(arrivedBefore)}
    AND ${inDays('t', { arrivedFrom: window.start - aheadMs, deliveredBefore })}
  GROUP BY t.device_id, t.sequence
) AS m`;
}

/** A record that was kept in parts counts once. */
function quarantineCounts({ arrivedBefore, deliveredBefore, window }: ExampleScope): string {
  return `SELECT 'quarantine' AS kind, q.reason AS name, count(*) AS rows, count(*) AS distinct_rows, CAST(0 AS bigint) AS late
FROM ${quarantineTableName} q
WHERE q.part = 0
  AND q.arrival_time >= ${timestampLiteral(window.start)} AND q.arrival_time < ${timestampLiteral(arrivedBefore)}
  AND ${inDays('q', { arrivedFrom: window.start, deliveredBefore })}
GROUP BY q.reason`;
}
