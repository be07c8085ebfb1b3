import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordBatchCommand, type FirehoseClient } from '@aws-sdk/client-firehose';
import { maxFirehoseRecordBytes } from '../../core/firehose-record';
import type { Quarantine } from './logic';

/** Full records that fit into the 4 MiB of a PutRecordBatch. https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html */
const maxBatchRecords = 4;

/** How often what failed is sent again, and the wait before, which doubles: 3 s in all. */
const attempts = 5;
const firstWaitMs = 200;

/** Puts bad lines on the delivery stream of the quarantine, many lines to a record; sends again what was not accepted, and only that. */
export class FirehoseQuarantine implements Quarantine {
  constructor(
    private readonly client: Pick<FirehoseClient, 'send'>,
    private readonly stream: string,
    private readonly wait: (ms: number) => Promise<void> = sleep,
  ) {}

  async put(lines: readonly string[]): Promise<void> {
    const records = pack(lines);
    for (let start = 0; start < records.length; start += maxBatchRecords) {
      await this.putBatch(records.slice(start, start + maxBatchRecords));
    }
  }

  private async putBatch(batch: readonly Buffer[]): Promise<void> {
    let left = batch;
    for (let attempt = 1; ; attempt += 1) {
      const { FailedPutCount: failed = 0, RequestResponses: responses = [] } = await this.client.send(
        new PutRecordBatchCommand({ DeliveryStreamName: this.stream, Records: left.map((Data) => ({ Data })) }),
      );
      if (failed === 0) {
        return;
      }
      left = left.filter((_, index) => responses[index]?.RecordId === undefined);
      if (attempt === attempts) {
        const codes = [...new Set(responses.flatMap(({ ErrorCode }) => ErrorCode ?? []))].join(', ');
        throw new Error(`${this.stream} did not accept ${left.length} records in ${attempts} attempts: ${codes}`);
      }
      await this.wait(firstWaitMs * 2 ** (attempt - 1));
    }
  }
}

/** As few records as the lines fit into, in order. */
function pack(lines: readonly string[]): readonly Buffer[] {
  const records: Buffer[] = [];
  let pending: Buffer[] = [];
  let bytes = 0;
  const seal = (): void => {
    records.push(Buffer.concat(pending));
    pending = [];
    bytes = 0;
  };
  for (const line of lines) {
    const data = Buffer.from(line);
    if (bytes > 0 && bytes + data.length > maxFirehoseRecordBytes) {
      seal();
    }
    pending.push(data);
    bytes += data.length;
  }
  if (bytes > 0) {
    seal();
  }
  return records;
}
