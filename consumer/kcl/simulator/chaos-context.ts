import type { InMemoryStream } from '../in-memory/in-memory-stream';
import type { EventLog } from './event-log';
import type { FaultKind, FaultTally } from './faults';
import type { Fleet, Member } from './fleet';
import type { Network } from './network';
import type { PortsProps } from './ports';
import type { Scenario } from './scenario';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';
import type { Sink } from './sink';

export interface ChaosProps {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly tally: FaultTally;
  readonly log: EventLog;
  readonly fleet: Fleet;
  readonly stream: InMemoryStream;
  readonly network: Network;
  readonly sink: Sink;
  readonly tears: PortsProps['tears'];
  /** Whether the shard was read to its end. */
  readonly isDone: (shardId: string) => boolean;
}

/** What faults of some kinds do, by kind. */
export type Happenings<K extends FaultKind> = Readonly<Record<K, () => void>>;

/** What all faults share: they are told and counted, and what lasts ends by itself, or when all is to be well. */
export class ChaosContext {
  private healing: (() => void)[] = [];
  private over = false;

  constructor(readonly props: ChaosProps) {}

  /** Whether all is to be well from now on. A method, since it changes meanwhile. */
  isOver(): boolean {
    return this.over;
  }

  end(): void {
    this.over = true;
    this.healing.splice(0).forEach((heal) => heal());
  }

  tell(kind: FaultKind, what = ''): void {
    this.props.log.add('world', `${kind} ${what}`);
    this.props.tally.add(kind);
  }

  until(ms: number, heal: () => void): void {
    let healed = false;
    const once = (): void => {
      if (!healed) {
        healed = true;
        heal();
      }
    };
    this.healing.push(once);
    this.props.scheduler.after(ms, once);
  }

  /** Befalls one worker, if there is any. */
  toOne(kind: FaultKind, act: (member: Member) => void): void {
    const member = this.props.random.pickOrNone(this.props.fleet.members);
    if (member !== undefined) {
      this.tell(kind, member.machine.name);
      act(member);
    }
  }
}
