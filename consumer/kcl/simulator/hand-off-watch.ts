import type { Row } from '../adapters/dynamodb/lease-row';
import type { Judge } from './judge';
import type { Machine } from './machine';
import type { TableChange } from './table-change';

export interface HandOffView {
  readonly nowMs: () => number;
  readonly failoverTimeMs: number;
  readonly handOffTimeoutMs: number;
  /** What requests that are lost, late or answered slowly may add, in milliseconds. */
  readonly slackMs: number;
  /** Workers that run, and to which nothing has happened for some time, could take over by themselves; undefined = none. */
  readonly undisturbedSinceMs: () => number | undefined;
  /** Whether the worker is in the middle of a call to its processor for the shard, and was not told to give up. */
  readonly isBusy: (machine: Machine, leaseKey: string) => boolean;
}

interface HandOff {
  readonly requester: Machine;
  readonly holder: Machine | undefined;
  readonly requestedMs: number;
  /** When the counter moved last. */
  movedMs: number;
}

/** Our workers' clocks run differently by less than this. */
const clockTolerance = 0.99;

/** Watches every hand-off from the request to the take. */
export class HandOffWatch {
  private readonly open = new Map<string, HandOff>();
  /** Completed as they should be: the holder released the lease. */
  released = 0;

  constructor(
    private readonly judge: Judge,
    private readonly view: HandOffView,
  ) {}

  /** @param holder - the worker whose take of the lease went through last */
  changed({ after, before, leaseKey, machine, method }: TableChange, holder: Machine | undefined): void {
    const known = this.open.get(leaseKey);
    if (after === undefined || before === undefined || after['checkpoint']?.S === 'SHARD_END') {
      this.open.delete(leaseKey);
      return;
    }
    const nowMs = this.view.nowMs();
    if (isRequested(after) && !isRequested(before)) {
      this.open.set(leaseKey, { requester: machine, holder, requestedMs: nowMs, movedMs: nowMs });
      return;
    }
    if (method === 'release' && this.view.isBusy(machine, leaseKey)) {
      this.judge.violated('hand-off', `${machine.name} released ${leaseKey} in the middle of a call to its processor`);
    }
    if (known === undefined) {
      return;
    }
    if (method === 'take') {
      if (isRequested(before)) {
        this.checkForced(leaseKey, machine, known, nowMs);
      }
      this.open.delete(leaseKey);
    } else if (method === 'withdraw') {
      this.open.delete(leaseKey);
    } else if (method === 'release' && isRequested(before)) {
      this.released += 1;
    }
    known.movedMs = before['leaseCounter']?.N === after['leaseCounter']?.N ? known.movedMs : nowMs;
  }

  /** To be called now and then: none may last too long. */
  check(): void {
    const { failoverTimeMs, handOffTimeoutMs, nowMs, slackMs, undisturbedSinceMs } = this.view;
    for (const [leaseKey, { holder, requestedMs, requester }] of this.open) {
      const sinceMs = Math.max(requestedMs, requester.disturbedMs, holder?.disturbedMs ?? 0);
      let limitMs = handOffTimeoutMs + failoverTimeMs + slackMs;
      let fromMs: number | undefined = sinceMs;
      if (!requester.running) {
        // Nobody can know of it before the lease has stood still for the failover time, and a scan has found that.
        limitMs += 2 * failoverTimeMs + failoverTimeMs;
        const others = undisturbedSinceMs();
        fromMs = others === undefined ? undefined : Math.max(sinceMs, others);
      }
      if (fromMs !== undefined && nowMs() - fromMs > limitMs) {
        const age = Math.round(nowMs() - requestedMs);
        this.judge.violated('hand-off', `${requester.name} asked for ${leaseKey} ${age} ms ago, and nobody has it yet`);
      }
    }
  }

  private checkForced(leaseKey: string, machine: Machine, handOff: HandOff, nowMs: number): void {
    const { failoverTimeMs, handOffTimeoutMs, slackMs } = this.view;
    const isStill = nowMs - handOff.movedMs >= clockTolerance * failoverTimeMs;
    // The requester counts from when it asked, and its request may have been late. It may have been restarted under its name meanwhile.
    const lateMs = Math.min(slackMs, 2 * failoverTimeMs + 500);
    const isOver =
      machine.name === handOff.requester.name && nowMs - handOff.requestedMs >= clockTolerance * handOffTimeoutMs - lateMs;
    if (!isStill && !isOver) {
      const waited = Math.round(nowMs - handOff.requestedMs);
      this.judge.violated('hand-off', `${machine.name} took ${leaseKey} by force after ${waited} ms, and its holder was alive`);
    }
  }
}

function isRequested(row: Row): boolean {
  return row['checkpointOwner'] !== undefined && row['leaseOwner'] !== undefined;
}
