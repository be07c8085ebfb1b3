import { AwsError } from '../http/aws-error';

/**
 * Limits of direct put.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 */
export const maxRecordsPerBatch = 500;
/** Bytes of data in a PutRecordBatch. */
export const maxBatchBytes = 4 * 1024 * 1024;
/** Bytes of data in a record, before base64. */
export const maxRecordBytes = 1000 * 1024;

const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgumentException', message);

/** The data of a record. @throws AwsError InvalidArgumentException, SerializationException */
export function recordData(record: unknown): Buffer {
  const text = typeof record === 'object' && record !== null && 'Data' in record ? record.Data : undefined;
  if (typeof text !== 'string') {
    throw invalidArgument('a record has no Data');
  }
  const data = Buffer.from(text, 'base64');
  if (text.length % 4 !== 0 || data.length !== Buffer.byteLength(text, 'base64')) {
    throw new AwsError('SerializationException', 'Data is not base64');
  }
  if (data.length > maxRecordBytes) {
    throw invalidArgument(`a record holds ${data.length} bytes; at most ${maxRecordBytes} are allowed`);
  }
  return data;
}

/** The data of a batch's records. @throws AwsError InvalidArgumentException, SerializationException */
export function batchData(records: unknown): readonly Buffer[] {
  if (!Array.isArray(records) || records.length === 0 || records.length > maxRecordsPerBatch) {
    const count = Array.isArray(records) ? `${records.length} records` : 'no list of records';
    throw invalidArgument(`the batch holds ${count}; 1 to ${maxRecordsPerBatch} are allowed`);
  }
  const data = records.map(recordData);
  const bytes = data.reduce((sum, { length }) => sum + length, 0);
  if (bytes > maxBatchBytes) {
    throw invalidArgument(`the batch holds ${bytes} bytes; at most ${maxBatchBytes} are allowed`);
  }
  return data;
}
