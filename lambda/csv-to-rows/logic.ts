import type { Domain } from '../../core/domain';
import { quarantineLines } from '../../core/quarantine-lines';
import type { ReasonCode } from '../../core/reason';
import { convertCsv, type Converted } from './convert';
import type { IncomingRecord, TransformationAnswer, TransformationEvent, TransformedRecord } from './event';
import { RowMaker } from './row';

/** Where bad lines go. */
export interface Quarantine {
  /** @throws Error when not every line was accepted */
  put(lines: readonly string[]): Promise<void>;
}

/** What one invocation did, for the log and the metrics. */
export interface Tally {
  /** Records with the consumer's rows, passed through as they were. */
  jsonRecords: number;
  /** Lines that became rows. */
  csvRows: number;
  /** Lines that went to quarantine, by reason. */
  quarantined: Partial<Record<ReasonCode, number>>;
  /** Records that Firehose keeps as they were under the error prefix, and why. */
  failed: { quarantineFailed: number; answerTooLarge: number };
}

export interface Outcome {
  readonly answer: TransformationAnswer;
  readonly tally: Tally;
  /** Why the quarantine did not take the bad lines. @default - it did */
  readonly error?: Error;
}

/**
 * Longest answer of a function, in bytes; a longer one fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxAnswerBytes = 6 * 1024 * 1024;

/** Bytes of JSON around the data of a record, its id aside. */
const aroundRecord = 64;

interface Work {
  readonly record: IncomingRecord;
  /** Undefined for the consumer's rows. */
  readonly converted: Converted | undefined;
  /** Base64. */
  readonly data: string;
}

/**
 * Turns CSV lines on a table's delivery stream into rows; the consumer's rows pass through untouched. A record is JSON when its
 * first character is an opening brace, else CSV: a text in the first field that begins with a brace stands in quotes.
 *
 * Bad lines are in quarantine before the answer is given. When the quarantine does not take them, or the answer would be too large
 * for Lambda, the records concerned are answered as failed: Firehose then keeps them, whole, under the error prefix. So no line is
 * lost, and the other records of the batch do not suffer.
 */
export class CsvToRows {
  private readonly maker: RowMaker;

  /** @throws RangeError when the domain has no such table */
  constructor(
    private readonly domain: Domain,
    table: string,
    private readonly quarantine: Quarantine,
  ) {
    this.maker = new RowMaker(domain, table);
  }

  async transform(event: TransformationEvent): Promise<Outcome> {
    const tally: Tally = { jsonRecords: 0, csvRows: 0, quarantined: {}, failed: { quarantineFailed: 0, answerTooLarge: 0 } };
    const work = event.records.map((record) => this.work(record));
    const fits = fitting(work);
    const stream = event.deliveryStreamArn.replace(/^.*\//, '');
    const lines = work.flatMap((each) => (fits.has(each) ? this.quarantineLines(each, stream) : []));
    let error: Error | undefined;
    try {
      if (lines.length > 0) {
        await this.quarantine.put(lines);
      }
    } catch (cause: unknown) {
      error = cause instanceof Error ? cause : new Error('the quarantine took no lines', { cause });
    }
    const records = work.map((each) => answerTo(each, fits.has(each), error !== undefined, tally));
    return { answer: { records }, tally, ...(error !== undefined && { error }) };
  }

  private work(record: IncomingRecord): Work {
    const bytes = Buffer.from(record.data, 'base64');
    if (isJson(bytes)) {
      return { record, converted: undefined, data: record.data };
    }
    const converted = convertCsv(bytes, this.maker, record.approximateArrivalTimestamp, this.domain.maxMessageBytes);
    return { record, converted, data: Buffer.from(converted.rows.join('')).toString('base64') };
  }

  private quarantineLines({ record, converted }: Work, stream: string): readonly string[] {
    return (converted?.bad ?? []).flatMap(({ rejection, data, index }) =>
      quarantineLines(
        rejection,
        {
          partitionKey: '',
          sequenceNumber: record.recordId,
          subSequenceNumber: index,
          data,
          arrivalTimeMs: record.approximateArrivalTimestamp,
        },
        { domain: this.domain.name, shardId: stream },
      ),
    );
  }
}

function isJson(bytes: Buffer): boolean {
  const first = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return bytes[first] === 0x7b;
}

/** What fits into the answer: the records as they are, which fitted into the request, and then rows as long as there is room. */
function fitting(work: readonly Work[]): ReadonlySet<Work> {
  const size = ({ record, converted, data }: Work): number =>
    // A failed record is answered without data.
    record.recordId.length + aroundRecord + (converted === undefined ? data.length : 0);
  let room = maxAnswerBytes - aroundRecord - work.reduce((sum, each) => sum + size(each), 0);
  const fits = new Set<Work>();
  for (const each of work) {
    const more = each.converted === undefined ? 0 : each.data.length;
    if (more <= room) {
      room -= more;
      fits.add(each);
    }
  }
  return fits;
}

function answerTo(
  { record: { recordId }, converted, data }: Work,
  fits: boolean,
  quarantineFailed: boolean,
  tally: Tally,
): TransformedRecord {
  if (converted === undefined) {
    tally.jsonRecords += 1;
    return { recordId, result: 'Ok', data };
  }
  const { rows, bad } = converted;
  if (!fits || (quarantineFailed && bad.length > 0)) {
    tally.failed[fits ? 'quarantineFailed' : 'answerTooLarge'] += 1;
    return { recordId, result: 'ProcessingFailed', data: '' };
  }
  tally.csvRows += rows.length;
  for (const { rejection } of bad) {
    tally.quarantined[rejection.reason] = (tally.quarantined[rejection.reason] ?? 0) + 1;
  }
  return rows.length === 0 ? { recordId, result: 'Dropped', data: '' } : { recordId, result: 'Ok', data };
}
