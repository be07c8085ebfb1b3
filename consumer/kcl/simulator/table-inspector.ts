import type { Row } from '../adapters/dynamodb/lease-row';
import { isShardEnd, isStart } from '../decisions/position';
import type { KclEvent } from '../events';
import { checkpointOf } from './checkpoint-of';
import type { HandOffWatch } from './hand-off-watch';
import type { Judge } from './judge';
import type { Machine } from './machine';
import type { PendingRead } from './pending-read';
import type { RecordBook } from './record-book';
import type { TableChange } from './table-change';
import type { WatermarkWatch } from './watermark-watch';

/** What the inspector asks of the rest of the simulation. */
export interface InspectorView {
  readonly nowMs: () => number;
  readonly row: (leaseKey: string) => Row | undefined;
  /** The shards that came out of this one; empty while it is open. */
  readonly childrenOf: (shardId: string) => readonly { readonly shardId: string; readonly parentShardIds: readonly string[] }[];
  /** Whether the worker that bears this name and runs works on the shard and has not been told to give up. */
  readonly worksOn: (owner: string, leaseKey: string) => boolean;
  /** Whether so much befell the worker of late that a lease of it may have run out. */
  readonly mayExpire: (machine: Machine) => boolean;
  readonly readerStallTimeMs: number;
  readonly renewIntervalMs: number;
}

/** What is remembered of one lease. */
interface LeaseHistory {
  /** Who wrote owner, counter or checkpoint last, other than whom a foreign hand changed it. */
  lastWriter: Machine | undefined;
  /** Whose take went through last. */
  holder: Machine | undefined;
  /** Another worker has written since the holder's take. */
  foreignWrite: boolean;
  /** The worker whose reader is stuck. */
  letGoBy: Machine | undefined;
  /** The last take: from whom, and whether that one was still at work. */
  taken: { readonly by: Machine; readonly from: string | undefined; readonly victimWorked: boolean } | undefined;
}

/** The attribute that another client is thought to have written. */
export const unknownAttribute = 'vendorNote';

/** Watches every change of the table for what must never be seen in it. */
export class TableInspector {
  private readonly histories = new Map<string, LeaseHistory>();
  private readonly everLeased = new Set<string>();
  /** By shard, the highest fencing token of a processor so far. */
  private readonly tokens = new Map<string, number>();
  readonly requests = { scans: 0, gets: 0, writes: 0 };
  takes = 0;
  /** Hears of every new lease. */
  onCreated: (leaseKey: string) => void = () => undefined;

  constructor(
    private readonly judge: Judge,
    private readonly book: RecordBook,
    private readonly view: InspectorView,
    private readonly handOffs: HandOffWatch,
    private readonly watermarks: WatermarkWatch,
  ) {}

  /** Whether the shard ever had a lease. */
  wasLeased(leaseKey: string): boolean {
    return this.everLeased.has(leaseKey);
  }

  changed(change: TableChange): void {
    const { after, before, leaseKey } = change;
    this.checkUnknown(change);
    this.handOffs.changed(change, this.histories.get(leaseKey)?.holder);
    if (after === undefined) {
      this.checkDeletion(change);
      this.histories.delete(leaseKey);
      return;
    }
    this.everLeased.add(leaseKey);
    if (before === undefined) {
      this.onCreated(leaseKey);
      return;
    }
    this.checkCounter(change, before, after);
    const history = this.history(leaseKey);
    if (counterOf(after) !== counterOf(before)) {
      history.foreignWrite ||= history.holder !== undefined && history.holder.name !== change.machine.name;
      history.lastWriter = change.machine;
    }
    this.checkCheckpoint(change, before, after);
    this.watermarks.changed(change);
    this.checkTake(change, before, after, history);
  }

  /** What a worker says of itself is held against what the table saw. */
  heard(machine: Machine, event: KclEvent): void {
    if (event.type === 'lease-lost' && event.reason === 'taken') {
      const history = this.histories.get(event.shardId);
      if (history?.holder === machine && !history.foreignWrite && this.view.row(event.shardId) !== undefined) {
        this.judge.violated('lost-reply', `${machine.name} gave up ${event.shardId} as taken, but nobody else wrote to it`);
      }
    }
    if (event.type === 'reader-stalled' || event.type === 'shard-started') {
      // The lease of a reader that is stuck is let go on purpose.
      this.history(event.shardId).letGoBy = event.type === 'reader-stalled' ? machine : undefined;
    }
    if (
      event.type === 'lease-lost' &&
      event.reason === 'expired' &&
      this.histories.get(event.shardId)?.letGoBy !== machine &&
      !this.view.mayExpire(machine)
    ) {
      this.judge.violated('lost-reply', `${machine.name} let ${event.shardId} run out, and one request at most had failed`);
    }
    if (event.type === 'lease-taken' && event.reason === 'expired') {
      const taken = this.histories.get(event.shardId)?.taken;
      if (taken?.by === machine && taken.victimWorked) {
        this.judge.violated(
          'expiry',
          `${machine.name} took the expired lease of ${event.shardId}, and ${taken.from ?? 'nobody'} was still working on it`,
        );
      }
    }
  }

  /** A processor is made for a shard. One that a worker makes that has lost the lease, and does not know yet, may have any token. */
  created(machine: Machine, shardId: string, fencingToken: number): void {
    const highest = this.tokens.get(shardId) ?? -1;
    const row = this.view.row(shardId);
    const isHolder = (row?.['checkpointOwner']?.S ?? row?.['leaseOwner']?.S) === machine.name;
    if (isHolder && fencingToken <= highest) {
      this.judge.violated(
        'fencing',
        `${machine.name} makes a processor for ${shardId} with the token ${fencingToken}, and ${highest} was given out`,
      );
    }
    this.tokens.set(shardId, Math.max(highest, fencingToken));
  }

  /** Records of a shard are given to a processor. */
  given(machine: Machine, shardId: string, parentShardIds: readonly string[]): void {
    for (const parent of parentShardIds) {
      const row = this.view.row(parent);
      if (row !== undefined && !isShardEnd(checkpointOf(row))) {
        this.judge.violated('parents-first', `${machine.name} works on ${shardId} before its parent ${parent} is at SHARD_END`);
      }
    }
  }

  private checkUnknown({ after, before, leaseKey, machine }: TableChange): void {
    if (before !== undefined && before['entityType'] !== undefined && before['entityType'].S !== 'LEASE') {
      this.judge.violated('foreign-kept', `${machine.name} changed ${leaseKey}, which is not a lease`);
    }
    const note = before?.[unknownAttribute];
    if (after !== undefined && note !== undefined && after[unknownAttribute]?.S !== note.S) {
      this.judge.violated('foreign-kept', `${machine.name} dropped an attribute of ${leaseKey} that it does not know`);
    }
  }

  private checkCounter({ leaseKey, machine, method, seenCounter }: TableChange, before: Row, after: Row): void {
    const [was, is] = [counterOf(before), counterOf(after)];
    const matters = ['leaseOwner', 'checkpoint', 'checkpointSubSequenceNumber', 'checkpointOwner'] as const;
    const changes = matters.some((name) => text(before, name) !== text(after, name));
    if (seenCounter !== undefined && seenCounter !== was) {
      this.judge.violated(
        'fencing',
        `${method} by ${machine.name} on ${leaseKey} went through: it had seen counter ${seenCounter}, the row had ${was}`,
      );
    }
    if (is < was || (is === was && (changes || seenCounter !== undefined)) || method === 'create') {
      this.judge.violated('counter-rises', `${method} by ${machine.name} took the counter of ${leaseKey} from ${was} to ${is}`);
    }
  }

  private checkCheckpoint({ leaseKey, machine }: TableChange, before: Row, after: Row): void {
    const [from, to] = [checkpointOf(before), checkpointOf(after)];
    if (from.sequenceNumber === to.sequenceNumber && from.subSequenceNumber === to.subSequenceNumber) {
      return;
    }
    const owner = before['checkpointOwner']?.S ?? before['leaseOwner']?.S;
    if (owner !== machine.name) {
      this.judge.violated('fencing', `${machine.name} moved the checkpoint of ${leaseKey}, which is ${owner ?? "nobody's"}`);
    }
    this.book.checkpoint(leaseKey, from, to, machine.name);
    if (isShardEnd(to)) {
      for (const child of this.view.childrenOf(leaseKey)) {
        // It may have been left to its other parent, which had no lease yet and is not at its end.
        const isLeft = child.parentShardIds.some((id) => id !== leaseKey && this.isAhead(id));
        if (!this.everLeased.has(child.shardId) && !isLeft) {
          this.judge.violated('coverage', `${machine.name} ended ${leaseKey} before its child ${child.shardId} had a lease`);
        }
      }
    }
  }

  private isAhead(shardId: string): boolean {
    const row = this.view.row(shardId);
    return row === undefined ? !this.everLeased.has(shardId) : !isShardEnd(checkpointOf(row));
  }

  private checkTake({ leaseKey, machine }: TableChange, before: Row, after: Row, history: LeaseHistory): void {
    const [from, to] = [before['leaseOwner']?.S, after['leaseOwner']?.S];
    if (to !== machine.name || after['checkpointOwner'] !== undefined) {
      return;
    }
    const reader = before['checkpointOwner']?.S ?? from;
    if (from === to && reader === to && history.holder === machine) {
      return;
    }
    this.takes += 1;
    const victimWorked = reader !== undefined && reader !== to && this.view.worksOn(reader, leaseKey);
    history.taken = { by: machine, from: reader, victimWorked };
    history.holder = machine;
    history.foreignWrite = false;
  }

  private checkDeletion({ before, leaseKey, machine }: TableChange): void {
    if (before === undefined) {
      return;
    }
    const unserved = this.view.childrenOf(leaseKey).find(({ shardId }) => {
      const row = this.view.row(shardId);
      return row === undefined ? !this.everLeased.has(shardId) : isStart(checkpointOf(row));
    });
    if (!isShardEnd(checkpointOf(before)) || unserved !== undefined) {
      const why = unserved === undefined ? 'it had ended' : `its child ${unserved.shardId} had started`;
      this.judge.violated('coverage', `${machine.name} deleted the lease of ${leaseKey} before ${why}`);
    }
  }

  /** A renewal is being sent. A reader that has heard nothing for the stall time, and a little more, must not be kept alive. */
  renewing(machine: Machine, leaseKey: string, read: PendingRead | undefined): void {
    const { nowMs, readerStallTimeMs, renewIntervalMs } = this.view;
    const silentMs = read === undefined || read.pauses !== machine.pauses ? 0 : nowMs() - read.sinceMs;
    if (silentMs > readerStallTimeMs + 2 * renewIntervalMs) {
      this.judge.violated('expiry', `${machine.name} renews ${leaseKey} though its read has hung for ${Math.round(silentMs)} ms`);
    }
  }

  private history(leaseKey: string): LeaseHistory {
    const known = this.histories.get(leaseKey);
    if (known !== undefined) {
      return known;
    }
    const fresh: LeaseHistory = {
      lastWriter: undefined,
      holder: undefined,
      foreignWrite: false,
      letGoBy: undefined,
      taken: undefined,
    };
    this.histories.set(leaseKey, fresh);
    return fresh;
  }
}

function counterOf(row: Row): number {
  return Number(row['leaseCounter']?.N ?? Number.NaN);
}

function text(row: Row, name: string): string | undefined {
  return row[name]?.S ?? row[name]?.N;
}
