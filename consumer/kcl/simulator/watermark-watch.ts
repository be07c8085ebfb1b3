import type { Row } from '../adapters/dynamodb/lease-row';
import { renewalsPerFailover, type WorkerSettings } from '../options';
import { checkpointOf } from './checkpoint-of';
import type { Judge } from './judge';
import { startWallMs } from './machine';
import type { RecordBook } from './record-book';
import type { TableChange } from './table-change';

/** What the watch asks of the rest of the simulation. */
export interface WatermarkView {
  readonly row: (leaseKey: string) => Row | undefined;
  readonly childrenOf: (shardId: string) => readonly { readonly shardId: string }[];
  readonly parentsOf: (shardId: string) => readonly string[];
}

/** Holds what leases claim of arrival times against the records that there are. */
export class WatermarkWatch {
  constructor(
    private readonly judge: Judge,
    private readonly book: RecordBook,
    private readonly view: WatermarkView,
  ) {}

  /** A row changed: its claim must not go back, and nothing may be left of what it says is dealt with, at its shard or after it. */
  changed({ after, before, leaseKey, machine }: TableChange): void {
    if (before === undefined || after === undefined) {
      return;
    }
    const [was, is] = [watermarkOf(before), watermarkOf(after)];
    if (was === is) {
      return;
    }
    if (is === undefined || is < (was ?? -Infinity)) {
      this.violated(`${machine.name} took the watermark of ${leaseKey} back from ${text(was)} to ${text(is)}`);
      return;
    }
    for (const shardId of lineOf(leaseKey, (id) => this.view.childrenOf(id).map((child) => child.shardId))) {
      const row = shardId === leaseKey ? after : this.view.row(shardId);
      const left = this.book.unfinished(shardId, row && checkpointOf(row)).find((arrivalTimeMs) => arrivalTimeMs < is);
      if (left !== undefined) {
        this.violated(
          `${machine.name} says that ${leaseKey} is complete until ${text(is)}, but a record of ${shardId} arrived at ${text(left)} and is not checkpointed`,
        );
      }
    }
  }

  /** A record was put: no lease of its shard, or of one before it, may have said that it had everything of that time. */
  put(shardId: string, arrivalTimeMs: number): void {
    for (const leaseKey of lineOf(shardId, this.view.parentsOf)) {
      const row = this.view.row(leaseKey);
      const claimed = row && watermarkOf(row);
      if (claimed !== undefined && arrivalTimeMs < claimed) {
        this.violated(
          `a record of ${shardId} arrived at ${text(arrivalTimeMs)}, when ${leaseKey} had been said to be complete until ${text(claimed)}`,
        );
      }
    }
  }

  /** When nothing arrives and all is well, a shard that is worked off is complete until a moment ago. */
  checkEnd(openShardIds: readonly string[], nowMs: number, boundMs: number): void {
    for (const id of openShardIds) {
      const row = this.view.row(id);
      const claimed = row && watermarkOf(row);
      const isWorkedOff = row !== undefined && this.book.unfinished(id, checkpointOf(row)).length === 0;
      if (isWorkedOff && startWallMs + nowMs - (claimed ?? -Infinity) > boundMs) {
        this.violated(
          `${id} is worked off, and said to be complete until ${text(claimed)} only, ${Math.round(boundMs)} ms being allowed`,
        );
      }
    }
  }

  private violated(message: string): never {
    return this.judge.violated('watermark', message);
  }
}

/** A shard and all that come after it, or before it, each once: after splits and merges on top of each other many ways lead to the same. */
function lineOf(shardId: string, next: (shardId: string) => readonly string[]): Iterable<string> {
  const line = new Set([shardId]);
  // A set that grows while it is gone through is gone through to its end.
  for (const id of line) {
    next(id).forEach((each) => line.add(each));
  }
  return line;
}

/**
 * How far the watermark of an idle shard may lie back: by the margin, the whole seconds of the stream's time, two reads that find nothing,
 * the second of which confirms the first, and two renewals; and a second for requests on their way. Milliseconds.
 */
export function idleWatermarkMs(
  settings: Pick<WorkerSettings, 'failoverTimeMs' | 'idleReadIntervalMs' | 'watermarkMarginMs'>,
): number {
  const { failoverTimeMs, idleReadIntervalMs, watermarkMarginMs } = settings;
  return watermarkMarginMs + 1000 + 2 * idleReadIntervalMs + (2 * failoverTimeMs) / renewalsPerFailover + 1000;
}

function watermarkOf(row: Row): number | undefined {
  const text = row['arrivalWatermark']?.N;
  return text === undefined ? undefined : Number(text);
}

/** Times of the stream's clock, in milliseconds since the start as the log has them. */
function text(ms: number | undefined): string {
  return ms === undefined ? 'nothing' : (ms - startWallMs).toFixed(0);
}
