import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { createWorker, KclError, type KclEvent, type KinesisRecord } from '../../../consumer/kcl';
import { Journal } from './journal';

/**
 * One worker process of a fleet under test: real clients, and a processor that appends all it does to a journal. Settings come from
 * the environment: STREAM, APPLICATION, WORKER_ID, JOURNAL, FAILOVER_MS, and the endpoints as the SDK reads them;
 * READING, CHECKPOINT_MS (how often at most) and some options of the library may be given. Events are printed, a line of JSON each. Ends with 0 when stopped by SIGTERM, with 3 when the library gave up, which it says on standard error.
 */
async function main(): Promise<void> {
  const journal = new Journal(setting('JOURNAL'));
  const failoverTimeMs = Number(setting('FAILOVER_MS'));
  const checkpointMs = Number(process.env['CHECKPOINT_MS'] ?? 0);
  const worker = createWorker({
    stream: setting('STREAM'),
    application: setting('APPLICATION'),
    workerId: setting('WORKER_ID'),
    kinesis: new KinesisClient({}),
    dynamodb: new DynamoDBClient({}),
    failoverTimeMs,
    ...(process.env['READING'] === 'fan-out' && { reading: { kind: 'fan-out' } }),
    ...optional('IDLE_READ_MS', 'idleReadIntervalMs'),
    ...optional('MAX_STEAL', 'maxLeasesToStealAtOneTime'),
    ...optional('SHARD_SYNC_MS', 'shardSyncIntervalMs'),
    onEvent: print,
    processor: ({ checkpointer, shardId, startAfter }) => {
      journal.write(Journal.line('start', shardId, startAfter));
      let done: KinesisRecord | undefined;
      let storedMs = performance.now();
      const store = async (): Promise<void> => {
        if (done !== undefined) {
          const record = done;
          done = undefined;
          storedMs = performance.now();
          const result = await checkpointer.checkpoint(record);
          journal.write(Journal.line(result === 'stored' ? 'checkpoint' : 'refused', shardId, record.sequenceNumber));
        }
      };
      const storeWhenDue = async (): Promise<void> => {
        if (performance.now() - storedMs >= checkpointMs) {
          await store();
        }
      };
      return {
        process: async ({ records }) => {
          const line = ({ data, sequenceNumber }: KinesisRecord): string =>
            Journal.line('record', shardId, sequenceNumber, Buffer.from(data).toString('utf8'));
          journal.write(records.map(line).join(''));
          done = records.at(-1) ?? done;
          await storeWhenDue();
        },
        idle: storeWhenDue,
        shardEnded: async () => journal.write(Journal.line('end', shardId)),
        handOver: async () => {
          journal.write(Journal.line('handover', shardId));
          await store();
        },
        leaseLost: () => journal.write(Journal.line('lost', shardId)),
      };
    },
  });
  process.once('SIGTERM', () => void worker.stop());
  await worker.run();
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set`);
  }
  return value;
}

function optional<Name extends string>(variable: string, name: Name): Partial<Record<Name, number>> {
  const value = process.env[variable];
  const given: Partial<Record<Name, number>> = {};
  if (value !== undefined) {
    given[name] = Number(value);
  }
  return given;
}

/** Those that come with every read or write would drown the others. */
const frequent: ReadonlySet<string> = new Set(['batch-processed', 'checkpoint-stored']);

function print(event: KclEvent): void {
  if (!frequent.has(event.type)) {
    const text = JSON.stringify(event, (_, value: unknown) =>
      value instanceof Error ? `${value.name}: ${value.message}` : value,
    );
    process.stdout.write(`${new Date().toISOString()} ${text}\n`);
  }
}

main().then(
  // Whatever the clients hold open must not keep a process that is done.
  () => process.exit(0),
  (error: unknown) => {
    const code = error instanceof KclError ? `${error.code}: ` : '';
    process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(3);
  },
);
