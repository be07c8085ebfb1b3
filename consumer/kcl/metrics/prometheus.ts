import { Counter, Gauge, Histogram, Registry, type MetricObjectWithValues } from 'prom-client';
import { catalogue, gauges, type CounterName, type GaugeName, type HistogramName } from './catalogue';
import type { HistogramSnapshot } from './histogram';
import type { KclMetrics } from './kcl-metrics';
import type { Labels } from './labelled';
import { greatestLagMs, incompleteMs, type KclSnapshot, type ShardSnapshot } from './snapshot';

interface Value {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/** A registry of prom-client, of whatever format. */
export type KclRegistry = Pick<Registry, 'registerMetric'> & { readonly contentType: string };

/** The most shards that have series of their own; those that lag most come first. Beyond, there are the metrics without labels. */
export const maxShardSeries = 200;

/**
 * Adds a worker's metrics to a registry of prom-client. They are read when the registry is scraped, and the series of a shard go when
 * its lease goes.
 *
 * @throws Error when the registry already has metrics of these names, or is not of the Prometheus text format
 */
export function registerKclMetrics(registry: KclRegistry, metrics: KclMetrics): void {
  if (registry.contentType !== Registry.PROMETHEUS_CONTENT_TYPE) {
    throw new Error('the metrics of a worker can be given in the Prometheus text format only');
  }
  for (const name of Object.keys(catalogue)) {
    registry.registerMetric(new SnapshotMetric(name, metrics));
  }
}

const kinds = { counter: Counter, gauge: Gauge, histogram: Histogram } as const;

/** A metric of any kind whose values come from a snapshot at the moment of the scrape, so that there is one truth and no timer. */
class SnapshotMetric extends Gauge {
  /** Knows how its kind is described. */
  private readonly pattern: Pick<Gauge, 'get'>;

  constructor(
    private readonly metricName: string,
    private readonly metrics: KclMetrics,
  ) {
    const { kind, help } = catalogue[metricName] ?? { kind: 'gauge', help: metricName };
    const description = { name: metricName, help, registers: [] };
    super(description);
    this.pattern = new kinds[kind](description);
  }

  override async get(): Promise<MetricObjectWithValues<Value>> {
    return { ...(await this.pattern.get()), values: [...valuesOf(this.metricName, this.metrics)] };
  }
}

function valuesOf(name: string, metrics: KclMetrics): readonly Value[] {
  const snapshot = metrics.snapshot();
  switch (catalogue[name]?.kind) {
    case 'counter':
      return snapshot.counters[name as CounterName].map(({ labels, value }) => ({ labels, value }));
    case 'histogram':
      return snapshot.histograms[name as HistogramName].flatMap(({ labels, value }) => bucketsOf(name, labels, value));
    default:
      return gaugesOf(name as GaugeName, snapshot, metrics);
  }
}

function bucketsOf(name: string, labels: Labels, { bounds, cumulative, count, sum }: HistogramSnapshot): readonly Value[] {
  const bucket = (le: string, value: number): Value => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value });
  return [
    ...bounds.map((bound, index) => bucket(String(bound), cumulative[index] ?? 0)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

const perShard: Readonly<Partial<Record<GaugeName, (shard: ShardSnapshot) => number | undefined>>> = {
  kcl_shard_lag_seconds: ({ lagMs }) => seconds(lagMs),
  kcl_shard_batch_age_seconds: ({ batchAgeMs, heldMs }) => seconds(batchAgeMs ?? heldMs),
  kcl_shard_checkpoint_age_seconds: ({ checkpointAgeMs, heldMs }) => seconds(checkpointAgeMs ?? heldMs),
  kcl_shard_watermark_age_seconds: (shard) => seconds(incompleteMs(shard)),
  kcl_shard_stalled_seconds: ({ stalledMs }) => seconds(stalledMs),
  kcl_shard_records: ({ records }) => records,
  kcl_shard_bytes: ({ bytes }) => bytes,
};

function gaugesOf(name: GaugeName, snapshot: KclSnapshot, metrics: KclMetrics): readonly Value[] {
  const ofShard = perShard[name];
  if (ofShard !== undefined) {
    const [label = 'shard'] = gauges[name].labels;
    return shown(snapshot.shards).flatMap((shard) => {
      const value = ofShard(shard);
      return value === undefined ? [] : [{ labels: { [label]: shard.shardId }, value }];
    });
  }
  const value = (): number => {
    switch (name) {
      case 'kcl_leases_held':
        return snapshot.shards.length;
      case 'kcl_lag_seconds_max':
        return greatestLagMs(snapshot.shards) / 1000;
      case 'kcl_lease_table_failing_seconds':
        return (snapshot.tableFailingMs ?? 0) / 1000;
      case 'kcl_healthy':
        return metrics.health(snapshot).healthy ? 1 : 0;
      default:
        return NaN;
    }
  };
  return [{ labels: {}, value: value() }];
}

function shown(shards: readonly ShardSnapshot[]): readonly ShardSnapshot[] {
  return shards.length <= maxShardSeries
    ? shards
    : [...shards].sort((a, b) => (b.lagMs ?? Infinity) - (a.lagMs ?? Infinity)).slice(0, maxShardSeries);
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
