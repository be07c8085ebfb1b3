import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { SentRecord } from './audit';

export interface ProducerProps {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly recordsPerSecond: number;
  /** What the ids begin with. @default '' */
  readonly prefix?: string;
}

const intervalMs = 100;

/** The most that PutRecords takes. */
const recordsPerRequest = 500;

/** Writes records with ids all the time, to hash keys all over the stream, and keeps what the stream acknowledged. */
export class Producer {
  private readonly acknowledged: SentRecord[] = [];
  private readonly pending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private next = 0;
  private owed = 0;
  private lastMs = 0;

  constructor(private readonly props: ProducerProps) {}

  start(): void {
    this.lastMs = performance.now();
    this.timer ??= setInterval(() => this.write(), intervalMs);
  }

  /** Resolves when every write under way has been answered. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await Promise.all(this.pending);
  }

  get sent(): readonly SentRecord[] {
    return this.acknowledged;
  }

  private write(): void {
    const nowMs = performance.now();
    this.owed += (this.props.recordsPerSecond * (nowMs - this.lastMs)) / 1000;
    this.lastMs = nowMs;
    const count = Math.min(Math.floor(this.owed), recordsPerRequest);
    this.owed -= count;
    if (count > 0) {
      const ids = Array.from({ length: count }, () => `${this.props.prefix ?? ''}${this.next++}`);
      const written = this.put(ids).finally(() => this.pending.delete(written));
      this.pending.add(written);
    }
  }

  private async put(ids: readonly string[]): Promise<void> {
    try {
      const { Records = [] } = await this.props.client.send(
        new PutRecordsCommand({
          StreamName: this.props.stream,
          // The partition key's MD5 spreads them.
          Records: ids.map((id) => ({ PartitionKey: id, Data: Buffer.from(id) })),
        }),
      );
      Records.forEach(({ ShardId, SequenceNumber }, index) => {
        const id = ids[index];
        if (ShardId !== undefined && SequenceNumber !== undefined && id !== undefined) {
          this.acknowledged.push({ id, shardId: ShardId, sequenceNumber: SequenceNumber });
        }
      });
    } catch {
      // Not acknowledged (a reshard, a full shard): it need not be there, and may be.
    }
  }
}
