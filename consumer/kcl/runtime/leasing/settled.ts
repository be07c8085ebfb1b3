import type { Lease, LeaseWrite } from '../../decisions/lease';
import { settleWrite } from '../../decisions/settle-write';
import type { LeaseStore } from '../../ports/lease-store';

/** The lease as the table holds it now, and whether the write is in it. */
export interface Settled {
  readonly applied: boolean;
  /** Whether the reply said so. The row only shows that the write, or an earlier try of it, has gone through at some time. */
  readonly byReply: boolean;
  readonly lease: Lease;
}

/**
 * Writes, and when there is no answer or a refusal, reads the row to learn what became of the write.
 *
 * @throws what the store throws when the row cannot be read either: nothing is known then
 */
export async function settled(
  store: LeaseStore,
  seen: Lease,
  write: LeaseWrite,
  me: string,
  onNoAnswer: (error: unknown) => void,
): Promise<Settled | 'lost'> {
  try {
    const lease = await store.write(seen, write);
    if (lease !== 'lost') {
      return { applied: true, byReply: true, lease };
    }
  } catch (error: unknown) {
    onNoAnswer(error);
  }
  const row = await store.get(seen.leaseKey);
  const verdict = settleWrite(row, seen, write, me);
  return row === undefined || verdict === 'lost' ? 'lost' : { applied: verdict === 'applied', byReply: false, lease: row };
}
