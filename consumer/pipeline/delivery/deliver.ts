import type { Clock, Random } from '../../kcl';
import { backoffMs } from './backoff';
import { putLimits, type DeliveryPort } from './delivery-port';
import type { Limiter } from './limiter';

/** A try that did not get everything accepted; another follows after `delayMs`. */
export interface DeliveryRetried {
  readonly type: 'delivery-retried';
  readonly stream: string;
  /** Tries in a row in which nothing was accepted; 0 when some records were. */
  readonly failures: number;
  /** Records that are tried again, and how many the request held. */
  readonly failed: number;
  readonly of: number;
  /** What the service answered, each code once. */
  readonly codes: readonly string[];
  readonly delayMs: number;
}

/** What delivering needs beside the records. */
export interface DeliverOptions {
  readonly port: DeliveryPort;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onRetry: (event: DeliveryRetried) => void;
}

/**
 * Hands records to a delivery stream until each is accepted, however long that takes: only what failed is sent again, after a
 * growing wait. `aborted` when the signal ended it; then some records may have been accepted and some not.
 *
 * @throws DeliveryRefusedError when the stream can never take them
 */
export async function deliver(
  stream: string,
  records: readonly Uint8Array[],
  options: DeliverOptions,
): Promise<'accepted' | 'aborted'> {
  for (const batch of batches(records)) {
    if ((await deliverBatch(stream, batch, options)) === 'aborted') {
      return 'aborted';
    }
  }
  return 'accepted';
}

async function deliverBatch(
  stream: string,
  batch: readonly Uint8Array[],
  options: DeliverOptions,
): Promise<'accepted' | 'aborted'> {
  const { port, limiter, clock, random, signal, onRetry } = options;
  let pending = batch;
  let failures = 0;
  while (!signal.aborted) {
    const sent = pending;
    const outcome = await limiter.run(async () => {
      // The lease may have been lost while the request stood in line.
      return signal.aborted ? undefined : await port.put(stream, sent, signal);
    });
    if (outcome === undefined) {
      break;
    }
    if (outcome.type === 'answered') {
      const failed = new Set(outcome.failed.map(({ index }) => index));
      pending = sent.filter((_, index) => failed.has(index));
      if (pending.length === 0) {
        return 'accepted';
      }
    }
    if (isAborted(signal)) {
      break;
    }
    failures = pending.length < sent.length ? 0 : failures + 1;
    const codes = outcome.type === 'answered' ? [...new Set(outcome.failed.map(({ code }) => code))] : [outcome.code];
    const delayMs = backoffMs(Math.max(1, failures), random);
    onRetry({ type: 'delivery-retried', stream, failures, failed: pending.length, of: sent.length, codes, delayMs });
    await clock.sleep(delayMs, signal);
  }
  return 'aborted';
}

/** Whether the signal is aborted by now; asked through a function because the compiler takes the answer for constant. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Splits records, in order, into requests within the limits. */
export function* batches(records: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const record of records) {
    if (batch.length === putLimits.records || bytes + record.byteLength > putLimits.bytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += record.byteLength;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
