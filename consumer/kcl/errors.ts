/**
 * Why a worker cannot go on. Stable: programs may compare them.
 *
 * - `INVALID_OPTION`: an option is out of its bounds or contradicts another; the message names it.
 * - `LEASE_TABLE_MISSING`: there is no table of the application's name, or it is being deleted; see the option `createLeaseTable`.
 * - `LEASE_TABLE_FOREIGN`: the table's key is not `leaseKey` (S), so it is no lease table; or it has the leases of several streams.
 * - `NATIVE_KCL3_FLEET`: a KCL 3.x fleet in its native mode owns the table; its leader assigns leases and would fight this worker.
 * - `STREAM_MISSING`: the stream does not exist, or no longer.
 * - `ACCESS_DENIED`: the credentials do not allow a call that the worker cannot do without.
 * - `CREDENTIALS_REFUSED`: the credentials are missing, expired or unknown to the service, and did not become valid when asked for again.
 * - `KMS_KEY_UNUSABLE`: the key that the stream is encrypted with is disabled, gone, or not to be used by this role.
 * - `CHECKPOINT_FOREIGN`: a lease names a sequence number that the stream refuses: the table belongs to another stream of this name.
 * - `REPLAY_REFUSED`: a replay would work on a lease table that is not its own; the message says whose.
 */
export type KclErrorCode =
  | 'INVALID_OPTION'
  | 'LEASE_TABLE_MISSING'
  | 'LEASE_TABLE_FOREIGN'
  | 'NATIVE_KCL3_FLEET'
  | 'STREAM_MISSING'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS_REFUSED'
  | 'KMS_KEY_UNUSABLE'
  | 'CHECKPOINT_FOREIGN'
  | 'REPLAY_REFUSED';

/** The worker cannot start or cannot go on; trying the same again does not help. */
export class KclError extends Error {
  override readonly name = 'KclError';

  constructor(
    readonly code: KclErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The service's name of an error (`ResourceNotFoundException`), or its class's. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
