import { countsSelect, examplesSelect, inputsSelect, scoringSelect, unloadStatement } from '../../core/training-set';
import type { Domain } from '../../core/domain';
import { domains } from '../../domains';
import { namedQueries } from '../../lib/delivery/named-queries';
import { parseStatement } from '../../local/aws/athena/statement';

/** A statement that goes to Athena. */
export interface NamedStatement {
  /** What it is, for a person: `factory: examples, month`. */
  readonly name: string;
  readonly sql: string;
}

/** What a training or a scoring may be asked for: times on and off the hour, the epoch, history, and with the day of delivery. */
const scopes = {
  month: { from: Date.UTC(2026, 9, 21, 12), to: Date.UTC(2026, 10, 20, 12) },
  history: { from: 0, to: Date.UTC(2026, 10, 20, 11, 59, 59, 999) },
  delivered: { from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1), deliveredBefore: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
} as const;

/** All statements that the project sends to Athena, or saves in its workgroup, for all domains. */
export function athenaStatements(): readonly NamedStatement[] {
  return Object.values(domains).flatMap((domain) => [
    ...namedQueries(domain).map(({ id, sql }) => ({ name: `${domain.name}: saved query ${id}`, sql })),
    ...Object.entries(scopes).flatMap(([name, scope]) => trainingStatements(domain, name, scope)),
  ]);
}

function trainingStatements(
  { clock, name: domain, tables, trainingSet }: Domain,
  name: string,
  { from, to, ...more }: { readonly from: number; readonly to: number; readonly deliveredBefore?: number },
): readonly NamedStatement[] {
  const scope = { window: { start: from, end: to }, arrivedBefore: to + 600_000, ...more };
  const scored = { arrivedFrom: from, arrivedBefore: to, ...more };
  const counted = { tables: Object.keys(tables), aheadMs: clock.aheadMs };
  const statement = (what: string, sql: string): NamedStatement => ({ name: `${domain}: ${what}, ${name}`, sql });
  return [
    statement('examples', selectIn(unloadStatement(examplesSelect(trainingSet, scope), 's3://lake/examples/', 'split'))),
    statement('counts', countsSelect(trainingSet, scope)),
    statement('inputs', selectIn(unloadStatement(inputsSelect(counted, scope, 600), 's3://lake/inputs/'))),
    statement('scoring', selectIn(unloadStatement(scoringSelect(trainingSet, scored), 's3://lake/rows/'))),
  ];
}

/** UNLOAD is Athena's own; Trino's grammar has the SELECT in it. */
const selectIn = (unload: string): string => parseStatement(unload).sql;

/** What DuckDB takes and Trino does not, or neither: a parser that lets these pass parses nothing. */
export const brokenStatements: readonly NamedStatement[] = [
  { name: 'broken: no columns', sql: 'SELECT FROM WHERE' },
  { name: "broken: DuckDB's cast", sql: 'SELECT 1::double' },
  { name: "broken: DuckDB's QUALIFY", sql: 'SELECT a FROM t AS t QUALIFY row_number() OVER (PARTITION BY a) = 1' },
  { name: "broken: DuckDB's EXCLUDE", sql: 'SELECT * EXCLUDE (a) FROM t' },
  { name: "broken: Athena's UNLOAD", sql: unloadStatement('SELECT 1 AS a', 's3://lake/a/') },
  { name: 'broken: a text that does not end', sql: "SELECT 'a" },
];
