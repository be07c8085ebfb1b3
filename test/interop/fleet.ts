import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FleetAction } from '../chaos/kit/gaps';
import type { Session } from '../chaos/kit/journal';
import { readLeases, shares, type LeaseRow } from '../chaos/kit/leases';
import { Producer } from '../chaos/kit/producer';
import { Resharding } from '../chaos/kit/resharding';
import { waitFor } from '../chaos/kit/wait';
import { WorkerProcess } from '../chaos/kit/worker-process';
import { credentials, region } from './dynamodb-local';
import { kclVersions, type JavaSide } from './toolchain';

/** The kinds of worker: ours, the Java KCL 2.x, 3.x in its 2.x-compatible mode, and 3.x in its native mode. */
export type WorkerKind = 'ours' | '2.x' | '3.x' | '3.x native';

export interface FleetProps {
  /** Of the stream, the application, and the folder of journals and logs. */
  readonly name: string;
  readonly stream: string;
  readonly kinesisEndpoint: string;
  readonly dynamoDbEndpoint: string;
  readonly java: JavaSide;
  /** The bundled worker process of ours. */
  readonly consumer: string;
  readonly directory: string;
  readonly failoverMs: number;
  readonly recordsPerSecond: number;
  /** More environment for all workers. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const modes: Readonly<Record<WorkerKind, string>> = {
  ours: '',
  '2.x': '',
  '3.x': 'CLIENT_VERSION_CONFIG_COMPATIBLE_WITH_2X',
  '3.x native': 'CLIENT_VERSION_CONFIG_3X',
};

const endWithParent = pathToFileURL(path.join(__dirname, '../../local/run/end-with-parent.mjs')).href;

/** Workers of all kinds on one stream and one lease table, and what they have done. */
export class Fleet {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly producer: Producer;
  readonly resharding: Resharding;
  readonly actions: FleetAction[] = [];
  private readonly workers: WorkerProcess[] = [];
  private readonly directory: string;

  constructor(readonly props: FleetProps) {
    this.directory = path.join(props.directory, props.name);
    mkdirSync(this.directory, { recursive: true });
    this.kinesis = new KinesisClient({ endpoint: props.kinesisEndpoint, region, credentials });
    this.dynamodb = new DynamoDBClient({ endpoint: props.dynamoDbEndpoint, region, credentials });
    this.producer = new Producer({ client: this.kinesis, stream: props.stream, recordsPerSecond: props.recordsPerSecond });
    this.resharding = new Resharding(this.kinesis, props.stream);
  }

  /** Starts a worker; its name tells its kind. */
  start(kind: WorkerKind): WorkerProcess {
    const { consumer, dynamoDbEndpoint, failoverMs, java, kinesisEndpoint, name, stream } = this.props;
    const worker = new WorkerProcess({
      name: `${kind.replace(' ', '-')}-${this.workers.length + 1}`,
      command: kind === 'ours' ? process.execPath : 'java',
      args:
        kind === 'ours'
          ? ['--import', endWithParent, consumer]
          : java.workerArgs(kind === '2.x' ? kclVersions['2.x'] : kclVersions['3.x']),
      directory: this.directory,
      environment: {
        STREAM: stream,
        APPLICATION: name,
        FAILOVER_MS: String(failoverMs),
        MODE: modes[kind],
        KINESIS_ENDPOINT: kinesisEndpoint,
        DYNAMODB_ENDPOINT: dynamoDbEndpoint,
        AWS_ENDPOINT_URL_KINESIS: kinesisEndpoint,
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...this.props.environment,
      },
    });
    this.workers.push(worker);
    return worker;
  }

  async kill(worker: WorkerProcess): Promise<void> {
    this.actions.push({ timeMs: Date.now(), kind: 'kill', worker: worker.name });
    worker.signal('SIGKILL');
    await worker.exited;
  }

  /** SIGTERM; resolves when the process has ended. */
  async stop(worker: WorkerProcess): Promise<void> {
    this.actions.push({ timeMs: Date.now(), kind: 'stop', worker: worker.name });
    await worker.stop();
  }

  leases(): Promise<readonly LeaseRow[]> {
    return readLeases(this.dynamodb, this.props.name);
  }

  /** Until these workers have all shards between them, with shares that differ by one at most, and read them. */
  async balanced(workers: readonly WorkerProcess[], timeoutMs = 60_000): Promise<number> {
    const names = workers.map(({ name }) => name).join(', ');
    return await waitFor(`equal shares for ${names}`, () => this.areBalanced(workers), { timeoutMs, signal: this.props.signal });
  }

  async areBalanced(workers: readonly WorkerProcess[]): Promise<boolean> {
    const dead = workers.find(({ running }) => !running);
    if (dead !== undefined) {
      throw new Error(`${dead.name} has ended, see ${dead.log}`);
    }
    const leases = await this.leases();
    const active = leases.filter(({ checkpoint }) => checkpoint !== 'SHARD_END');
    const counts = shares(leases);
    const mine = workers.map(({ name }) => counts.get(name) ?? 0);
    const owned = mine.reduce((sum, count) => sum + count, 0);
    return active.length > 0 && owned === active.length && Math.max(...mine) - Math.min(...mine) <= 1;
  }

  /** Until every record that was sent has been processed by somebody. */
  async drained(timeoutMs = 60_000): Promise<number> {
    const done = (): boolean => {
      const processed = new Set(this.sessions().flatMap(({ records }) => records.map(({ id }) => id)));
      return this.producer.sent.every(({ id }) => processed.has(id));
    };
    return await waitFor('every record to be processed', done, { timeoutMs, signal: this.props.signal });
  }

  sessions(): readonly Session[] {
    return this.workers.flatMap((worker) => worker.sessions());
  }

  /** Ends everything that still runs. */
  async close(): Promise<void> {
    await this.producer.stop();
    this.workers.forEach((worker) => worker.signal('SIGKILL'));
    await Promise.all(this.workers.map(({ exited }) => exited));
    this.kinesis.destroy();
    this.dynamodb.destroy();
  }
}
