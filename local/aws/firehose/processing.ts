import type { Clock } from './clock';

/** ProcessingConfiguration with one Lambda processor. https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
export interface LambdaProcessing {
  /** LambdaArn. */
  readonly functionArn: string;
  /** BufferSizeInMBs: the function is called when this much has come in, in MiB. */
  readonly bufferSizeMiB: number;
  /** BufferIntervalInSeconds: or when the oldest record is this old. */
  readonly bufferIntervalSeconds: number;
  /** NumberOfRetries: how often a call that failed is made again. */
  readonly retries: number;
}

/** Calls a function and gives what it answers. @throws Error when it cannot be called, or fails */
export type InvokeFunction = (functionArn: string, event: unknown) => Promise<unknown>;

/** A record on its way through the function. */
export interface ProcessedRecord {
  readonly data: Uint8Array;
  readonly arrivalMs: number;
}

/** A record that the function could not transform, as Firehose keeps it. */
export interface FailedRecord extends ProcessedRecord {
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Calls that were made. */
  readonly attempts: number;
}

/** What became of the records of one call; those that were dropped are in neither list. */
export interface ProcessedBatch {
  readonly transformed: readonly ProcessedRecord[];
  readonly failed: readonly FailedRecord[];
}

export interface RecordProcessingProps {
  readonly stream: string;
  readonly processing: LambdaProcessing;
  readonly invoke: InvokeFunction;
  readonly clock: Clock;
  /** Told of each batch, in the order in which its records came. */
  readonly onBatch: (batch: ProcessedBatch) => void;
}

/** Hands records to a function, a batch at a time and in order, and gives on what it makes of them. */
export class RecordProcessing {
  private waiting: ProcessedRecord[] = [];
  private waitingBytes = 0;
  private underWayBytes = 0;
  private cancelTimer: (() => void) | undefined;
  private last: Promise<void> = Promise.resolve();
  private batches = 0;

  constructor(private readonly props: RecordProcessingProps) {}

  /** Bytes that have not come out at the other end. */
  get pendingBytes(): number {
    return this.waitingBytes + this.underWayBytes;
  }

  add(data: Uint8Array): void {
    const { clock, processing } = this.props;
    if (this.waiting.length === 0) {
      this.cancelTimer = clock.schedule(processing.bufferIntervalSeconds * 1000, () => this.seal());
    }
    this.waiting.push({ data, arrivalMs: clock.now() });
    this.waitingBytes += data.length;
    if (this.waitingBytes >= processing.bufferSizeMiB * 1024 * 1024) {
      this.seal();
    }
  }

  /** Resolves when everything that was added has been given on. */
  async flush(): Promise<void> {
    this.seal();
    await this.last;
  }

  /** Leaves no timer. Returns when a call that is under way has ended. */
  async close(): Promise<void> {
    this.cancelTimer?.();
    await this.last;
  }

  private seal(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const batch = this.waiting;
    const bytes = this.waitingBytes;
    if (batch.length === 0) {
      return;
    }
    this.waiting = [];
    this.waitingBytes = 0;
    this.underWayBytes += bytes;
    this.last = this.last.then(async () => {
      const processed = await this.process(batch);
      this.underWayBytes -= bytes;
      this.props.onBatch(processed);
    });
  }

  private async process(batch: readonly ProcessedRecord[]): Promise<ProcessedBatch> {
    const { stream, processing, invoke } = this.props;
    const number = (this.batches += 1);
    const event = {
      invocationId: `${stream}-${number}`,
      deliveryStreamArn: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${stream}`,
      region: 'us-east-1',
      records: batch.map(({ data, arrivalMs }, index) => ({
        recordId: recordId(number, index),
        approximateArrivalTimestamp: arrivalMs,
        data: Buffer.from(data).toString('base64'),
      })),
    };
    for (let attempts = 1; ; attempts += 1) {
      try {
        return readAnswer(await invoke(processing.functionArn, event), batch, number, attempts);
      } catch (error: unknown) {
        if (attempts > processing.retries) {
          const failure = { errorCode: 'Lambda.FunctionError', errorMessage: String(error), attempts };
          return { transformed: [], failed: batch.map((record) => ({ ...record, ...failure })) };
        }
      }
    }
  }
}

const recordId = (batch: number, index: number): string => `${batch}-${index}`.padStart(24, '0');

/** By https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html; the codes are those of Firehose's logs. */
function readAnswer(answer: unknown, batch: readonly ProcessedRecord[], number: number, attempts: number): ProcessedBatch {
  const answers = (answer as { readonly records?: unknown } | null)?.records;
  if (!Array.isArray(answers)) {
    throw new Error('the function answered without records');
  }
  const byId = new Map<unknown, { readonly result?: unknown; readonly data?: unknown }>();
  for (const each of answers as readonly { readonly recordId?: unknown; readonly result?: unknown; readonly data?: unknown }[]) {
    if (byId.has(each.recordId)) {
      throw new Error(`the function answered record ${String(each.recordId)} twice`);
    }
    byId.set(each.recordId, each);
  }
  const transformed: ProcessedRecord[] = [];
  const failed: FailedRecord[] = [];
  batch.forEach((record, index) => {
    const found = byId.get(recordId(number, index));
    const fail = (errorCode: string, errorMessage: string): void => {
      failed.push({ ...record, errorCode, errorMessage, attempts });
    };
    if (found === undefined) {
      fail(
        'Lambda.MissingRecordId',
        'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
      );
    } else if (found.result === 'Ok' && typeof found.data === 'string') {
      transformed.push({ data: Buffer.from(found.data, 'base64'), arrivalMs: record.arrivalMs });
    } else if (found.result === 'ProcessingFailed') {
      fail('Lambda.ProcessingFailedStatus', 'ProcessingFailed status set for record');
    } else if (found.result !== 'Dropped') {
      fail('Lambda.FunctionError', `the result ${JSON.stringify(found.result)} is not Ok with data, Dropped or ProcessingFailed`);
    }
  });
  return { transformed, failed };
}
