import { parseArgs } from 'node:util';
import { startDynamoDb } from './aws/dynamodb/dynamodb';
import { faultsByRule } from './aws/http/fault-rules';
import { startKinesis } from './aws/kinesis/kinesis';
import { unlimitedRates } from './aws/kinesis/limits';
import type { LocalService } from './aws/service';
import { faultForm, parseFault } from './cli/fault-option';
import { UsageError } from './cli/usage-error';

const help = `Kinesis and DynamoDB alone, on two ports of 127.0.0.1, until SIGTERM, SIGINT or the parent goes away.

Usage: tsx local/kinesis-server.ts --stream NAME [options]

  --stream NAME         a stream to have; may be given several times
  --shards N            open shards of each stream [default: 4]
  --retention-hours N   how long records are kept [default: 24]
  --consumer NAME       a consumer with enhanced fan-out of each stream; may be given several times
  --port N              port of Kinesis [default: 0, one that the system chooses]
  --dynamodb-port N     port of DynamoDB [default: 0, one that the system chooses]
  --unlimited           without limits of rate: for benchmarks
  --fault RULE          ${faultForm};
                        may be given several times, the first that applies counts
  --fault-seed N        seed of the faults [default: 1]
  --help                this text

Prints one line of JSON when it is ready:
{"kinesis":"http://127.0.0.1:…","dynamodb":"http://127.0.0.1:…","streams":{"NAME":{"consumers":{"NAME":"arn:…"}}}}
`;

/**
 * `npx tsx local/kinesis-server.ts --stream telemetry --shards 4 [--unlimited]` starts Kinesis and DynamoDB without a template, for
 * benchmarks and for tests that run processes against them. Any region and credentials will do; tables are created by whoever needs
 * them. Exit code 2 when an option is wrong.
 */
async function main(): Promise<void> {
  const values = parse(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (values.stream.length === 0) {
    throw new UsageError('--stream NAME is needed');
  }
  const shards = integer('shards', values.shards);
  const retentionHours = integer('retention-hours', values['retention-hours']);
  const rules = values.fault.map(parseFault);
  const faults = rules.length === 0 ? {} : { faults: faultsByRule(integer('fault-seed', values['fault-seed']), rules) };
  const services: LocalService[] = [];
  try {
    const kinesis = await startKinesis({
      streams: values.stream.map((name) => ({ name, shards, mode: 'PROVISIONED', retentionHours })),
      ...(values.unlimited ? { limits: unlimitedRates } : {}),
      port: integer('port', values.port),
      ...faults,
    });
    services.push(kinesis);
    const dynamodb = await startDynamoDb({ tables: [], port: integer('dynamodb-port', values['dynamodb-port']), ...faults });
    services.push(dynamodb);
    const streams = values.stream.map((stream) => {
      const consumers = values.consumer.map((name) => [name, kinesis.createConsumer(stream, { name })]);
      return [stream, { consumers: Object.fromEntries(consumers) as unknown }];
    });
    const ready = { kinesis: kinesis.endpoint, dynamodb: dynamodb.endpoint, streams: Object.fromEntries(streams) as unknown };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    await stopped();
  } finally {
    await Promise.all(services.map((service) => service.close()));
  }
}

function parse(args: string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args,
      options: {
        stream: texts,
        shards: text('4'),
        'retention-hours': text('24'),
        consumer: texts,
        port: text('0'),
        'dynamodb-port': text('0'),
        unlimited: flag,
        fault: texts,
        'fault-seed': text('1'),
        help: flag,
      },
    }).values;
  } catch (error: unknown) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function integer(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw new UsageError(`--${name} ${value}: a whole number is needed`);
  }
  return Number(value);
}

/** Resolves when the process is told to end. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
      process.once(event, () => resolve());
    }
    process.stdout.on('error', () => resolve());
  });
}

main().then(
  () => {
    // The channel to a parent would keep the process alive.
    if (process.connected) {
      process.disconnect();
    }
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError || error instanceof RangeError;
    process.stderr.write(
      `${error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
    );
    process.exitCode = isUsage ? 2 : 1;
  },
);
