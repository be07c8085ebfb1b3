import { KinesisClient } from '@aws-sdk/client-kinesis';
import { mkdirSync, rmSync } from 'node:fs';
import { SeededRandom } from '../../core/random';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb';
import { startKinesis } from '../../local/aws/kinesis/kinesis';
import type { Cleanup } from '../../local/run/cleanup';
import { Chaos } from './chaos';
import { ChaosFleet } from './fleet';
import { audit, type AuditResult } from './kit/audit';
import { bundleConsumer } from './kit/consumer-bundle';
import { findMoves, type Move } from './kit/gaps';
import { Producer } from './kit/producer';
import { Resharding } from './kit/resharding';
import { waitFor } from './kit/wait';
import type { ChaosOptions } from './options';
import { planChaos } from './plan';
import { WeatherReport } from './weather';

/** What a run did and found. */
export interface ChaosResult {
  readonly audit: AuditResult;
  readonly moves: readonly (Move & { readonly calm: boolean })[];
  /** How often each kind of action was done. */
  readonly actions: Readonly<Record<string, number>>;
  /** Requests that got into trouble, by service and kind. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly workers: number;
  readonly shards: number;
  readonly stopsMs: readonly number[];
  /** From the end of the chaos until every record had been processed. */
  readonly drainedMs: number | undefined;
  /** What went wrong, beside the audit's violations. */
  readonly failures: readonly string[];
}

const stream = 'chaos';
const region = 'us-east-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const drainTimeoutMs = 90_000;

/** Runs a fleet through the chaos that the seed stands for, and accounts for every record. */
export async function runChaos(
  options: ChaosOptions,
  cleanup: Cleanup,
  signal: AbortSignal,
  onStep: (text: string) => void,
): Promise<ChaosResult> {
  rmSync(options.out, { recursive: true, force: true });
  mkdirSync(options.out, { recursive: true });
  const random = SeededRandom.fromSeed(options.seed);
  const chance = random.fork('weather');
  const weather = new WeatherReport(
    () => chance.uniform(),
    () => Date.now(),
  );

  const streams = [{ name: stream, shards: options.shards, mode: 'PROVISIONED', retentionHours: 24 }] as const;
  const kinesis = await startKinesis({ streams, faults: weather.plan });
  cleanup.add('Kinesis', () => kinesis.close());
  const dynamoDb = await startDynamoDb({ tables: [{ name: stream, partitionKey: 'leaseKey' }], faults: weather.plan });
  cleanup.add('DynamoDB', () => dynamoDb.close());
  const fleet = new ChaosFleet({
    consumer: await bundleConsumer(options.out),
    directory: options.out,
    environment: {
      STREAM: stream,
      APPLICATION: stream,
      FAILOVER_MS: String(options.failoverMs),
      // Leases of ended shards are cleaned up, and holes are found, within the run.
      SHARD_SYNC_MS: String(5 * options.failoverMs),
      CHECKPOINT_MS: '500',
      READING: options.fanOut ? 'fan-out' : 'polling',
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  cleanup.add('workers', () => fleet.killAll());
  const client = new KinesisClient({ endpoint: kinesis.endpoint, region, credentials });
  cleanup.add('client', async () => client.destroy());
  const producer = new Producer({ client, stream, recordsPerSecond: options.recordsPerSecond });
  cleanup.add('producer', () => producer.stop());
  const resharding = new Resharding(client, stream);

  for (let i = 0; i < options.workers; i += 1) {
    fleet.start();
  }
  producer.start();
  const counts: Record<string, number> = {};
  const chaos = new Chaos({ fleet, options, resharding, weather, signal, onStep, counts });
  await chaos.run(planChaos(random.fork('plan'), options.minutes * 60_000, options.failoverMs));

  weather.end();

  const failures: string[] = [];
  const drainedMs = await endChaos(fleet, producer, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    failures.push(error instanceof Error ? error.message : String(error));
    return undefined;
  });
  await fleet.stopAll();
  const sessions = fleet.sessions();
  const shards = await resharding.lineage();
  return {
    audit: audit({ sent: producer.sent, sessions, shards }),
    moves: findMoves(sessions, fleet.actions).map((move) => ({
      ...move,
      calm: weather.wasCalm(move.atMs - move.gapMs, move.atMs),
    })),
    actions: counts,
    troubles: weather.counts(),
    workers: fleet.size,
    shards: shards.length,
    stopsMs: fleet.stopsMs,
    drainedMs,
    failures: [...failures, ...fleet.crashes],
  };
}

/** The producer stops; the fleet, in peace, has to process what is left. */
async function endChaos(fleet: ChaosFleet, producer: Producer, signal: AbortSignal): Promise<number> {
  fleet.resumeAll();
  if (fleet.active().length === 0) {
    fleet.start();
  }
  await producer.stop();
  const drained = (): boolean => {
    const processed = new Set(fleet.sessions().flatMap(({ records }) => records.map(({ id }) => id)));
    return producer.sent.every(({ id }) => processed.has(id));
  };
  return await waitFor('every record to be processed after the chaos', drained, { timeoutMs: drainTimeoutMs, signal });
}
