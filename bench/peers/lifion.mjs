// lifion-kinesis with its defaults, polling, and a reader that does nothing. Run from a folder in which it is installed.
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const Kinesis = createRequire(path.join(process.cwd(), 'package.json'))('lifion-kinesis');

const { dynamodb, kinesis, records, run, stream } = JSON.parse(process.argv[2]);
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench', region: 'us-east-1' };
const startedCpu = process.cpuUsage();
const startedMs = performance.now();
let seen = 0;
let bytes = 0;
const reader = new Kinesis({
  ...credentials,
  streamName: stream,
  endpoint: kinesis,
  consumerGroup: run,
  createStreamIfNeeded: false,
  initialPositionInStream: 'TRIM_HORIZON',
  shouldParseJson: false,
  useEnhancedFanOut: false,
  dynamoDb: { ...credentials, endpoint: dynamodb, tableName: run },
});
reader.on('data', ({ records: batch }) => {
  for (const { data } of batch) {
    bytes += data.length;
  }
  seen += batch.length;
  if (seen >= records) {
    const { system, user } = process.cpuUsage(startedCpu);
    const measurement = {
      records: seen,
      bytes,
      cpuSeconds: (user + system) / 1e6,
      seconds: (performance.now() - startedMs) / 1000,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
    process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit(0));
  }
});
reader.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
void reader.startConsumer();
