import { KclError } from '../../errors';
import type { Row } from './lease-row';

/**
 * Whether a KCL 3.x fleet in its native mode owns a lease table: there a leader assigns the leases, and a worker that takes them
 * itself would fight it. Its state lies in rows `Leader` and `Migration3.0`, in the table `<application>-CoordinatorState` or,
 * from 3.5 on, in the lease table itself. A fleet that runs in its 2.x-compatible mode is no trouble.
 *
 * Source: `MigrationState`, `ClientVersion`, `CoordinatorStateDAO`.
 */
export function nativeFleetEvidence(migration: Row | undefined, leader: Row | undefined): string | undefined {
  const version = migration?.['cv']?.S;
  if (version !== undefined) {
    return nativeVersions.has(version) ? `its migration state says ${version}` : undefined;
  }
  const owner = leader?.['ownerName']?.S;
  return leader === undefined ? undefined : `it has a leader${owner === undefined ? '' : `, ${owner}`}`;
}

const nativeVersions: ReadonlySet<string> = new Set(['CLIENT_VERSION_3X', 'CLIENT_VERSION_3X_WITH_ROLLBACK']);

export const migrationKey = 'Migration3.0';
export const leaderKey = 'Leader';

/** Where KCL 3.0 to 3.4 keep their state; its key is `key` (S). */
export function coordinatorStateTable(application: string): string {
  return `${application}-CoordinatorState`;
}

/** @throws KclError NATIVE_KCL3_FLEET when there is evidence in what `read` finds */
export async function refuseNativeFleet(table: string, read: (key: string) => Promise<Row | undefined>): Promise<void> {
  const [migration, leader] = await Promise.all([read(migrationKey), read(leaderKey)]);
  const evidence = nativeFleetEvidence(migration, leader);
  if (evidence !== undefined) {
    throw new KclError(
      'NATIVE_KCL3_FLEET',
      `a Kinesis Client Library 3.x fleet in its native mode owns this application (${evidence}, in table ${table}). Its leader assigns ` +
        'the leases, so this worker must not take them. Roll the fleet back to its 2.x-compatible mode with the KCL migration tool, ' +
        'or, when no such worker runs any more, delete these rows.',
    );
  }
}
