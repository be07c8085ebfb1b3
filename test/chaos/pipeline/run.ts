import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { consumerEnvironment as names, deviceStateEnvironment } from '../../../core/environment';
import type { OutgoingRecord } from '../../../core/domain';
import { SeededRandom } from '../../../core/random';
import { factory } from '../../../domains/factory/domain';
import { bundleForNode } from '../../../lib/shared/node-bundle';
import { startDynamoDb } from '../../../local/aws/dynamodb/dynamodb';
import type { LocalDeliveryStream } from '../../../local/aws/firehose/delivery-stream';
import { startFirehose } from '../../../local/aws/firehose/service';
import { startKinesis } from '../../../local/aws/kinesis/kinesis';
import { ObjectStore } from '../../../local/aws/s3/object-store';
import type { Cleanup } from '../../../local/run/cleanup';
import type { PutRecord } from '../../consumer/pipeline/simulation/device-traffic';
import { differencesFrom, Lake, quarantine, undisturbed } from '../../consumer/pipeline/simulation/lake';
import { Chaos } from '../chaos';
import { ChaosFleet } from '../fleet';
import { compareSequence, type ShardLineage } from '../kit/audit';
import { readLeases } from '../kit/leases';
import { Resharding } from '../kit/resharding';
import { waitFor } from '../kit/wait';
import type { ChaosOptions } from '../options';
import { planChaos } from '../plan';
import { WeatherReport } from '../weather';
import { Sender } from './sender';
import { streamContents } from './stream-contents';
import { readLogs } from './worker-logs';

/** What a run of the service did and found. */
export interface PipelineChaosResult {
  /** How the lake and the ledger differ from what one undisturbed pass over the stream makes; empty when they do not. */
  readonly differences: readonly string[];
  readonly acknowledged: number;
  readonly onStream: number;
  /** Different documents in the lake: rows, and lines of the quarantine. */
  readonly documents: number;
  /** Documents that were delivered again. */
  readonly repeated: number;
  /** How often each kind of action was done. */
  readonly actions: Readonly<Record<string, number>>;
  /** Requests that got into trouble, by service and kind. */
  readonly troubles: Readonly<Record<string, number>>;
  /** Troubles that the workers tell of, by event. */
  readonly told: Readonly<Record<string, number>>;
  readonly workers: number;
  readonly shards: number;
  readonly drainedMs: number | undefined;
  /** What went wrong, beside the differences. */
  readonly failures: readonly string[];
}

const stream = 'chaos';
const leaseTable = 'chaos-leases';
const deviceTable = 'chaos-devices';
const bucket = 'lake';
const region = 'us-east-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const drainTimeoutMs = 90_000;

/** Runs the service itself, its bundle and its settings, through the chaos that the seed stands for, and holds every row to one pass. */
export async function runPipelineChaos(
  options: ChaosOptions,
  cleanup: Cleanup,
  signal: AbortSignal,
  onStep: (text: string) => void,
): Promise<PipelineChaosResult> {
  rmSync(options.out, { recursive: true, force: true });
  mkdirSync(options.out, { recursive: true });
  const random = SeededRandom.fromSeed(options.seed);
  const chance = random.fork('weather');
  const weather = new WeatherReport(
    () => chance.uniform(),
    () => Date.now(),
  );
  const aws = await startAws(options, weather, cleanup);
  const { consumer } = await bundleForNode({ consumer: { entry: 'consumer/main.ts', fileName: 'main' } });
  const fleet = new ChaosFleet({
    consumer: path.join(consumer, 'main.js'),
    directory: options.out,
    environment: { ...aws.environment, ...serviceEnvironment(options) },
  });
  cleanup.add('workers', () => fleet.killAll());
  const client = new KinesisClient({ endpoint: aws.kinesis, region, credentials });
  cleanup.add('client', async () => client.destroy());
  const sender = new Sender({ client, stream, recordsPerSecond: options.recordsPerSecond, records: messages(options) });
  cleanup.add('sender', () => sender.stop());
  const resharding = new Resharding(client, stream);

  for (let i = 0; i < options.workers; i += 1) {
    fleet.start();
  }
  sender.start();
  const counts: Record<string, number> = {};
  const chaos = new Chaos({ fleet, options, resharding, weather, signal, onStep, counts });
  await chaos.run(planChaos(random.fork('plan'), options.minutes * 60_000, options.failoverMs));
  weather.end();

  fleet.resumeAll();
  if (fleet.active().length === 0) {
    fleet.start();
  }
  await sender.stop();
  const shards = await resharding.lineage();
  const sent = await streamContents(client, stream, shards);
  const failures: string[] = [];
  const drainedMs = await drained(aws.dynamoDb, sent, shards, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    failures.push(error instanceof Error ? error.message : String(error));
    return undefined;
  });
  await fleet.stopAll();
  const { ledger, troubles: told } = readLogs(fleet.logs());
  const lake = await aws.lake();
  return {
    differences: differencesFrom(undisturbed(factory, sent), lake, ledger),
    acknowledged: sender.acknowledged,
    onStream: sent.length,
    documents: lake.distinct.size,
    repeated: lake.repeated,
    actions: counts,
    troubles: weather.counts(),
    told,
    workers: fleet.size,
    shards: shards.length,
    drainedMs,
    failures: [...failures, ...fleet.crashes],
  };
}

interface Aws {
  readonly kinesis: string;
  readonly dynamoDb: string;
  /** For the workers. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that Firehose has accepted. */
  readonly lake: () => Promise<Lake>;
}

async function startAws({ out, shards }: ChaosOptions, weather: WeatherReport, cleanup: Cleanup): Promise<Aws> {
  const streams = [{ name: stream, shards, mode: 'PROVISIONED', retentionHours: 24 }] as const;
  const kinesis = await startKinesis({ streams, faults: weather.plan });
  cleanup.add('Kinesis', () => kinesis.close());
  const tables = [
    { name: leaseTable, partitionKey: 'leaseKey' },
    { name: deviceTable, partitionKey: 'device_id' },
  ];
  const dynamoDb = await startDynamoDb({ tables, faults: weather.plan });
  cleanup.add('DynamoDB', () => dynamoDb.close());
  const store = new ObjectStore(path.join(out, 's3'), [bucket]);
  const deliveryStreams = [...Object.keys(factory.tables), quarantine].map(deliveryStream);
  // So few requests that some are refused.
  const firehose = await startFirehose({ deliveryStreams, store, quota: { requestsPerSecond: 15 } });
  cleanup.add('Firehose', () => firehose.close());
  return {
    kinesis: kinesis.endpoint,
    dynamoDb: dynamoDb.endpoint,
    environment: {
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_FIREHOSE: firehose.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    lake: async () => {
      await firehose.flush();
      const lake = new Lake();
      for (const { key, path: file } of await store.listAll(bucket, '')) {
        lake.take(key.slice(0, key.indexOf('/')), readFileSync(file));
      }
      return lake;
    },
  };
}

/** Rows as they were accepted, without a conversion: each is compared to the last digit. */
function deliveryStream(name: string): LocalDeliveryStream {
  const errorOutputPrefix = 'errors/!{firehose:error-output-type}/';
  const buffering = { bufferSizeMiB: 64, bufferIntervalSeconds: 900 };
  return { name, bucket, prefix: `${name}/`, errorOutputPrefix, compression: 'UNCOMPRESSED', ...buffering };
}

function serviceEnvironment({ failoverMs, shards }: ChaosOptions): Readonly<Record<string, string>> {
  return {
    [names.domain]: factory.name,
    [names.streamName]: stream,
    [names.leaseTableName]: leaseTable,
    [names.deliveryStreams]: JSON.stringify(Object.fromEntries(Object.keys(factory.tables).map((table) => [table, table]))),
    [names.quarantineStream]: quarantine,
    [names.failoverTimeMs]: String(failoverMs),
    [names.flushIntervalMs]: '300',
    [names.checkpointIntervalMs]: '1500',
    // Shared by the shards of a worker: one that is left alone with all of them has devices leave memory and come back.
    [names.rememberedDevices]: String(devicesPerShard * shards),
    [names.shutdownGraceMs]: '10000',
    [deviceStateEnvironment.deviceStateTable]: deviceTable,
  };
}

const devicesPerShard = 6;

function messages({ minutes, recordsPerSecond, seed, shards }: ChaosOptions): Iterator<OutgoingRecord> {
  const records = Math.ceil(2 * minutes * 60 * recordsPerSecond) + 10_000;
  const fleet = factory.simulator?.simulate({ devices: devicesPerShard * shards, records, seed, endTime: Date.now() }) ?? [];
  return fleet[Symbol.iterator]();
}

/** Waits until every record lies behind the checkpoint of its shard. @returns how long that took, in milliseconds */
async function drained(
  endpoint: string,
  sent: readonly PutRecord[],
  shards: readonly ShardLineage[],
  signal: AbortSignal,
): Promise<number> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const last = new Map(sent.map(({ sequenceNumber, shardId }) => [shardId, sequenceNumber]));
  const closed = new Set(shards.flatMap(({ parentShardIds }) => parentShardIds));
  const isDrained = async (): Promise<boolean> => {
    const checkpoints = new Map((await readLeases(client, leaseTable)).map((row) => [row.shardId, row.checkpoint]));
    return [...last].every(([shardId, sequenceNumber]) => {
      const checkpoint = checkpoints.get(shardId);
      // The lease of a shard that has ended is deleted once its children are read.
      return checkpoint === undefined
        ? closed.has(shardId)
        : checkpoint === 'SHARD_END' || (/^\d+$/.test(checkpoint) && compareSequence(checkpoint, sequenceNumber) >= 0);
    });
  };
  try {
    return await waitFor('every record to be checkpointed after the chaos', isDrained, { timeoutMs: drainTimeoutMs, signal });
  } finally {
    client.destroy();
  }
}
