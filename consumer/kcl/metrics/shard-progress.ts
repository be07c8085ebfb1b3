import type { Position } from '../decisions/position';
import type { ShardSnapshot } from './snapshot';

/** What is known of a shard from the events about it. Times are of the monotonic clock, in milliseconds. */
export class ShardProgress {
  private checkpointMs: number | undefined;
  private batchMs: number | undefined;
  private lagMs: number | undefined;
  /** When the shard last advanced or had nothing to advance to. */
  private fineMs: number;
  /** A processor failed: what it then does again is no progress until a checkpoint moves. */
  private repeats = false;
  private records = 0;
  private bytes = 0;
  private arrivalWatermarkMs: number | undefined;

  constructor(
    readonly shardId: string,
    private readonly takenMs: number,
    private checkpoint: Position,
    arrivalWatermarkMs: number | undefined,
  ) {
    this.arrivalWatermarkMs = arrivalWatermarkMs;
    this.fineMs = takenMs;
  }

  /** Whether a batch has been dealt with. */
  get hasBegun(): boolean {
    return this.batchMs !== undefined;
  }

  batch(nowMs: number, batch: { readonly records: number; readonly bytes: number; readonly millisBehindLatest: number }): void {
    // A read without records that came nearer to the tip has passed over a stretch without any.
    const nearer = this.lagMs !== undefined && batch.millisBehindLatest < this.lagMs;
    const moved = (batch.records > 0 || nearer) && !this.repeats;
    if (moved || (batch.records === 0 && batch.millisBehindLatest === 0)) {
      this.fineMs = nowMs;
    }
    this.batchMs = nowMs;
    this.lagMs = batch.millisBehindLatest;
    this.records += batch.records;
    this.bytes += batch.bytes;
  }

  checkpointed(nowMs: number, position: Position): void {
    this.checkpoint = position;
    this.checkpointMs = nowMs;
    this.fineMs = nowMs;
    this.repeats = false;
  }

  completeUntil(arrivalWatermarkMs: number): void {
    this.arrivalWatermarkMs = arrivalWatermarkMs;
  }

  failed(): void {
    this.repeats = true;
  }

  heldMs(nowMs: number): number {
    return nowMs - this.takenMs;
  }

  /** @param wallMs - the same moment on the wall clock */
  snapshot(nowMs: number, wallMs: number): ShardSnapshot {
    const { arrivalWatermarkMs } = this;
    const age = (sinceMs: number | undefined): number | undefined => (sinceMs === undefined ? undefined : nowMs - sinceMs);
    return {
      shardId: this.shardId,
      heldMs: this.heldMs(nowMs),
      heldSinceMs: this.takenMs,
      checkpoint: this.checkpoint,
      checkpointAgeMs: age(this.checkpointMs),
      arrivalWatermarkMs,
      watermarkAgeMs: arrivalWatermarkMs === undefined ? undefined : Math.max(0, wallMs - arrivalWatermarkMs),
      lagMs: this.lagMs,
      batchAgeMs: age(this.batchMs),
      stalledMs: nowMs - this.fineMs,
      records: this.records,
      bytes: this.bytes,
    };
  }
}
