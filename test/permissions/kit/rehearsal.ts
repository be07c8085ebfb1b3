import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib';
import { consumerEnvironment } from '../../../core/environment';
import { windowClosing } from '../../../core/window-closing';
import { domainNamed } from '../../../domains';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { configurationOf } from '../../../lib/config/read-configuration';
import { buildPipeline } from '../../../lib/pipeline';
import { readLeaseTable } from '../../../lambda/shared/lease-table';
import { projectRoot } from '../../../lib/shared/node-bundle';
import type { RuntimeCode } from '../../../lib/shared/runtime-code';
import { prepareOutDirectory, type OutDirectory } from '../../../local/cli/out-directory';
import { Cleanup } from '../../../local/run/cleanup';
import { ConsumerFleet } from '../../../local/run/consumer-fleet';
import { DeviceFleet } from '../../../local/run/device-fleet';
import { imageCommand } from '../../../local/run/image-command';
import { LedgerBook } from '../../../local/run/ledger-book';
import { startLocalAws, type LocalAws } from '../../../local/run/local-aws';
import type { StageLine } from '../../../local/run/progress';
import { quietSdk } from '../../../local/run/quiet-sdk';
import { assignRoles, type Roles } from '../../../local/run/roles';
import { stream } from '../../../local/run/stages/stream';
import { workersReady } from '../../../local/run/stages/workers';
import { readAssembly } from '../../../local/template/assembly';
import { Evaluator } from '../../../local/template/evaluate';
import type { Pipeline } from '../../../local/template/pipeline';
import { readPipeline } from '../../../local/template/read-pipeline';
import { allResources, type TemplateResource } from '../../../local/template/resource';
import { Observed } from './observed';
import { connection, operator, putUnusualReading } from './operator';

/** A pipeline that runs on this machine, with a recorder at its services. */
export interface Rehearsal {
  readonly pipeline: Pipeline;
  readonly resources: readonly TemplateResource[];
  readonly roles: Roles;
  readonly aws: LocalAws;
  readonly out: OutDirectory;
  readonly observed: Observed;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/** What a stage would show to a person. */
export const silent: StageLine = { update: () => undefined, tick: () => undefined, done: () => undefined, fail: () => undefined };

const hourMs = 3_600_000;

/** The event time up to which the devices send: the last full hour that a window can have closed on, with a minute for delivery. */
export const endTime = Math.floor((Date.now() - 60_000) / hourMs) * hourMs;

/** Synthesizes a configuration, and starts what it asks for. The caller runs `cleanup`. */
export async function startRehearsal(settings: StageSettings, code: RuntimeCode): Promise<Rehearsal> {
  const directory = mkdtempSync(join(tmpdir(), 'permissions-'));
  const cleanup = new Cleanup();
  cleanup.add('folder', async () => rmSync(directory, { recursive: true, force: true }));
  const out = prepareOutDirectory(directory);
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir: out.assembly, context, analyticsReporting: false, treeMetadata: false });
  buildPipeline(app, { config: configurationOf('rehearsal', settings), domain: domainNamed('factory'), code });
  app.synth();

  const assembly = readAssembly(out.assembly);
  const pipeline = readPipeline(assembly);
  const observed = new Observed(pipeline);
  // Who may do what does not depend on how good a model is: two rounds do.
  const jobFaults = () => ({ kind: 'cut-short', rounds: 2 }) as const;
  const aws = await startLocalAws(pipeline, out, cleanup, { recorder: observed.recorder, jobFaults });
  const signal = new AbortController().signal;
  const resources = allResources(new Evaluator(assembly));
  return { pipeline, resources, roles: assignRoles(pipeline), aws, out, observed, cleanup, signal };
}

export interface Load {
  readonly workers: number;
  readonly shards: number;
  readonly records: number;
}

/** Starts the consumer's tasks, lets devices send until all of it is read, and stops both. */
export async function streamThrough(rehearsal: Rehearsal, { workers, shards, records }: Load): Promise<void> {
  const { aws, cleanup, out, roles, signal } = rehearsal;
  const shared = { line: silent, signal, now: Date.now, sleep: abortableSleep };
  const book = new LedgerBook();
  const consumers = new ConsumerFleet({
    workers,
    imageDirectory: roles.consumer.imageDirectory,
    command: imageCommand(roles.consumer),
    environment: {
      ...quietSdk,
      ...aws.environmentOf(roles.consumer.name),
      ...roles.consumer.environment,
      MONITORING_PORT: '0',
      MONITORING_HOST: '127.0.0.1',
    },
    logs: out.logs,
    book,
  });
  const graceMs = roles.consumer.stopTimeoutSeconds * 1000;
  cleanup.add('consumers', () => consumers.stop(graceMs));
  await workersReady({ ...shared, consumers, shards });
  // Once no shard moves any more: what a task knows of a machine stays with it.
  await putUnusualReading(rehearsal);
  const settings = {
    domain: 'factory',
    streamName: roles.stream.name,
    devices: 40,
    records,
    rate: undefined,
    seed: 7,
    endTime,
    replay: [],
  };
  const devices = new DeviceFleet(settings, { ...quietSdk, ...aws.environmentOf('devices') }, out.logs);
  cleanup.add('devices', () => devices.stop());
  await stream({ ...shared, devices, consumers, book, records, killWorker: false });
  await watermarksPassed(rehearsal, Date.now());
  await consumers.stop(graceMs);
  await aws.firehose.flush();
}

/** Waits until the consumers claim to have delivered everything that arrived before a time: only then is it in a training set. */
async function watermarksPassed({ aws, roles, signal }: Rehearsal, timeMs: number): Promise<void> {
  const client = new DynamoDBClient(connection(aws.environmentOf(operator), 'DYNAMODB'));
  const table = roles.consumer.environment[consumerEnvironment.leaseTableName] ?? '';
  while (!windowClosing(await readLeaseTable(client, table), timeMs).closed) {
    await abortableSleep(500, signal);
  }
  client.destroy();
}

function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}
