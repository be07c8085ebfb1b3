import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingRecord } from '../../../core/domain';

export interface SenderProps {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly recordsPerSecond: number;
  /** What is sent, in this order. */
  readonly records: Iterator<OutgoingRecord>;
}

const intervalMs = 100;

/** The most that PutRecords takes. */
const recordsPerRequest = 500;

/** Sends what devices report, one request after the other, so that each device's messages stay in order. */
export class Sender {
  /** Records that the stream has acknowledged. The others need not be there, and may be. */
  acknowledged = 0;
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(private readonly props: SenderProps) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the write under way has been answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const startMs = performance.now();
    let sent = 0;
    while (!this.stopped) {
      const due = Math.floor((this.props.recordsPerSecond * (performance.now() - startMs)) / 1000) - sent;
      const records = [...this.take(Math.min(due, recordsPerRequest))];
      sent += records.length;
      if (records.length > 0) {
        await this.put(records);
      }
      await sleep(intervalMs);
    }
  }

  private *take(count: number): Iterable<OutgoingRecord> {
    for (let taken = 0; taken < count; taken += 1) {
      const next = this.props.records.next();
      if (next.done === true) {
        return;
      }
      yield next.value;
    }
  }

  private async put(records: readonly OutgoingRecord[]): Promise<void> {
    const { client, stream } = this.props;
    const Records = records.map(({ data, partitionKey }) => ({ PartitionKey: partitionKey, Data: data }));
    try {
      const { FailedRecordCount = 0 } = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
      this.acknowledged += records.length - FailedRecordCount;
    } catch {
      // Not acknowledged: what is on the stream is asked of the stream.
    }
  }
}
