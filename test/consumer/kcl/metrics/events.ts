import type { KclEvent } from '../../../../consumer/kcl';

/** Events of a shard, as a worker emits them. */
export function taken(shardId: string, arrivalWatermarkMs?: number): KclEvent {
  const checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
  return { type: 'lease-taken', shardId, reason: 'unowned', previousOwner: undefined, checkpoint, arrivalWatermarkMs };
}

export function batch(shardId: string, records: number, millisBehindLatest: number, durationMs = 20): KclEvent {
  return { type: 'batch-processed', shardId, records, bytes: 200 * records, millisBehindLatest, durationMs };
}

export function checkpointed(shardId: string, sequenceNumber: string): KclEvent {
  return { type: 'checkpoint-stored', shardId, position: { sequenceNumber, subSequenceNumber: 0 } };
}

export function complete(shardId: string, arrivalWatermarkMs: number): KclEvent {
  return { type: 'watermark-stored', shardId, arrivalWatermarkMs };
}

export function processorFailed(shardId: string): KclEvent {
  return { type: 'processor-failed', shardId, during: 'process', error: new Error('broken'), waitMs: 500 };
}
