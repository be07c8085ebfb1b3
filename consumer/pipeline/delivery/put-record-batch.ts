import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';

/**
 * A PutRecordBatch of these records. Endpoint, signature, retries and errors are the SDK's; the body alone is made here, since the
 * SDK encodes base64 byte by byte, which for full records costs more than everything else about delivering them.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 */
export function putRecordBatch(stream: string, records: readonly Uint8Array[]): PutRecordBatchCommand {
  const command = new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body?: Uint8Array }).body = bodyOf(stream, records);
      return next(args);
    },
    // The lowest priority of this step comes after the SDK's own serializer and before lengths and signatures are taken.
    { step: 'serialize', priority: 'low', name: 'writePutRecordBatchBody' },
  );
  return command;
}

const beforeData = '{"Data":"';
const afterData = '"}';

function bodyOf(stream: string, records: readonly Uint8Array[]): Buffer {
  const start = `{"DeliveryStreamName":${JSON.stringify(stream)},"Records":[`;
  const end = ']}';
  const around = beforeData.length + afterData.length + 1;
  const data = records.reduce((sum, { byteLength }) => sum + Math.ceil(byteLength / 3) * 4 + around, 0);
  const body = Buffer.allocUnsafe(Buffer.byteLength(start) + data + end.length);
  let length = body.write(start, 'utf8');
  records.forEach((record, index) => {
    length += body.write(index === 0 ? beforeData : `,${beforeData}`, length, 'latin1');
    length += body.write(Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('base64'), length, 'latin1');
    length += body.write(afterData, length, 'latin1');
  });
  length += body.write(end, length, 'latin1');
  return body.subarray(0, length);
}
