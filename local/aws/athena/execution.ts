import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import type { ObjectStore } from '../s3/object-store';
import { parseS3Uri, type AthenaDatabase, type AthenaWorkgroup } from './catalog';
import { Query, type QueryResult, type ResultColumn } from './engine';
import { parseStatement, type Statement, type UnloadStatement } from './statement';

export type ExecutionState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface ExecutionProps {
  readonly store: ObjectStore;
  readonly databases: readonly AthenaDatabase[];
  readonly database: AthenaDatabase | undefined;
  readonly workgroup: AthenaWorkgroup;
  readonly query: string;
  readonly now: () => number;
}

/** What a statement gave; an UNLOAD gives no rows. */
export interface ExecutionResult extends QueryResult {
  /** Rows written by an UNLOAD. */
  readonly updateCount: number;
}

/** One execution of one statement, from queue to end. The state moves forward only. */
export class Execution {
  readonly id = randomUUID();
  readonly submittedMs: number;
  completedMs: number | undefined;
  state: ExecutionState = 'QUEUED';
  reason: string | undefined;
  scannedBytes = 0;
  result: ExecutionResult | undefined;
  /** s3:// URI of the list of files that an UNLOAD wrote. */
  manifestLocation: string | undefined;
  /** Resolves when the execution has ended, however it ended. */
  readonly ended: Promise<void>;
  private running: Query | undefined;

  constructor(readonly props: ExecutionProps) {
    this.submittedMs = props.now();
    this.ended = Promise.resolve().then(() => this.run());
  }

  /** s3:// URI of the result of a SELECT. */
  get outputLocation(): string {
    const { bucket, prefix } = parseS3Uri(this.props.workgroup.outputLocation);
    return `s3://${bucket}/${prefix}${this.id}.csv`;
  }

  /** Cancels what has not ended. */
  cancel(): void {
    if (this.completedMs === undefined) {
      this.end('CANCELLED', 'Query cancelled by user');
      this.running?.cancel();
    }
  }

  private async run(): Promise<void> {
    if (this.state !== 'QUEUED') {
      return;
    }
    this.state = 'RUNNING';
    try {
      const statement = parseStatement(this.props.query);
      const query = (this.running = await Query.open({ ...this.props, sql: statement.sql }));
      try {
        this.scannedBytes = query.scannedBytes;
        const { bytesScannedCutoff = Infinity } = this.props.workgroup;
        if (query.scannedBytes > bytesScannedCutoff) {
          this.end('CANCELLED', `Bytes scanned limit was exceeded: ${query.scannedBytes} of ${bytesScannedCutoff} bytes`);
          return;
        }
        if (!this.hasEnded()) {
          await this.execute(statement, query);
          this.end('SUCCEEDED');
        }
      } finally {
        query.close();
      }
    } catch (error: unknown) {
      this.end('FAILED', error instanceof Error ? error.message : String(error));
    }
  }

  private async execute(statement: Statement, query: Query): Promise<void> {
    if (statement.type === 'select') {
      const result = await query.select();
      const { bucket, prefix } = parseS3Uri(this.props.workgroup.outputLocation);
      await this.props.store.put(bucket, `${prefix}${this.id}.csv`, csv(result));
      this.result = { ...result, updateCount: 0 };
      return;
    }
    this.result = { columns: [], rows: [], updateCount: await this.unload(statement, query) };
  }

  private async unload({ location, partitionedBy }: UnloadStatement, query: Query): Promise<number> {
    const { store, workgroup } = this.props;
    const { bucket, prefix } = parseS3Uri(location);
    const { objects } = await store.list(bucket, { prefix, maxKeys: 1 });
    if (objects.length > 0) {
      throw new Error(
        `HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: ${location}. You may need to manually clean the ` +
          `data at location '${location}' before retrying. Athena will not delete data in your account.`,
      );
    }
    const paths: string[] = [];
    const newFile = (): string => {
      const path = store.temporaryPath();
      paths.push(path);
      return path;
    };
    try {
      const files = await query.unload({ partitionedBy, newFile });
      const written: string[] = [];
      for (const { path, folder } of this.hasEnded() ? [] : files) {
        // As Trino names files: the time and number of the query, and an identifier of its own.
        const time = new Date(this.submittedMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
        const key = `${prefix}${folder}${time}_00001_${this.id.slice(0, 5)}_${randomUUID()}`;
        await store.adopt(bucket, key, path);
        written.push(`s3://${bucket}/${key}\n`);
      }
      const output = parseS3Uri(workgroup.outputLocation);
      const manifest = `${output.prefix}${this.id}-manifest.csv`;
      await store.put(output.bucket, manifest, written.join(''));
      this.manifestLocation = `s3://${output.bucket}/${manifest}`;
      return files.reduce((sum, { rows }) => sum + rows, 0);
    } finally {
      await Promise.all(paths.map((path) => fs.rm(path, { force: true })));
    }
  }

  private hasEnded(): boolean {
    return this.completedMs !== undefined;
  }

  private end(state: ExecutionState, reason?: string): void {
    if (!this.hasEnded()) {
      this.state = state;
      this.reason = reason;
      this.completedMs = this.props.now();
    }
  }
}

/** A result file: every field in quotes, null as nothing. https://docs.aws.amazon.com/athena/latest/ug/querying.html */
function csv({ columns, rows }: QueryResult): string {
  const line = (fields: readonly (string | null)[]): string =>
    `${fields.map((field) => (field === null ? '' : `"${field.replaceAll('"', '""')}"`)).join(',')}\n`;
  return line(columns.map(({ name }: ResultColumn) => name)) + rows.map(line).join('');
}
