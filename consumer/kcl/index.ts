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
export type { Lease, LeaseWrite } from './decisions/lease';
export { comparePositions, type Position } from './decisions/position';
export type { Shard } from './decisions/shard-graph';
export type { StreamFailure } from './decisions/stream-failure';
export type { TableFailure } from './decisions/table-failure';
export { KclError, type KclErrorCode } from './errors';
export type {
  FanOutEvent,
  HandOffEvent,
  KclEvent,
  LeaseEvent,
  LossReason,
  ProcessorCall,
  RecordFailureEvent,
  ReleaseReason,
  ShardEvent,
  SubscriptionEnd,
  SyncEvent,
  WorkerEvent,
} from './events';
export type { MalformedReason } from './kpl/aggregate';
export { aggregate, Aggregator, misplaced, type AggregatorOptions, type RecordToPut, type UserRecord } from './kpl/aggregator';
export { deaggregate, type Deaggregation } from './kpl/deaggregate';
export {
  EmbeddedMetrics,
  healthLimits,
  KclMetrics,
  registerKclMetrics,
  startMonitoringServer,
  type EmbeddedMetric,
  type EmbeddedMetricsOptions,
  type Health,
  type HealthLimits,
  type HealthProblem,
  type KclMetricsOptions,
  type KclSnapshot,
  type MonitoringServer,
  type MonitoringServerOptions,
  type ShardSnapshot,
} from './metrics';
export { defaults, type WorkerSettings } from './options';
export type { LeaseList, LeaseStore, LeaseTableNotes, UnreadableRow } from './ports/lease-store';
export type { FanOutApi, FanOutObstacle } from './ports/fan-out-api';
export type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from './ports/stream-api';
export { fanOutDefaults, type FanOutReading, type PollingReading, type Reading } from './reading';
export type { KinesisRecord, RecordBatch } from './record';
export { RecordError, type DeadLetter, type DeadLetterSink, type RecordFailurePolicy } from './record-failure';
export {
  replayRange,
  replayRangeOn,
  type ReplayBehaviour,
  type ReplayOptions,
  type ReplayResult,
  type ShardReplay,
} from './replay';
export type {
  Checkpointer,
  CheckpointResult,
  RecordPosition,
  ShardContext,
  ShardProcessor,
  ShardProcessorFactory,
} from './shard-processor';
export type { Worker } from './worker';
