import { parseArgs } from 'node:util';
import { startDynamoDb } from '../local/aws/dynamodb/dynamodb';
import { startKinesis } from '../local/aws/kinesis/kinesis';
import { fill, payloads } from './shared/fill';
import { startFirehoseSink } from './shared/firehose-sink';

/**
 * The server that every subject of a benchmark reads from, in a process of its own: Kinesis with its quotas lifted, so that the
 * readers are the limit, filled with records; a DynamoDB for leases; a Firehose that takes everything. It prints one line of JSON
 * when it is ready, and ends when its standard input does.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stream: { type: 'string', default: 'bench' },
      shards: { type: 'string', default: '16' },
      records: { type: 'string', default: '0' },
      /** Bytes of a record; or the name of a domain, whose simulator then makes the records. */
      payload: { type: 'string', default: '200' },
      /** Hold readers to the service's quotas. */
      limited: { type: 'boolean', default: false },
    },
  });
  const kinesis = await startKinesis({
    streams: [{ name: values.stream, shards: Number(values.shards), mode: 'PROVISIONED', retentionHours: 24 }],
    limits: {
      writeBytesPerSecond: 1e12,
      writeRecordsPerSecond: 1e12,
      ...(!values.limited && { readBytesPerSecond: 1e12, readCallsPerSecond: 1e9, iteratorCallsPerSecond: 1e9 }),
    },
  });
  const dynamodb = await startDynamoDb({ tables: [] });
  const firehose = await startFirehoseSink();
  await fill(kinesis.endpoint, values.stream, payloads(values.payload, Number(values.records)));
  const endpoints = { kinesis: kinesis.endpoint, dynamodb: dynamodb.endpoint, firehose: firehose.endpoint };
  process.stdout.write(`${JSON.stringify(endpoints)}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}

void main();
