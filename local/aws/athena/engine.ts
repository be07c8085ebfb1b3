import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { ObjectStore } from '../s3/object-store';
import type { AthenaDatabase } from './catalog';
import { scannedBytes, type QueriedTable } from './scanned-bytes';
import { StatementError } from './statement';
import { unloadRows, type UnloadedFile, type UnloadProps } from './unload';
import { quoteText, tableFiles, viewStatement } from './views';

/** A column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** As Athena names it: varchar, bigint, double, … */
  readonly type: string;
}

/** The rows of a SELECT as text, as Athena gives them; null stays null. */
export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** The names of Athena's types where DuckDB's differ. */
const athenaTypes: Readonly<Record<string, string>> = {
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp with time zone',
  HUGEINT: 'decimal',
  FLOAT: 'float',
};

export interface OpenQueryProps {
  readonly store: ObjectStore;
  readonly database: AthenaDatabase | undefined;
  readonly databases: readonly AthenaDatabase[];
  readonly sql: string;
}

/**
 * One query in a DuckDB of its own, in memory and in UTC. It sees the catalog's tables as views and may open no file but theirs
 * and those that an unload writes. DuckDB works in threads of its own: this process goes on answering meanwhile.
 */
export class Query {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly sql: string,
    /** What Athena would count as scanned: see `scannedBytes`. */
    readonly scannedBytes: number,
  ) {}

  /** @throws Error when the statement cannot be parsed, or a file is not Parquet */
  static async open({ store, database, databases, sql }: OpenQueryProps): Promise<Query> {
    const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', temp_directory: store.temporaryPath() });
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      // Each file's footer is wanted several times: for the columns, the plan, the bytes, the rows.
      await connection.run('SET parquet_metadata_cache = true');
      const { count } = await connection.extractStatements(sql);
      if (count !== 1) {
        throw new StatementError('Only one sql statement is allowed.');
      }
      // An aliased table is given as `telemetry AS t`.
      const named = new Set(connection.getTableNames(sql, true).map((name) => name.replace(/ AS .*$/s, '').toLowerCase()));
      const queried: QueriedTable[] = [];
      for (const each of databases) {
        await connection.run(`CREATE SCHEMA IF NOT EXISTS "${each.name.replaceAll('"', '""')}"`);
        await connection.run(`USE memory."${each.name.replaceAll('"', '""')}"`);
        for (const table of each.tables) {
          const isNamed = (each === database && named.has(table.name)) || named.has(`${each.name}.${table.name}`);
          if (isNamed) {
            const files = await tableFiles(store, table);
            queried.push({ table, files });
            await connection.run(
              await viewStatement(table, files, (paths) => columnsOf(connection, paths), sql.includes('"$path"')),
            );
          }
        }
      }
      await connection.run(`USE memory."${(database?.name ?? 'main').replaceAll('"', '""')}"`);
      await lockDown(connection, store);
      return new Query(instance, connection, sql, await scannedBytes(connection, sql, queried));
    } catch (error: unknown) {
      connection.closeSync();
      instance.closeSync();
      throw error;
    }
  }

  /** Runs a SELECT. */
  async select(): Promise<QueryResult> {
    const reader = await this.connection.runAndReadAll(this.sql);
    const types = reader.columnTypes().map(String);
    const columns = reader
      .columnNames()
      .map((name, index) => ({ name, type: athenaTypes[types[index] ?? ''] ?? (types[index] ?? '').toLowerCase() }));
    const rows = reader.getRows().map((row) => row.map((value, index) => toText(value, types[index] ?? '')));
    return { columns, rows };
  }

  /** Writes the rows of a SELECT to Parquet files. @throws as `unloadRows` does */
  unload(props: Pick<UnloadProps, 'partitionedBy' | 'newFile'>): Promise<readonly UnloadedFile[]> {
    return unloadRows(this.connection, { ...props, sql: this.sql });
  }

  /** Stops what is running; it fails then. */
  cancel(): void {
    this.connection.interrupt();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

async function columnsOf(connection: DuckDBConnection, files: readonly string[]): Promise<ReadonlySet<string>> {
  const paths = `[${files.map(quoteText).join(', ')}]`;
  const reader = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet(${paths}, union_by_name = true, hive_partitioning = false)`,
  );
  return new Set(reader.getRows().map(([name]) => String(name).toLowerCase()));
}

async function lockDown(connection: DuckDBConnection, store: ObjectStore): Promise<void> {
  await connection.run(`SET allowed_directories = [${quoteText(`${store.directory}/`)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

function toText(value: DuckDBValue, type: string): string | null {
  if (value === null) {
    return null;
  }
  // Athena shows milliseconds, always three digits: 2026-11-20 00:00:00.000
  const text = value.toString();
  if (type === 'TIMESTAMP') {
    const [seconds = '', fraction = ''] = text.split('.');
    return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  }
  return type === 'DOUBLE' && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
