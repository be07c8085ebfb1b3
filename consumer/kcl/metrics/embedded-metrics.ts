import type { Clock, Random } from '../clock';
import type { KclEvent } from '../events';
import type { CounterName } from './catalogue';
import type { KclMetrics } from './kcl-metrics';
import { greatestStallMs, incompleteMs, type KclSnapshot } from './snapshot';

/** What is written, under which names, and where to. */
export interface EmbeddedMetricsOptions {
  readonly metrics: KclMetrics;
  /** Dimensions of every metric. */
  readonly stream: string;
  readonly application: string;
  /** Of the metrics in CloudWatch. @default 'KinesisClientLibrary' */
  readonly namespace?: string;
  /**
   * Whether each shard has metrics of its own, with the further dimension Shard. Three metrics a shard, and CloudWatch bills each
   * metric by the month (0.30 USD in us-east-1): 0.90 USD for a shard, or 900 for a thousand.
   * @default false
   */
  readonly perShard?: boolean;
  /** Writes a line of JSON to where CloudWatch Logs reads: the standard output of a container. */
  readonly write: (document: Readonly<Record<string, unknown>>) => void;
  readonly clock: Clock;
  /** Chooses which durations stand for the rest. @default Math.random */
  readonly random?: Random;
  /** Further metrics of the process, asked for at each writing; their names must not be among those of the worker. @default none */
  readonly more?: () => readonly EmbeddedMetric[];
  /** How often metrics are written, in milliseconds. CloudWatch keeps one value a minute. @default 60000 */
  readonly intervalMs?: number;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
export const embeddedMetricLimits = { metricsPerDirective: 100, valuesPerMetric: 100, dimensionsPerSet: 30 } as const;

/** A metric's unit, in CloudWatch's words. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
type Unit = 'Count' | 'Bytes' | 'Milliseconds';

/** A metric of one document. */
export interface EmbeddedMetric {
  readonly name: string;
  readonly unit: Unit;
  /** Of a list the first hundred are written; an empty one is left out. */
  readonly value: number | readonly number[];
}

/** Counters whose rise since the line before is a metric, all their labels together. */
const counted: Readonly<Record<string, { readonly counters: readonly CounterName[]; readonly unit: Unit }>> = {
  RecordsProcessed: { counters: ['kcl_records_total'], unit: 'Count' },
  BytesProcessed: { counters: ['kcl_record_bytes_total'], unit: 'Bytes' },
  Checkpoints: { counters: ['kcl_checkpoints_total'], unit: 'Count' },
  LeasesTaken: { counters: ['kcl_leases_taken_total'], unit: 'Count' },
  LeasesLost: { counters: ['kcl_leases_lost_total'], unit: 'Count' },
  HandOffs: { counters: ['kcl_hand_offs_total'], unit: 'Count' },
  HandOffsTimedOut: { counters: ['kcl_hand_offs_timed_out_total'], unit: 'Count' },
  LeaseTableFailures: { counters: ['kcl_lease_table_failures_total'], unit: 'Count' },
  ReadsThrottled: { counters: ['kcl_throttled_total'], unit: 'Count' },
  ReadFailures: { counters: ['kcl_read_failures_total', 'kcl_readers_stalled_total'], unit: 'Count' },
  ProcessorFailures: { counters: ['kcl_processor_failures_total'], unit: 'Count' },
  RecordsDeadLettered: { counters: ['kcl_records_dead_lettered_total'], unit: 'Count' },
  RecordsSkipped: { counters: ['kcl_records_given_up_total', 'kcl_user_records_skipped_total'], unit: 'Count' },
  RecordsOvertaken: { counters: ['kcl_records_overtaken_total'], unit: 'Count' },
  ShardsLost: { counters: ['kcl_shards_gone_total'], unit: 'Count' },
};

/**
 * Writes a worker's metrics as CloudWatch embedded metrics: a JSON document a minute, of which CloudWatch Logs makes metrics. All
 * workers of an application write the same metrics, which CloudWatch then sums (`Sum`) or compares (`Maximum`).
 *
 * `MillisStalled` is how long the shard that has stood still longest has, as `/health` judges it; it begins anew when the shard moves to
 * another worker. `MillisBehindLatest` has a value per shard, and `BatchProcessingTime` up to a hundred durations drawn from the minute's, so that
 * their percentiles can be asked for; a hundred is the format's limit. `WatermarkAge` is of the shard whose watermark lies back furthest.
 */
export class EmbeddedMetrics {
  private readonly durations: number[] = [];
  private seen = 0;
  private before: KclSnapshot;

  constructor(private readonly options: EmbeddedMetricsOptions) {
    this.before = options.metrics.snapshot();
  }

  /** Takes an event in, for the durations. */
  observe(event: KclEvent): void {
    if (event.type !== 'batch-processed' || event.records === 0) {
      return;
    }
    this.seen += 1;
    // A uniform sample of unknown length (reservoir sampling): the n-th stays with probability 100 / n.
    const index =
      this.seen <= embeddedMetricLimits.valuesPerMetric
        ? this.seen - 1
        : Math.floor((this.options.random ?? Math.random)() * this.seen);
    if (index < embeddedMetricLimits.valuesPerMetric) {
      this.durations[index] = event.durationMs;
    }
  }

  /** Writes at every interval until the signal is aborted, and then what is left; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs = 60_000 } = this.options;
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal);
      this.flush();
    }
  }

  /** Writes what has happened since the last time. */
  flush(): void {
    const { metrics, perShard = false, write } = this.options;
    const now = metrics.snapshot();
    const shardBefore = new Map(this.before.shards.map((shard) => [shard.shardId, shard]));
    write(this.document(now.atMs, {}, [...this.ofApplication(now), ...(this.options.more?.() ?? [])]));
    for (const shard of perShard ? now.shards : []) {
      const before = shardBefore.get(shard.shardId);
      // Held anew since the line before: it counts from nothing again.
      const base = before?.heldSinceMs === shard.heldSinceMs ? before : { records: 0, bytes: 0 };
      const values: EmbeddedMetric[] = [
        { name: 'MillisBehindLatest', unit: 'Milliseconds', value: shard.lagMs ?? [] },
        { name: 'RecordsProcessed', unit: 'Count', value: Math.max(0, shard.records - base.records) },
        { name: 'BytesProcessed', unit: 'Bytes', value: Math.max(0, shard.bytes - base.bytes) },
      ];
      write(this.document(now.atMs, { Shard: shard.shardId }, values));
    }
    this.before = now;
    this.durations.length = 0;
    this.seen = 0;
  }

  private ofApplication(now: KclSnapshot): readonly EmbeddedMetric[] {
    const lags = now.shards.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
    return [
      { name: 'LeasesHeld', unit: 'Count', value: now.shards.length },
      { name: 'Healthy', unit: 'Count', value: this.options.metrics.health(now).healthy ? 1 : 0 },
      // The greatest first: where there are more shards than values, those that do not lag are left out.
      { name: 'MillisBehindLatest', unit: 'Milliseconds', value: lags.length > 0 ? lags.sort((a, b) => b - a) : [] },
      { name: 'WatermarkAge', unit: 'Milliseconds', value: Math.max(0, ...now.shards.map(incompleteMs)) },
      { name: 'MillisStalled', unit: 'Milliseconds', value: greatestStallMs(now.shards) },
      { name: 'BatchProcessingTime', unit: 'Milliseconds', value: [...this.durations] },
      ...Object.entries(counted).map(([name, { counters, unit }]) => ({
        name,
        unit,
        value: counters.reduce((sum, counter) => sum + total(now, counter) - total(this.before, counter), 0),
      })),
    ];
  }

  private document(
    atMs: number,
    more: Readonly<Record<string, string>>,
    all: readonly EmbeddedMetric[],
  ): Readonly<Record<string, unknown>> {
    const { application, namespace = 'KinesisClientLibrary', stream } = this.options;
    const dimensions = { Application: application, Stream: stream, ...more };
    // A metric without a value is none: the format refuses empty lists.
    const metrics = all.filter(({ value }) => typeof value === 'number' || value.length > 0);
    return {
      _aws: {
        Timestamp: atMs,
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [Object.keys(dimensions)],
            Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
          },
        ],
      },
      ...dimensions,
      ...Object.fromEntries(
        metrics.map(({ name, value }) => [
          name,
          typeof value === 'number' ? value : value.slice(0, embeddedMetricLimits.valuesPerMetric),
        ]),
      ),
    };
  }
}

function total({ counters }: KclSnapshot, name: CounterName): number {
  return counters[name].reduce((sum, { value }) => sum + value, 0);
}
