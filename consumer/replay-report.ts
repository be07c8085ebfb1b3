import type { Writable } from 'node:stream';
import type { ReplayResult, ShardReplay } from './kcl';
import type { TotalCounts } from './totals';

export interface ReplayReportOptions {
  readonly out: Writable;
  readonly range: { readonly from: Date; readonly to: Date };
  /** Monotonic. */
  readonly nowMs: () => number;
}

/** How often the shards that are still being read are told of, in milliseconds. */
const everyMs = 5_000;

/** Tells a person how far a replay is: a line when a shard is through, and one for each that is being read every five seconds. */
export class ReplayReport {
  private readonly told = new Map<string, ShardReplay['state']>();
  private lastMs: number;

  constructor(private readonly options: ReplayReportOptions) {
    this.lastMs = options.nowMs();
  }

  progress(shards: readonly ShardReplay[]): void {
    const { nowMs, out } = this.options;
    for (const shard of shards) {
      if (shard.state !== 'reading' && this.told.get(shard.shardId) !== shard.state) {
        out.write(`${this.line(shard)}\n`);
      }
      this.told.set(shard.shardId, shard.state);
    }
    if (nowMs() - this.lastMs >= everyMs) {
      this.lastMs = nowMs();
      shards.filter(({ state }) => state === 'reading').forEach((shard) => out.write(`${this.line(shard)}\n`));
    }
  }

  /** @param delivered - what the pipeline delivered; undefined when nothing was */
  summary(result: ReplayResult, delivered: TotalCounts | undefined): string {
    const { from, to } = this.options.range;
    const lines = [
      `Replay of ${from.toISOString()} to ${to.toISOString()}${result.complete ? '' : ', not complete'}`,
      ...result.shards.map((shard) => this.line(shard)),
      `  records             ${count(result.records)}, ${count(result.bytes)} bytes; ${count(result.outside)} read outside the range`,
    ];
    if (delivered !== undefined) {
      const quarantined = Object.values(delivered.quarantined).reduce((sum, n) => sum + n, 0);
      lines.push(
        `  delivered           ${count(delivered.delivered)}`,
        `  quarantined         ${count(quarantined)}`,
        `  duplicates dropped  ${count(delivered.duplicatesDropped)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }

  private line({ shardId, state, records, readToMs }: ShardReplay): string {
    const { from, to } = this.options.range;
    const share = readToMs === undefined ? 0 : (readToMs - from.getTime()) / (to.getTime() - from.getTime());
    const percent = state === 'reading' ? `${Math.floor(100 * Math.min(1, Math.max(0, share)))} %` : state;
    return `  ${shardId}  ${percent.padStart(7)}  ${count(records)} records`;
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
