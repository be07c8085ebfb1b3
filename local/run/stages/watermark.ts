import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { leaseProjection, leasesOf } from '../../../core/lease-row';
import { windowClosing, type ShardLease, type WindowClosing } from '../../../core/window-closing';
import { endpointsOf } from '../endpoints';
import type { StageLine } from '../progress';
import { StageError } from '../stage-error';

/** How often the run looks at the watermarks, in milliseconds. */
const pollMs = 200;
/** Without the consumers' word for this long, something is wrong: several times a margin, an idle read and a renewal, in milliseconds. */
const patienceMs = 60_000;

export interface WatermarkProps {
  readonly readLeases: () => Promise<readonly ShardLease[]>;
  /** Everything that was sent arrived before this, in milliseconds since the epoch. */
  readonly arrivedBefore: number;
  readonly line: StageLine;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Waits until the consumers say in their leases that everything which arrived before some time is delivered. Only then does a training
 * window's cutoff, which is their least watermark, leave none of it out. A stream that goes on needs no such wait: there, time passes.
 *
 * @returns the least watermark, in milliseconds since the epoch
 * @throws StageError with what each shard claims, when they do not say so for a long time
 */
export async function watermarksPass(props: WatermarkProps): Promise<number> {
  const { arrivedBefore, line, now, readLeases, signal, sleep } = props;
  const began = now();
  for (;;) {
    const closing: WindowClosing = windowClosing(await readLeases(), arrivedBefore);
    if (closing.closed) {
      return closing.cutoffMs;
    }
    if (now() - began > patienceMs) {
      throw new StageError(`the consumers do not say that everything is delivered: ${closing.reasons.join('; ')}`);
    }
    line.update(closing.reasons[0] ?? '');
    await sleep(pollMs, signal);
  }
}

/** Reads the leases of consumers. @param environment what an SDK needs to come to the services */
export async function readLeases(environment: Readonly<Record<string, string>>, table: string): Promise<readonly ShardLease[]> {
  const client = new DynamoDBClient(endpointsOf(environment)('dynamodb'));
  try {
    const leases: ShardLease[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true, ...leaseProjection })) {
      leases.push(...leasesOf(Items));
    }
    return leases;
  } finally {
    client.destroy();
  }
}
