import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { ObjectStore } from '../s3/object-store';
import type { ParquetConverter } from './converter';
import type { FormatConversion, LocalDeliveryStream } from './delivery-stream';
import { effectiveErrorPrefix, effectivePrefix, evaluatePrefix, objectSuffix, type ErrorOutputType } from './prefix';
import type { FailedRecord } from './processing';
import { unpack, type RecordBuffer } from './record-buffer';

/** The objects that one buffer becomes. Chosen once: a delivery that is tried again overwrites what it wrote before. */
export interface ObjectKeys {
  readonly data: string;
  /** Rows that could not be converted. */
  readonly errors: string;
  /** Records that the function could not transform. */
  readonly processingErrors: string;
}

/** An object that was written. */
export interface WrittenObject {
  readonly key: string;
  readonly bytes: number;
  /** Rows in it, when records were converted. */
  readonly rows?: number;
  readonly kind: 'data' | 'errors';
}

/** @throws RangeError when a prefix holds an expression that is not supported */
export function objectKeys(stream: LocalDeliveryStream, arrivalMs: number): ObjectKeys {
  const randomString = (): string => randomUUID().replaceAll('-', '').slice(0, 11);
  const uuid = randomUUID();
  const extension = stream.conversion === undefined ? (stream.compression === 'GZIP' ? '.gz' : '') : '.parquet';
  const prefix = evaluatePrefix(effectivePrefix(stream.prefix), { arrivalMs, randomString });
  const errorPrefix = effectiveErrorPrefix(stream.errorOutputPrefix, stream.prefix);
  const errorKey = (errorOutputType: ErrorOutputType): string =>
    evaluatePrefix(errorPrefix, { arrivalMs, randomString, errorOutputType }) + objectSuffix(stream.name, arrivalMs, uuid, '');
  return {
    data: prefix + objectSuffix(stream.name, arrivalMs, uuid, extension),
    errors: errorKey('format-conversion-failed'),
    processingErrors: errorKey('processing-failed'),
  };
}

/** Writes buffers of records to the object store, as the delivery stream says. */
export class ObjectWriter {
  constructor(
    private readonly store: ObjectStore,
    private readonly converter: ParquetConverter,
  ) {}

  /** @returns the objects that were written @throws what the store or the conversion throws; nothing half-written is visible */
  async write(
    stream: LocalDeliveryStream,
    buffer: RecordBuffer,
    keys: ObjectKeys,
    now: number,
  ): Promise<readonly WrittenObject[]> {
    if (stream.conversion !== undefined) {
      return this.convert(stream, stream.conversion, buffer, keys, now);
    }
    const object = await this.store.put(stream.bucket, keys.data, body(stream, buffer));
    return [{ key: keys.data, bytes: object.size, kind: 'data' }];
  }

  /** Writes records that the function could not transform, a JSON document a line. */
  async writeUnprocessed(
    stream: LocalDeliveryStream,
    records: readonly FailedRecord[],
    keys: ObjectKeys,
    now: number,
  ): Promise<readonly WrittenObject[]> {
    const lines = records.map((record) => unprocessedLine(stream, record, now)).join('');
    const object = await this.store.put(stream.bucket, keys.processingErrors, lines);
    return [{ key: keys.processingErrors, bytes: object.size, rows: records.length, kind: 'errors' }];
  }

  private async convert(
    stream: LocalDeliveryStream,
    { columns, jsonKeys = {}, compression }: FormatConversion,
    buffer: RecordBuffer,
    keys: ObjectKeys,
    now: number,
  ): Promise<readonly WrittenObject[]> {
    const parquetFile = this.store.temporaryPath();
    const errorFile = this.store.temporaryPath();
    const written: WrittenObject[] = [];
    try {
      const records = buffer.pack();
      const job = { records, columns, jsonKeys, compression, parquetFile, errorFile, now };
      const { rows, failed } = await this.converter.convert(job);
      if (rows > 0) {
        const { size } = await this.store.adopt(stream.bucket, keys.data, parquetFile);
        written.push({ key: keys.data, bytes: size, rows, kind: 'data' });
      }
      if (failed > 0) {
        const { size } = await this.store.adopt(stream.bucket, keys.errors, errorFile);
        written.push({ key: keys.errors, bytes: size, rows: failed, kind: 'errors' });
      }
      return written;
    } finally {
      await Promise.all(
        [parquetFile, errorFile, `${parquetFile}.spill`].map((file) => fs.rm(file, { force: true, recursive: true })),
      );
    }
  }
}

/** By https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
function unprocessedLine({ processing }: LocalDeliveryStream, record: FailedRecord, now: number): string {
  const line = {
    attemptsMade: record.attempts,
    arrivalTimestamp: record.arrivalMs,
    errorCode: record.errorCode,
    errorMessage: record.errorMessage,
    attemptEndingTimestamp: now,
    rawData: Buffer.from(record.data).toString('base64'),
    lambdaArn: processing?.functionArn,
  };
  return `${JSON.stringify(line)}\n`;
}

function body(stream: LocalDeliveryStream, buffer: RecordBuffer): AsyncIterable<Uint8Array> {
  const records = async function* (): AsyncGenerator<Uint8Array> {
    for (const { data } of unpack(buffer.pack())) {
      yield data;
    }
  };
  if (stream.compression === 'UNCOMPRESSED') {
    return records();
  }
  const gzip = createGzip();
  const source = Readable.from(records(), { objectMode: false });
  source.on('error', (error) => gzip.destroy(error));
  return source.pipe(gzip);
}
