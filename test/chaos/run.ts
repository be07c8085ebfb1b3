import { KinesisClient } from '@aws-sdk/client-kinesis';
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../core/random';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb';
import { startKinesis } from '../../local/aws/kinesis/kinesis';
import type { Cleanup } from '../../local/run/cleanup';
import { ChaosFleet } from './fleet';
import { audit, type AuditResult } from './kit/audit';
import { bundleConsumer } from './kit/consumer-bundle';
import { findMoves, type Move } from './kit/gaps';
import { Producer } from './kit/producer';
import { Resharding } from './kit/resharding';
import { waitFor } from './kit/wait';
import type { ChaosOptions } from './options';
import { planChaos, type ChaosAction, type PlannedAction } from './plan';
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

interface ChaosProps {
  readonly fleet: ChaosFleet;
  readonly options: ChaosOptions;
  readonly resharding: Resharding;
  readonly weather: WeatherReport;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
  /** Filled with how often each kind of action was done. */
  readonly counts: Record<string, number>;
}

/** Does what is planned, when it is due. */
class Chaos {
  private readonly later: Promise<void>[] = [];

  constructor(private readonly props: ChaosProps) {}

  async run(plan: readonly PlannedAction[]): Promise<void> {
    const startMs = performance.now();
    const elapsedMs = (): number => performance.now() - startMs;
    for (const { action, atMs, choice } of plan) {
      await sleep(Math.max(0, atMs - elapsedMs()), undefined, { signal: this.props.signal });
      const done = await this.act(action, choice);
      if (done !== undefined) {
        this.props.counts[action.kind] = (this.props.counts[action.kind] ?? 0) + 1;
        this.props.onStep(`${(elapsedMs() / 1000).toFixed(1).padStart(7)} s  ${done}`);
      }
    }
    await sleep(Math.max(0, this.props.options.minutes * 60_000 - elapsedMs()), undefined, { signal: this.props.signal });
    await Promise.all(this.later);
  }

  /** @returns what was done, in words; undefined when there was nothing to do it to */
  private async act(action: ChaosAction, choice: number): Promise<string | undefined> {
    const { fleet, options, weather } = this.props;
    const active = fleet.active();
    const worker = active[Math.floor(choice * active.length)];
    switch (action.kind) {
      case 'weather':
        weather.begin(action);
        return `${action.service}: ${action.trouble} ${Math.round(action.share * 100)} % for ${seconds(action.forMs)}`;
      case 'split':
      case 'merge':
        return await this.reshard(action.kind, choice);
      case 'scale-out':
        return active.length < options.workers + 2 ? `start ${fleet.start().name}` : undefined;
      default:
    }
    if (worker === undefined) {
      return undefined;
    }
    switch (action.kind) {
      case 'kill':
        fleet.kill(worker);
        this.after(action.replaceAfterMs, () => void fleet.start());
        return `kill -9 ${worker.name}, another in ${seconds(action.replaceAfterMs)}`;
      case 'pause':
        fleet.pause(worker);
        this.after(action.forMs, () => fleet.resume(worker));
        return `pause ${worker.name} for ${seconds(action.forMs)}`;
      case 'replace':
        fleet.stop(worker);
        return `stop ${worker.name} while ${fleet.start().name} starts`;
      case 'scale-in':
        if (active.length < 3) {
          return undefined;
        }
        fleet.stop(worker);
        return `stop ${worker.name}`;
    }
  }

  private async reshard(kind: 'split' | 'merge', choice: number): Promise<string | undefined> {
    const { options, resharding } = this.props;
    try {
      const open = await resharding.open();
      const index = Math.floor(choice * (kind === 'split' ? open.length : open.length - 1));
      const [shard, neighbour] = [open[index], open[index + 1]];
      if (kind === 'split' && shard !== undefined && open.length < 2 * options.shards) {
        await resharding.split(shard);
        return `split ${shard}`;
      }
      if (kind === 'merge' && shard !== undefined && neighbour !== undefined && open.length > options.shards / 2) {
        await resharding.merge(shard, neighbour);
        return `merge ${shard} and ${neighbour}`;
      }
      return undefined;
    } catch {
      // The stream is still busy with the change before, or the chaos befell this request, too.
      return undefined;
    }
  }

  private after(ms: number, what: () => void): void {
    this.later.push(sleep(ms, undefined, { signal: this.props.signal }).then(what));
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
