import type { Clock, Random } from '../../clock';
import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import { positionOf } from '../../decisions/position';
import type { Emit } from '../../events';
import type { DeadLetter, DeadLetterSink } from '../../record-failure';
import { untilAborted } from '../abort';
import type { OwnedLease } from '../leasing/owned-lease';
import type { ShardVitals } from '../reading/shard-vitals';

/** The policy, with what it needs. */
export type RecordFailures =
  | { readonly policy: 'dead-letter'; readonly sink: DeadLetterSink }
  | { readonly policy: 'skip' }
  | { readonly policy: 'stop-shard' };

export interface GivenUpProps {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly recordFailures: RecordFailures;
}

const sinkBackoff: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

/** Applies the policy to a record that is given up, and then moves the checkpoint past it. */
export class GivenUpRecords {
  constructor(
    private readonly props: GivenUpProps,
    private readonly owned: OwnedLease,
    private readonly draining: AbortSignal,
    private readonly vitals: ShardVitals,
  ) {}

  /** `interrupted`: the lease was lost or the work is to stop before the record could be settled; it comes again. */
  async settle(letter: DeadLetter): Promise<'settled' | 'interrupted'> {
    const { emit, recordFailures } = this.props;
    const { attempts, error, reason, record, shardId } = letter;
    const position = positionOf(record);
    if (recordFailures.policy === 'dead-letter') {
      if ((await this.deliver(letter, recordFailures.sink)) === 'interrupted') {
        return 'interrupted';
      }
      emit({ type: 'record-dead-lettered', shardId, ...position, attempts, reason });
    } else {
      emit({ type: 'record-given-up', shardId, ...position, attempts, reason, error });
    }
    if ((await this.owned.checkpoint(position)) === 'lost') {
      return 'interrupted';
    }
    emit({ type: 'checkpoint-stored', shardId, position });
    return 'settled';
  }

  /** Until the sink has acknowledged the letter. A delivery that is under way when the shard is drained is waited for. */
  private async deliver(letter: DeadLetter, sink: DeadLetterSink): Promise<'delivered' | 'interrupted'> {
    const { clock, emit, random } = this.props;
    const waiting = AbortSignal.any([this.owned.signal, this.draining]);
    for (let failures = 0; !waiting.aborted; failures += 1) {
      try {
        const call = this.vitals.during('deadLetter', clock.monotonicMs(), () => sink(letter, this.owned.signal));
        return (await untilAborted(call, this.owned.signal)) === 'aborted' ? 'interrupted' : 'delivered';
      } catch (error: unknown) {
        const waitMs = backoffMs(failures, sinkBackoff, random);
        emit({ type: 'dead-letter-failed', shardId: letter.shardId, ...positionOf(letter.record), error, waitMs });
        await clock.sleep(waitMs, waiting);
      }
    }
    return 'interrupted';
  }
}
