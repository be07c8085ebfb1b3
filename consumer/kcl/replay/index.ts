/** Reprocessing of a time range. */
export type { ReplayResult, ShardReplay } from './progress';
export { replayRange, replayRangeOn, type ReplayBehaviour, type ReplayOptions } from './replay-range';
