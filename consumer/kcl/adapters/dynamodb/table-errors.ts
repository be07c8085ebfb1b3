import { tableFailureOf } from '../../decisions/table-failure';
import { errorName, KclError } from '../../errors';

/** Whether an error means that there is no such table. */
export function isMissing(error: unknown): boolean {
  return errorName(error) === 'ResourceNotFoundException';
}

/** Whether an error means that the role does not allow the call. */
export function isDenied(error: unknown): boolean {
  return tableFailureOf(error) === 'denied';
}

/** A KclError that says what to do, when trying again does not help; else the error itself. */
export function translate(error: unknown, operation: string, table: string): unknown {
  if (error instanceof KclError) {
    return error;
  }
  if (isMissing(error)) {
    return new KclError(
      'LEASE_TABLE_MISSING',
      `there is no lease table ${table} in this account and region. Create it (key: leaseKey, a string; billing on demand), or let the ` +
        'worker do so (createLeaseTable: true); the application name is the name of the table.',
      { cause: error },
    );
  }
  return isDenied(error)
    ? new KclError(
        'ACCESS_DENIED',
        `not allowed: dynamodb:${operation} on lease table ${table}. Allow the worker's role to call it.`,
        {
          cause: error,
        },
      )
    : error;
}
