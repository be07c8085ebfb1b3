import type { Clock } from '../clock';
import type { KclEvent } from '../events';
import { defaults, scanMarginMs } from '../options';
import { counters, histograms, type CounterName, type HistogramName } from './catalogue';
import { countsOf } from './count-event';
import { healthLimits, judgeHealth, type Health, type HealthLimits } from './health';
import { Histogram } from './histogram';
import { Labelled } from './labelled';
import { ShardProgress } from './shard-progress';
import type { KclSnapshot } from './snapshot';

/** What the metrics of a worker need to know of it. */
export interface KclMetricsOptions {
  readonly clock: Clock;
  /** The worker's. @default the worker's default, 10000 */
  readonly failoverTimeMs?: number;
  /** @default healthLimits(failoverTimeMs) */
  readonly healthLimits?: HealthLimits;
}

/**
 * What a worker's events come to: counters, durations, and how each shard stands. Give it every event (`onEvent`), and ask it for a
 * snapshot whenever one is wanted; it has no timers and does no I/O.
 */
export class KclMetrics {
  private readonly counters = mapOf(counters, () => new Labelled(() => 0));
  private readonly histograms = mapOf(histograms, () => new Labelled(() => new Histogram()));
  private readonly shards = new Map<string, ShardProgress>();
  private readonly limits: HealthLimits;
  /** Without a failure for this long the table answers again: a look that fails is repeated sooner. */
  private readonly quietMs: number;
  private tableFailures: { readonly sinceMs: number; readonly lastMs: number } | undefined;
  private fatal: string | undefined;

  constructor(private readonly options: KclMetricsOptions) {
    const failoverTimeMs = options.failoverTimeMs ?? defaults.failoverTimeMs;
    this.limits = options.healthLimits ?? healthLimits(failoverTimeMs);
    this.quietMs = 2 * failoverTimeMs + scanMarginMs;
    for (const [name, { labels }] of Object.entries(counters)) {
      if (labels.length === 0) {
        this.counters[name as CounterName].get();
      }
    }
    for (const [name, { labels }] of Object.entries(histograms)) {
      if (labels.length === 0) {
        this.histograms[name as HistogramName].get();
      }
    }
  }

  /** Takes an event in. Events that nothing is counted of are passed over. */
  observe(event: KclEvent): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const { by, counter, labels } of countsOf(event)) {
      this.counters[counter].set(labels, this.counters[counter].get(labels) + by);
    }
    this.time(event, nowMs);
    this.follow(event, nowMs);
  }

  snapshot(): KclSnapshot {
    const { clock } = this.options;
    const nowMs = clock.monotonicMs();
    const atMs = clock.wallMs();
    const failures = this.tableFailures;
    return {
      atMs,
      shards: [...this.shards.values()].map((shard) => shard.snapshot(nowMs, atMs)),
      counters: mapOf(counters, (name) => this.counters[name].all()),
      histograms: mapOf(histograms, (name) =>
        this.histograms[name].all().map(({ labels, value }) => ({ labels, value: value.snapshot() })),
      ),
      tableFailingMs: failures === undefined || nowMs - failures.lastMs > this.quietMs ? undefined : nowMs - failures.sinceMs,
      fatal: this.fatal,
    };
  }

  health(snapshot = this.snapshot()): Health {
    return judgeHealth(snapshot, this.limits);
  }

  /** Durations. Before the event is followed: whether a batch is the shard's first is still to be seen. */
  private time(event: KclEvent, nowMs: number): void {
    if (event.type === 'hand-off-completed') {
      this.histograms.kcl_hand_off_seconds.get({ role: event.role }).observe(event.durationMs / 1000);
    } else if (event.type === 'batch-processed') {
      if (event.records > 0) {
        this.histograms.kcl_batch_processing_seconds.get().observe(event.durationMs / 1000);
      }
      const shard = this.shards.get(event.shardId);
      if (shard !== undefined && !shard.hasBegun) {
        this.histograms.kcl_shard_start_seconds.get().observe(shard.heldMs(nowMs) / 1000);
      }
    }
  }

  /** Keeps how things stand. */
  private follow(event: KclEvent, nowMs: number): void {
    switch (event.type) {
      case 'lease-taken':
        this.shards.set(event.shardId, new ShardProgress(event.shardId, nowMs, event.checkpoint, event.arrivalWatermarkMs));
        this.tableFailures = undefined;
        return;
      case 'batch-processed':
        this.shards.get(event.shardId)?.batch(nowMs, event);
        return;
      case 'checkpoint-stored':
        this.tableFailures = undefined;
        this.shards.get(event.shardId)?.checkpointed(nowMs, event.position);
        return;
      case 'watermark-stored':
        this.shards.get(event.shardId)?.completeUntil(event.arrivalWatermarkMs);
        return;
      case 'processor-failed':
        this.shards.get(event.shardId)?.failed();
        return;
      case 'lease-lost':
        this.shards.delete(event.shardId);
        // A write that fails is repeated; only when none went through in time did the table fail.
        if (event.reason === 'expired') {
          this.tableFailed(nowMs);
        }
        return;
      case 'lease-released':
      case 'shard-ended':
        this.shards.delete(event.shardId);
        return;
      case 'round-failed':
        // A round of the shard sync may fail because of the stream alone.
        if (event.round !== 'shard-sync') {
          this.tableFailed(nowMs);
        }
        return;
      case 'worker-stopped':
        this.shards.clear();
        return;
      case 'fatal':
        this.fatal = event.error instanceof Error ? event.error.message : String(event.error);
        return;
      default:
    }
  }

  private tableFailed(nowMs: number): void {
    const before = this.tableFailures;
    const goesOn = before !== undefined && nowMs - before.lastMs <= this.quietMs;
    this.tableFailures = { sinceMs: goesOn ? before.sinceMs : nowMs, lastMs: nowMs };
  }
}

/** The same names with other values. */
function mapOf<Name extends string, Value>(
  names: Readonly<Record<Name, unknown>>,
  value: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries((Object.keys(names) as Name[]).map((name) => [name, value(name)])) as Record<Name, Value>;
}
