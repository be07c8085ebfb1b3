/** The library's public face; everything else is its own affair. */
export { systemClock } from './adapters/system-clock';
export type { Clock, Random } from './clock';
export {
  createWorker,
  createWorkerOn,
  type InitialPosition,
  type WorkerBehaviour,
  type WorkerOptions,
  type WorkerPorts,
} from './create-worker';
export type { HashRange } from './decisions/hash-range';
export type { Lease } from './decisions/lease';
export { comparePositions, type Position } from './decisions/position';
export type { Shard } from './decisions/shard-graph';
export { KclError, type KclErrorCode } from './errors';
export type { KclEvent, LeaseEvent, LossReason, ReleaseReason, ShardEvent, SyncEvent, WorkerEvent } from './events';
export { InMemoryLeaseStore } from './in-memory/in-memory-lease-store';
export { InMemoryStream } from './in-memory/in-memory-stream';
export { VirtualClock } from './in-memory/virtual-clock';
export { defaults, type WorkerSettings } from './options';
export type { LeaseStore } from './ports/lease-store';
export type { StreamApi } from './ports/stream-api';
export type { KinesisRecord, RecordBatch } from './record';
export type {
  Checkpointer,
  CheckpointResult,
  RecordPosition,
  ShardContext,
  ShardProcessor,
  ShardProcessorFactory,
} from './shard-processor';
export type { Worker } from './worker';
