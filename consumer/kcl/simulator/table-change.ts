import type { Row } from '../adapters/dynamodb/lease-row';
import type { Machine } from './machine';

/** A change of one row, as the table saw it. */
export interface TableChange {
  readonly machine: Machine;
  /** The method of the lease store. */
  readonly method: string;
  /** For methods that are conditioned on it: the counter that the writer had seen. */
  readonly seenCounter: number | undefined;
  readonly leaseKey: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}
