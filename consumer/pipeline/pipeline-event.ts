import type { LedgerEntry } from '../../core/ledger';
import type { AlertEvent } from './alerts/alert-event';
import type { DeliveryRetried } from './delivery/deliver';
import type { DeviceStateRetried } from './device-state/patient-store';
import type { DeviceStateEvent } from './device-state/stored-devices';
import type { Rejection } from './rejection';

/** A rejected record: the first of its reason since the last flush of its shard, so that a flood of bad input is no flood of events. */
export interface RecordRejected {
  readonly type: 'record-rejected';
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly rejection: Rejection;
}

/** Everything that a shard's processor wants known. */
export type PipelineEvent =
  | { readonly type: 'ledger'; readonly entry: LedgerEntry }
  | {
      readonly type: 'flushed';
      readonly shardId: string;
      /** Firehose records that were accepted, and their size. */
      readonly records: number;
      readonly payloadBytes: number;
      /** What Firehose bills for them: each rounded up to 5 KiB. */
      readonly billedBytes: number;
      readonly durationMs: number;
    }
  | (DeliveryRetried & { readonly shardId: string })
  | DeviceStateEvent
  | (DeviceStateRetried & { readonly shardId: string })
  | RecordRejected
  | AlertEvent;
