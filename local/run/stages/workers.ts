import type { ConsumerFleet } from '../consumer-fleet';
import type { StageLine } from '../progress';

/** How often the run looks whether the shards are shared evenly, in milliseconds. */
const pollMs = 50;
/** After this long the devices start anyway; moving a shard under load costs nothing but rows that are delivered twice. */
const patienceMs = 20_000;

export interface WorkersProps {
  readonly consumers: ConsumerFleet;
  readonly shards: number;
  readonly line: StageLine;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Waits until the workers share the shards evenly. A service is deployed before its devices send; a shard that moves under load
 * may make its new worker begin at the last checkpoint.
 *
 * @returns how many shards each worker has, most first
 */
export async function workersReady(props: WorkersProps): Promise<readonly number[]> {
  const { consumers, shards, line } = props;
  const over = new AbortController();
  const signal = AbortSignal.any([props.signal, over.signal]);
  const began = props.now();
  const wait = async (): Promise<void> => {
    while (!consumers.isBalanced(shards) && props.now() - began < patienceMs) {
      signal.throwIfAborted();
      line.update(`shards per worker: ${consumers.loads().join(' + ') || 'none yet'}`);
      await props.sleep(pollMs, signal);
    }
  };
  try {
    await Promise.race([wait(), consumers.failed]);
  } finally {
    over.abort();
  }
  return consumers.loads();
}
