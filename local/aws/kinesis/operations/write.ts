import { AwsError } from '../../http/aws-error';
import type { Operation } from '../../http/json-service';
import { streamMembers, type Account } from '../account';
import { invalidArgument, throughputExceeded, throughputMessage, validationError } from '../errors';
import { parseHashKey } from '../hash-range';
import { Input } from '../input';
import { maxPartitionKeyLength } from '../limits';
import type { Shard } from '../shard';

/** A record of a request after validation. */
interface IncomingRecord {
  readonly partitionKey: string;
  readonly explicitHashKey: bigint | undefined;
  readonly data: string;
  readonly bytes: number;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** PutRecord and PutRecords. */
export function writeOperations(account: Account): Readonly<Record<string, Operation>> {
  return {
    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
    PutRecord: (members) => {
      const input = new Input('PutRecord', members, [
        ...streamMembers,
        'Data',
        'PartitionKey',
        'ExplicitHashKey',
        // Sequence numbers always rise in the order of arrival here, which is all that the member asks for.
        'SequenceNumberForOrdering',
      ]);
      const stream = account.streamOf(input);
      const after = input.optionalString('SequenceNumberForOrdering');
      if (after !== undefined && !/^(0|[1-9]\d{0,128})$/.test(after)) {
        throw validationError('SequenceNumberForOrdering', after, 'satisfy regular expression pattern: 0|([1-9]\\d{0,128})');
      }
      const record = parseRecord(members, account.limits.recordBytes);
      const shard = stream.shardFor(record.partitionKey, record.explicitHashKey);
      const sequenceNumber = shard.append(record.partitionKey, record.data, record.bytes, account.now());
      if (sequenceNumber === undefined) {
        throw throughputExceeded(shard.id, stream.name, account.id);
      }
      return { ShardId: shard.id, SequenceNumber: sequenceNumber, EncryptionType: 'NONE' };
    },

    /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
    PutRecords: (members) => {
      const input = new Input('PutRecords', members, [...streamMembers, 'Records']);
      const stream = account.streamOf(input);
      const entries = input.array('Records');
      const { putRecordsCount, putRecordsBytes, recordBytes } = account.limits;
      if (entries.length < 1 || entries.length > putRecordsCount) {
        const bound = entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${putRecordsCount}`;
        throw validationError('records', `${entries.length} records`, `have length ${bound}`);
      }
      const records = entries.map((entry, index) => parseRecord(entry, recordBytes, `records.${index + 1}.member.`));
      const total = records.reduce((sum, { bytes }) => sum + bytes, 0);
      if (total > putRecordsBytes) {
        throw invalidArgument(`Records size of ${total} bytes exceeds the limit of ${putRecordsBytes} bytes for a request.`);
      }
      const now = account.now();
      let failed = 0;
      const results: object[] = [];
      for (const { partitionKey, explicitHashKey, data, bytes } of records) {
        const shard: Shard = stream.shardFor(partitionKey, explicitHashKey);
        const sequenceNumber = shard.append(partitionKey, data, bytes, now);
        if (sequenceNumber === undefined) {
          failed += 1;
          const ErrorMessage = throughputMessage(shard.id, stream.name, account.id);
          results.push({ ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage });
        } else {
          results.push({ SequenceNumber: sequenceNumber, ShardId: shard.id });
        }
      }
      return { FailedRecordCount: failed, EncryptionType: 'NONE', Records: results };
    },
  };
}

/** A record as the API's model allows it. The data stay in base64: only their size is needed. */
function parseRecord(entry: unknown, maxBytes: number, path = ''): IncomingRecord {
  if (typeof entry !== 'object' || entry === null) {
    throw validationError(path, entry, 'be a structure');
  }
  const { Data: data, PartitionKey: partitionKey, ExplicitHashKey: hashKey } = entry as Readonly<Record<string, unknown>>;
  if (typeof data !== 'string') {
    throw validationError(`${path}data`, data, 'not be null');
  }
  if (data.length % 4 !== 0 || !base64.test(data)) {
    throw new AwsError('SerializationException', `${path}data is not in base64`);
  }
  if (typeof partitionKey !== 'string') {
    throw validationError(`${path}partitionKey`, partitionKey, 'not be null');
  }
  if (partitionKey.length < 1 || partitionKey.length > maxPartitionKeyLength) {
    const bound = partitionKey.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${maxPartitionKeyLength}`;
    throw validationError(`${path}partitionKey`, partitionKey, `have length ${bound}`);
  }
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  const bytes = (data.length / 4) * 3 - padding + Buffer.byteLength(partitionKey);
  if (bytes > maxBytes) {
    throw invalidArgument(`Record size of ${bytes} bytes exceeds the limit of ${maxBytes} bytes (data and partition key).`);
  }
  return { partitionKey, explicitHashKey: parseExplicitHashKey(hashKey), data, bytes };
}

function parseExplicitHashKey(value: unknown): bigint | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  const hashKey = typeof value === 'string' ? parseHashKey(value) : undefined;
  if (hashKey === undefined) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${JSON.stringify(value)}`,
    );
  }
  return hashKey;
}
