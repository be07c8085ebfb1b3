import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { QuarantineRecord } from '../../core/quarantine';

/** What lies in the lake, read back from its files and not from anybody's word. */
export interface LakeAudit {
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly files: number; readonly bytes: number }>>;
  /** Distinct stream records with at least one row in some table; those inside a KPL aggregate are told apart by their messages. */
  readonly delivered: number;
  /** Rows beyond the first of the same stream record in a table. */
  readonly redelivered: number;
  /** Of those, rows that are not what the first was: what a crash must never do to features, where device states are stored. */
  readonly redeliveredOtherwise: number;
  /** Distinct stream records with rows, less distinct (device, sequence): messages that were delivered under several records. */
  readonly duplicates: number;
  /** Distinct stream records in quarantine, by reason. */
  readonly quarantined: Readonly<Record<string, number>>;
}

/**
 * Reads every Parquet file of the tables and every quarantine file.
 *
 * @param folders for each table the folder of its Parquet files
 * @param quarantineFolder the folder of the gzip files with quarantined records
 */
export async function auditLake(folders: Readonly<Record<string, string>>, quarantineFolder: string): Promise<LakeAudit> {
  const files = await Promise.all(
    Object.entries(folders).map(async ([table, folder]) => ({ table, files: await filesBelow(folder) })),
  );
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const one = async (sql: string): Promise<readonly number[]> => {
      const reader = await connection.runAndReadAll(sql);
      return (reader.getRows()[0] ?? []).map(Number);
    };
    const tables: Record<string, { rows: number; files: number; bytes: number }> = {};
    const keys: string[] = [];
    let redelivered = 0;
    let redeliveredOtherwise = 0;
    for (const { table, files: found } of files) {
      const bytes = found.reduce((total, file) => total + file.bytes, 0);
      let rows = 0;
      if (found.length > 0) {
        const relation = `read_parquet([${found.map((file) => literal(file.path)).join(', ')}], hive_partitioning = false)`;
        const [all = 0, distinct = 0] = await one(
          `SELECT count(*), count(DISTINCT (shard_id, sequence_number, device_id, sequence)) FROM ${relation}`,
        );
        rows = all;
        redelivered += all - distinct;
        if (all > distinct) {
          const [different = 0] = await one(`SELECT count(*) FROM (SELECT DISTINCT * FROM ${relation})`);
          redeliveredOtherwise += different - distinct;
        }
        keys.push(`SELECT shard_id, sequence_number, device_id, sequence FROM ${relation}`);
      }
      tables[table] = { rows, files: found.length, bytes };
    }
    const [delivered = 0, messages = 0] =
      keys.length === 0
        ? [0, 0]
        : await one(
            'SELECT count(DISTINCT (shard_id, sequence_number, device_id, sequence)), count(DISTINCT (device_id, sequence)) ' +
              `FROM (${keys.join(' UNION ')})`,
          );
    connection.closeSync();
    const duplicates = delivered - messages;
    return { tables, delivered, redelivered, redeliveredOtherwise, duplicates, quarantined: await quarantined(quarantineFolder) };
  } finally {
    instance.closeSync();
  }
}

async function quarantined(folder: string): Promise<Record<string, number>> {
  const seen = new Set<string>();
  const counts: Record<string, number> = {};
  for (const file of await filesBelow(folder)) {
    for await (const line of createInterface({ input: createReadStream(file.path).pipe(createGunzip()) })) {
      const record = JSON.parse(line) as QuarantineRecord;
      const key = `${record.shard_id}/${record.sequence_number}/${record.sub_sequence_number}`;
      if (!seen.has(key)) {
        seen.add(key);
        counts[record.reason] = (counts[record.reason] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** The files below a folder; none when there is no such folder. */
async function filesBelow(folder: string): Promise<readonly { path: string; bytes: number }[]> {
  let entries;
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (file) => ({ path: file, bytes: (await stat(file)).size })));
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
