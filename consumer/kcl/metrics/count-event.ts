import type { KclEvent } from '../events';
import type { CounterName } from './catalogue';
import type { Labels } from './labelled';

/** By how much an event raises a counter. */
export interface Increment {
  readonly counter: CounterName;
  readonly labels: Labels;
  readonly by: number;
}

function many(counter: CounterName, by: number, labels: Labels = {}): Increment {
  return { counter, labels, by };
}

function one(counter: CounterName, labels: Labels = {}): Increment {
  return many(counter, 1, labels);
}

/** What is counted of an event; nothing of those that no counter is for. */
export function countsOf(event: KclEvent): readonly Increment[] {
  switch (event.type) {
    case 'batch-processed':
      return [one('kcl_batches_total'), many('kcl_records_total', event.records), many('kcl_record_bytes_total', event.bytes)];
    case 'checkpoint-stored':
      return [one('kcl_checkpoints_total')];
    case 'lease-taken':
      return [one('kcl_leases_taken_total', { reason: event.reason })];
    case 'lease-take-lost':
      return [one('kcl_lease_takes_lost_total')];
    case 'lease-lost':
      return [one('kcl_leases_lost_total', { reason: event.reason })];
    case 'lease-released':
      return [one('kcl_leases_released_total', { reason: event.reason })];
    case 'lease-renew-failed':
      return [one('kcl_lease_write_failures_total', { write: event.write })];
    case 'lease-table-failed':
      return [one('kcl_lease_table_failures_total', { operation: event.operation, failure: event.failure })];
    case 'hand-off-requested':
      return [one('kcl_hand_offs_requested_total')];
    case 'hand-off-announced':
      return [one('kcl_hand_offs_announced_total')];
    case 'hand-off-completed':
      return [one('kcl_hand_offs_total', { role: event.role })];
    case 'hand-off-timed-out':
      return [one('kcl_hand_offs_timed_out_total')];
    case 'hand-off-given-up':
      return [one('kcl_hand_offs_given_up_total', { reason: event.reason })];
    case 'lease-row-unreadable':
      return [one('kcl_lease_rows_unreadable_total')];
    case 'leases-created':
      return [many('kcl_leases_created_total', event.shardIds.length)];
    case 'lease-cleaned-up':
      return [one('kcl_leases_cleaned_up_total')];
    case 'round-failed':
      return [one('kcl_rounds_failed_total', { round: event.round })];
    case 'hash-range-hole':
      return [one('kcl_hash_range_holes_total')];
    case 'shard-ended':
      return [one('kcl_shards_ended_total')];
    case 'shard-gone':
      return [one('kcl_shards_gone_total')];
    case 'throttled':
      return [one('kcl_throttled_total', { by: event.by }), many('kcl_throttled_seconds_total', event.waitMs / 1000)];
    case 'read-failed':
      return [one('kcl_read_failures_total', { failure: event.failure })];
    case 'iterator-expired':
      return [one('kcl_iterators_expired_total')];
    case 'reader-stalled':
      return [one('kcl_readers_stalled_total')];
    case 'processor-failed':
      return [one('kcl_processor_failures_total', { during: event.during })];
    case 'processor-slow':
      return [one('kcl_processor_slow_total', { during: event.during })];
    case 'record-retried':
      return [one('kcl_record_retries_total')];
    case 'record-dead-lettered':
      return [one('kcl_records_dead_lettered_total')];
    case 'record-given-up':
      return [one('kcl_records_given_up_total')];
    case 'dead-letter-failed':
      return [one('kcl_dead_letter_failures_total')];
    case 'user-records-skipped':
      return [many('kcl_user_records_skipped_total', event.records)];
    case 'watermark-overtaken':
      return [many('kcl_records_overtaken_total', event.records)];
    case 'aggregate-malformed':
      return [many('kcl_aggregates_malformed_total', event.records, { reason: event.reason })];
    case 'shard-end-failed':
      return [one('kcl_shard_end_failures_total')];
    case 'subscription-started':
      return [one('kcl_subscriptions_started_total')];
    case 'subscription-ended':
      return [one('kcl_subscriptions_ended_total', { reason: event.reason })];
    case 'fan-out-unavailable':
      return [one('kcl_fan_out_unavailable_total', { reason: event.reason })];
    case 'fan-out-fell-back':
      return [one('kcl_fan_out_fallbacks_total')];
    case 'fatal':
      return [one('kcl_fatal_errors_total')];
    default:
      return [];
  }
}
