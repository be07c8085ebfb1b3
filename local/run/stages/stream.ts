import type { ExpectedOutcome } from '../../../core/domain';
import type { ConsumerFleet } from '../consumer-fleet';
import type { DeviceFleet } from '../device-fleet';
import type { LedgerBook } from '../ledger-book';
import type { StageLine } from '../progress';
import { StageError } from '../stage-error';
import { count } from '../numbers';

/** How often the run looks how far it is, in milliseconds. */
const pollMs = 100;
/** Without any progress for this long the stream is taken to be stuck, in milliseconds: several failover times. */
const stuckMs = 60_000;

export interface StreamProps {
  readonly devices: DeviceFleet;
  readonly consumers: ConsumerFleet;
  readonly book: LedgerBook;
  readonly line: StageLine;
  /** How many records will be sent. Undefined for files, whose length is not known beforehand. */
  readonly records: number | undefined;
  readonly killWorker: boolean;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface StreamResult {
  readonly sent: number;
  readonly expected: Readonly<Partial<Record<ExpectedOutcome, number>>> | null;
  /** The consumer that was killed. */
  readonly killed: string | undefined;
}

/**
 * Lets the devices send and the consumers read until the consumers' ledgers cover every record that was sent.
 *
 * @throws StageError when a process ends unasked, or nothing moves any more
 */
export async function stream(props: StreamProps): Promise<StreamResult> {
  const { devices, consumers, book, line } = props;
  const over = new AbortController();
  const signal = AbortSignal.any([props.signal, over.signal]);
  let killed: string | undefined;
  let last = { received: -1, sent: -1, at: props.now() };
  const watch = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const { received, delivered, quarantined, duplicatesDropped } = book.totals();
      const { sent, throttled } = devices.progress();
      const total = devices.result()?.sent ?? props.records;
      if (received !== last.received || sent !== last.sent) {
        last = { received, sent, at: props.now() };
      } else if (props.now() - last.at > stuckMs) {
        throw new StageError(
          `nothing moved for ${stuckMs / 1000} s: ${count(sent)} records sent, ${count(received)} dealt with; ` +
            'see the logs of the consumers for what they wait for',
        );
      }
      const bad = Object.values(quarantined).reduce((sum, number) => sum + number, 0);
      line.update(
        `${count(sent)} sent, ${count(delivered)} delivered, ${count(bad)} quarantined, ${count(duplicatesDropped)} duplicates` +
          (throttled > 0 ? `, ${count(throttled)} throttled` : ''),
        total === undefined ? undefined : received / total,
      );
      if (props.killWorker && killed === undefined && received > 0 && received >= (total ?? Infinity) / 2) {
        killed = await consumers.killOne();
      }
      if (devices.result() !== undefined && received >= (devices.result()?.sent ?? 0)) {
        return;
      }
      await props.sleep(pollMs, signal);
    }
  };
  try {
    await Promise.race([watch(), consumers.failed, devices.failed]);
  } finally {
    over.abort();
  }
  const result = devices.result();
  if (result === undefined) {
    throw new StageError('the device fleet ended without a result');
  }
  return { sent: result.sent, expected: result.expected, killed };
}
