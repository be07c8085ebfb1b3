import type { Clock, Random } from '../clock';
import type { BackoffOptions } from '../decisions/backoff';
import type { Lease } from '../decisions/lease';
import type { StartWord } from '../decisions/shard-graph';
import { KclError } from '../errors';
import type { Emit } from '../events';
import { renewalsPerFailover, type WorkerSettings } from '../options';
import type { LeaseStore } from '../ports/lease-store';
import type { ShardSource } from '../ports/shard-source';
import type { ShardProcessorFactory } from '../shard-processor';
import type { Worker } from '../worker';
import { LeaseAudit } from './leasing/lease-audit';
import { LeaseTaker } from './leasing/lease-taker';
import { LeaveTaking, stayingPeers } from './leasing/leave-taking';
import { Nudge } from './nudge';
import { OwnedLease } from './leasing/owned-lease';
import type { ConsumerEnd } from './processing/processor-session';
import type { RecordFailures } from './processing/given-up-records';
import { MemoryBudget } from './reading/memory-budget';
import { retrying } from './retry';
import { rounds } from './round';
import { ShardConsumer } from './processing/shard-consumer';
import { ThroughputMeter } from './leasing/throughput-meter';
import { WatchedLeaseStore } from './leasing/watched-lease-store';

export interface WorkerRuntimeProps {
  readonly workerId: string;
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly factory: ShardProcessorFactory;
  readonly start: StartWord;
  readonly recordFailures: RecordFailures;
  readonly settings: WorkerSettings;
}

const startBackoff: BackoffOptions = { firstMs: 200, maxMs: 5000 };

/** Of a worker with very many leases, so that a thousand requests are not made in one turn of the event loop. */
const renewalsAtOnce = 50;
/** Until the next of them, in milliseconds. */
const renewalPauseMs = 20;

/** Composes the loops (renew, take, audit) and the shard consumers into one worker. */
export class WorkerRuntime implements Worker {
  readonly workerId: string;
  private readonly consumers = new Map<string, ShardConsumer>();
  private readonly takes = new Set<Promise<void>>();
  /** No more leases are taken; what is held is drained. */
  private readonly stopping = new AbortController();
  /** Everything is over. */
  private readonly over = new AbortController();
  private readonly taker: LeaseTaker;
  private readonly leaveTaking: LeaveTaking;
  /** Brings the next look at the table forward. */
  private readonly nudge = new Nudge();
  private readonly props: WorkerRuntimeProps;
  private readonly audit: LeaseAudit;
  private readonly budget: MemoryBudget;
  private running: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;
  private fatal: Error | undefined;

  constructor(given: WorkerRuntimeProps) {
    const { clock, emit } = given;
    const store = new WatchedLeaseStore({ store: given.store, clock, emit, onFatal: (error) => this.fail(error) });
    const props = { ...given, store };
    this.props = props;
    this.workerId = props.workerId;
    this.budget = new MemoryBudget(props.settings.maxMemoryBytes);
    this.audit = new LeaseAudit(props);
    this.leaveTaking = new LeaveTaking(props);
    this.taker = new LeaseTaker({
      ...props,
      stopping: this.stopping.signal,
      holds: (leaseKey) => this.consumers.has(leaseKey),
      heldCount: () => this.consumers.size,
      onTaken: (lease, takenMs) => this.consume(lease, takenMs),
    });
  }

  run(): Promise<void> {
    return (this.running ??= this.work());
  }

  stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    return (this.stopped ??= this.shutDown(options.graceMs ?? this.props.settings.graceMs));
  }

  private async work(): Promise<void> {
    const { clock, emit, settings } = this.props;
    const renewIntervalMs = settings.failoverTimeMs / renewalsPerFailover;
    try {
      await this.begin();
      await Promise.all([
        rounds({ clock, signal: this.over.signal, firstDelayMs: renewIntervalMs, round: () => this.renewAll(renewIntervalMs) }),
        rounds({ clock, signal: this.stopping.signal, firstDelayMs: 0, nudge: this.nudge, round: () => this.scan() }),
        rounds({
          clock,
          signal: this.stopping.signal,
          // Spread, so that the workers of a fleet started together do not all list at the same moment.
          firstDelayMs: settings.shardSyncIntervalMs * (0.5 + 0.5 * this.props.random()),
          round: () => this.auditRound(),
        }),
      ]);
    } catch (error: unknown) {
      this.fail(error);
    }
    await (this.stopped ?? this.stop());
    emit({ type: 'worker-stopped', workerId: this.workerId });
    if (this.fatal !== undefined) {
      throw this.fatal;
    }
  }

  /** The table is looked at and, if it is new, filled. Passing errors are outwaited; those that will not pass are thrown. */
  private async begin(): Promise<void> {
    const { clock, emit, random, store } = this.props;
    const retry = {
      clock,
      random,
      backoff: startBackoff,
      signal: this.stopping.signal,
      onFailure: (error: unknown) => emit({ type: 'round-failed', round: 'start', error }),
    } as const;
    const notes = await retrying(() => store.open(), retry);
    if (notes !== 'aborted') {
      notes.warnings.forEach((message) => emit({ type: 'warning', message }));
      emit({ type: 'worker-started', workerId: this.workerId });
      await retrying(() => this.audit.start(), retry);
    }
  }

  private async renewAll(intervalMs: number): Promise<number> {
    const { clock } = this.props;
    const startedMs = clock.monotonicMs();
    let started = 0;
    // Not awaited as a whole: one write that hangs must not keep the others from being renewed.
    for (const consumer of this.consumers.values()) {
      void consumer.renew(intervalMs);
      started += 1;
      if (started % renewalsAtOnce === 0) {
        await clock.sleep(renewalPauseMs, this.over.signal);
      }
    }
    return Math.max(1, intervalMs - (clock.monotonicMs() - startedMs));
  }

  private async scan(): Promise<number> {
    try {
      return await this.whileTaking(this.taker.scan());
    } catch (error: unknown) {
      this.roundFailed('take', error);
      return this.props.settings.failoverTimeMs / renewalsPerFailover;
    }
  }

  /** Leases that are being taken while the worker is told to stop have to be given back, too. */
  private whileTaking<T>(taking: Promise<T>): Promise<T> {
    const settled = taking.then(
      () => undefined,
      () => undefined,
    );
    this.takes.add(settled);
    void settled.then(() => this.takes.delete(settled));
    return taking;
  }

  private async auditRound(): Promise<number> {
    try {
      await this.audit.round();
    } catch (error: unknown) {
      this.roundFailed('shard-sync', error);
    }
    return this.props.settings.shardSyncIntervalMs;
  }

  private roundFailed(round: 'take' | 'shard-sync', error: unknown): void {
    this.props.emit({ type: 'round-failed', round, error });
    if (error instanceof KclError) {
      this.fail(error);
    }
  }

  private consume(lease: Lease, takenMs: number): void {
    const { settings } = this.props;
    const { clock, emit } = this.props;
    const meter = new ThroughputMeter(clock, lease.throughputKBps);
    const owned = new OwnedLease(
      {
        ...this.props,
        failoverTimeMs: settings.failoverTimeMs,
        watermarkMarginMs: settings.watermarkMarginMs,
        throughputKBps: () => meter.read(),
        onRequested: () => consumer.drain('handed-over'),
        onWoken: () => this.nudge.give(),
      },
      lease,
      takenMs,
    );
    const measuring: Emit = (event) => {
      if (event.type === 'batch-processed') {
        meter.add(event.bytes);
      }
      emit(event);
    };
    const consumer = new ShardConsumer({ ...this.props, emit: measuring, budget: this.budget }, owned);
    this.consumers.set(lease.leaseKey, consumer);
    void consumer.done.then((end) => this.consumed(consumer, end));
    if (this.stopping.signal.aborted) {
      // The take was under way when the worker was told to stop.
      consumer.drain();
    }
  }

  private consumed(consumer: ShardConsumer, end: ConsumerEnd): void {
    // Whatever the end: nothing of this lease may linger, its timers least of all.
    consumer.owned.forget();
    this.consumers.delete(consumer.shardId);
    switch (end.kind) {
      case 'ended':
        if (!this.stopping.signal.aborted) {
          this.whileTaking(this.taker.takeChildren(end.childShardIds)).catch((error: unknown) => this.roundFailed('take', error));
        } else {
          // Nobody else knows yet that there are children to read.
          void this.leaveTaking.wake(stayingPeers(this.taker.lastSeen, this.workerId), this.over.signal);
        }
        return;
      case 'released':
        if (end.reason === 'handed-over') {
          if (consumer.owned.lease.owner === undefined) {
            // The other had taken its request back.
            this.nudge.give();
          }
        } else if (end.reason !== 'worker-stopped') {
          this.taker.avoid(consumer.shardId);
        }
        return;
      case 'fatal':
        this.fail(end.error);
        return;
      case 'lost':
    }
  }

  private fail(error: unknown): void {
    if (this.fatal === undefined) {
      this.fatal = error instanceof Error ? error : new Error('the worker failed', { cause: error });
      this.props.emit({ type: 'fatal', error: this.fatal });
    }
    void this.stop();
  }

  private async shutDown(graceMs: number): Promise<void> {
    const { clock, emit } = this.props;
    emit({ type: 'worker-stopping', workerId: this.workerId, shards: this.consumers.size });
    this.stopping.abort();
    const deadline = new AbortController();
    void this.leave(graceMs).finally(() => deadline.abort());
    // The last bit of the grace is for giving back the leases of those who did not finish.
    const releaseMs = Math.min(1000, graceMs / 10);
    await clock.sleep(graceMs - releaseMs, deadline.signal);
    const left = [...this.consumers.values()];
    if (left.length > 0) {
      const allReleased = new AbortController();
      void Promise.all(left.map(({ owned }) => owned.abandon())).finally(() => allReleased.abort());
      await clock.sleep(releaseMs, allReleased.signal);
    }
    this.over.abort();
  }

  /** Offers the leases to the others, and lets go of what nobody asks for. At most half the grace is spent on offering. */
  private async leave(graceMs: number): Promise<void> {
    const { clock } = this.props;
    // What this worker had asked for itself is taken back meanwhile.
    void this.whileTaking(this.taker.settle());
    if (this.fatal === undefined) {
      const offered = new AbortController();
      void clock.sleep(graceMs / 2, AbortSignal.any([offered.signal, this.over.signal])).then(() => offered.abort());
      const held = (): readonly OwnedLease[] => [...this.consumers.values()].map(({ owned }) => owned);
      await this.leaveTaking.offer(this.taker.lastSeen, held, offered.signal);
      offered.abort();
    }
    await this.drainAll();
  }

  /** Until no consumer is left, those counted in that were just being started. */
  private async drainAll(): Promise<void> {
    while (this.consumers.size > 0 || this.takes.size > 0) {
      const consumers = [...this.consumers.values()];
      consumers.forEach((consumer) => consumer.drain());
      await Promise.all([...consumers.map(({ done }) => done), ...this.takes]);
    }
  }
}
