/** dynalite ships no types: what the project uses of it. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** How long a new table is CREATING, in milliseconds. @default 500 */
    readonly createTableMs?: number;
    /** How long a table is DELETING, in milliseconds. @default 500 */
    readonly deleteTableMs?: number;
    /** How long a table is UPDATING, in milliseconds. @default 500 */
    readonly updateTableMs?: number;
    /** A folder for LevelDB. @default in memory */
    readonly path?: string;
  }

  /** A DynamoDB as an HTTP server that does not listen yet. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
