/** What a metric is, by Prometheus's names and base units (seconds, bytes). */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Names of the labels, in order. `shard` is on no counter: its series go when the lease goes, and a counter must not vanish. */
  readonly labels: readonly string[];
}

function counter(help: string, ...labels: string[]): MetricDefinition & { readonly kind: 'counter' } {
  return { kind: 'counter', help, labels };
}

function gauge(help: string, ...labels: string[]): MetricDefinition & { readonly kind: 'gauge' } {
  return { kind: 'gauge', help, labels };
}

function histogram(help: string, ...labels: string[]): MetricDefinition & { readonly kind: 'histogram' } {
  return { kind: 'histogram', help, labels };
}

/** Counted by the events of a worker. */
export const counters = {
  kcl_records_total: counter('Records that the processors have dealt with.'),
  kcl_record_bytes_total: counter('Bytes of the data of these records.'),
  kcl_batches_total: counter('Batches dealt with, those without records included.'),
  kcl_checkpoints_total: counter('Checkpoints stored.'),
  kcl_leases_taken_total: counter('Leases taken, by why they were free to take.', 'reason'),
  kcl_lease_takes_lost_total: counter('Takes at which another worker was faster.'),
  kcl_leases_lost_total: counter('Leases lost: taken by another worker, expired, or abandoned at a stop.', 'reason'),
  kcl_leases_released_total: counter('Leases given back, by why.', 'reason'),
  kcl_hand_offs_requested_total: counter('Leases that this worker asked another for.'),
  kcl_hand_offs_announced_total: counter('Leases that this worker offered to others before it stopped.'),
  kcl_hand_offs_total: counter('Leases that passed between living workers, by the part that this one had.', 'role'),
  kcl_hand_offs_timed_out_total: counter('Leases that this worker took since the other did not hand them over in time.'),
  kcl_hand_offs_given_up_total: counter('Leases that this worker no longer waited for, by why.', 'reason'),
  kcl_lease_table_failures_total: counter(
    'Calls to the lease table that failed, by the call and by how.',
    'operation',
    'failure',
  ),
  kcl_lease_write_failures_total: counter('Writes to the lease table without an answer.', 'write'),
  kcl_lease_rows_unreadable_total: counter('Rows of the lease table that should be leases and are not.'),
  kcl_leases_created_total: counter('Leases created.'),
  kcl_leases_cleaned_up_total: counter('Leases deleted after their shard and its children were read.'),
  kcl_rounds_failed_total: counter('Looks at the lease table or the stream that failed as a whole.', 'round'),
  kcl_hash_range_holes_total: counter('Sightings of hash keys that no lease covers.'),
  kcl_shards_ended_total: counter('Shards read to their end.'),
  kcl_shards_gone_total: counter('Shards that were deleted before they were read to their end: data was lost.'),
  kcl_throttled_total: counter('Reads that were refused because a limit was reached, by whose limit.', 'by'),
  kcl_throttled_seconds_total: counter('Time waited after such reads.'),
  kcl_read_failures_total: counter('Reads that failed, by how.', 'failure'),
  kcl_iterators_expired_total: counter('Iterators that expired before they were used.'),
  kcl_readers_stalled_total: counter('Readers that were given up because no read came back.'),
  kcl_processor_failures_total: counter('Calls of a processor that failed, by the call.', 'during'),
  kcl_processor_slow_total: counter('Calls of a processor found to be pending for long, by the call.', 'during'),
  kcl_record_retries_total: counter('Tries of a single record that failed and was tried again.'),
  kcl_records_dead_lettered_total: counter('Records given up and acknowledged by the dead-letter sink.'),
  kcl_records_given_up_total: counter('Records given up and passed over.'),
  kcl_dead_letter_failures_total: counter('Tries to dead-letter a record that failed.'),
  kcl_user_records_skipped_total: counter('User records of KPL aggregates that belong to another shard.'),
  kcl_records_overtaken_total: counter('Records that had arrived before the watermark that their lease claimed.'),
  kcl_aggregates_malformed_total: counter('Records that begin like a KPL aggregate and are none, by why.', 'reason'),
  kcl_shard_end_failures_total: counter('Tries to close a shard after its last record that failed.'),
  kcl_subscriptions_started_total: counter('Subscriptions of enhanced fan-out that were made.'),
  kcl_subscriptions_ended_total: counter('Subscriptions that ended, by why.', 'reason'),
  kcl_fan_out_unavailable_total: counter('Times that fan-out was found to be impossible, by why.', 'reason'),
  kcl_fan_out_fallbacks_total: counter('Times that a shard was polled since its subscriptions failed.'),
  kcl_fatal_errors_total: counter('Errors that ended the worker.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Durations, in seconds. */
export const histograms = {
  kcl_batch_processing_seconds: histogram('How long a processor took over a batch with records.'),
  kcl_hand_off_seconds: histogram(
    'How long a hand-off took: as holder from hearing of the request to the release, as requester from the request to the take.',
    'role',
  ),
  kcl_shard_start_seconds: histogram('From taking a lease to the first batch dealt with.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What is so at the moment. */
export const gauges = {
  kcl_leases_held: gauge('Leases that this worker holds.'),
  kcl_lag_seconds_max: gauge('How far the shard that lags most is behind the tip of the stream.'),
  kcl_shard_lag_seconds: gauge('How far the last batch was behind the tip of the shard.', 'shard'),
  kcl_shard_batch_age_seconds: gauge('Time since the last batch was dealt with, or since the lease was taken.', 'shard'),
  kcl_shard_checkpoint_age_seconds: gauge('Time since the last checkpoint was stored, or since the lease was taken.', 'shard'),
  kcl_shard_watermark_age_seconds: gauge(
    'How far the time lies back before which all that arrived is checkpointed, or, without one, the time since the lease was taken.',
    'shard',
  ),
  kcl_shard_stalled_seconds: gauge('How long the shard has not advanced, though it has data or a read is pending.', 'shard'),
  kcl_shard_records: gauge('Records dealt with since the lease was taken.', 'shard'),
  kcl_shard_bytes: gauge('Bytes of the data of these records.', 'shard'),
  kcl_lease_table_failing_seconds: gauge('How long the lease table has not been read or written; 0 when it is.'),
  kcl_healthy: gauge('1 when the worker is healthy, else 0.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;
export type GaugeName = keyof typeof gauges;

/** Every metric, by name. */
export const catalogue: Readonly<Record<string, MetricDefinition>> = { ...gauges, ...counters, ...histograms };
