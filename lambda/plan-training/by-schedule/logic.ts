import type { Domain } from '../../../core/domain';
import {
  channels,
  examplesSelect,
  splitFolder,
  unloadStatement,
  type Channel,
  type ExampleScope,
} from '../../../core/training-set';
import { trainingErrors } from '../../../core/training-error';
import { isDataObject, uriOf, type Lake } from '../../shared/lake';
import type { Plan, ReadyPlan } from '../../shared/plan';
import { TrainingError } from '../../shared/training-error';
import { isoWindow, jobNameOf, manifestOf } from './manifest';
import { closedWindow } from './window';

/** What the function is configured with. */
export interface PlanTrainingConfig {
  readonly domain: Domain;
  /** For each table the S3 prefix of its files, ending in a slash. */
  readonly tablePrefixes: Readonly<Record<string, string>>;
  /** Ends in a slash. */
  readonly trainingSetPrefix: string;
  readonly jobNamePrefix: string;
  readonly allowedLatenessSeconds: number;
  readonly deliveryBufferSeconds: number;
}

/** The event: which run this is. */
export interface PlanTrainingEvent {
  /** When the run was due, ISO 8601. */
  readonly scheduledTime: string;
  /** Name of the state machine's execution. */
  readonly executionName: string;
}

/** A cutoff that nothing arrives after: what a run trains on is what lies in the lake when its query runs. */
const everArrived = Date.UTC(9999, 11, 31);

/** A state of Step Functions holds 256 KiB, the answers of later states among them; Athena takes statements of the same size. */
const maxPlanBytes = 128 * 1024;

/**
 * Decides what a run trains on: a closed window, the objects that are in the lake now, and a name that follows from both. Writes
 * the manifest. Doing it twice changes nothing.
 */
export async function planBySchedule(lake: Lake, config: PlanTrainingConfig, event: PlanTrainingEvent): Promise<Plan> {
  const { domain, trainingSetPrefix } = config;
  const { windowDays } = domain.trainingSet;
  const scheduledTime = Date.parse(event.scheduledTime);
  if (!Number.isFinite(scheduledTime)) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `scheduledTime ${JSON.stringify(event.scheduledTime)} is no ISO 8601 time`,
    );
  }
  const window = closedWindow({ ...config, scheduledTime, ...(windowDays !== undefined && { windowDays }) });
  const prefixes = Object.keys(domain.tables).map((table) => prefixOf(config, table));
  const objects = (await Promise.all(prefixes.map((prefix) => lake.list(prefix)))).flat().filter(isDataObject);
  if (objects.length === 0) {
    return { status: 'nothing-to-train', reason: `no objects under ${prefixes.map((prefix) => uriOf(lake, prefix)).join(', ')}` };
  }
  const scope: ExampleScope = { window, arrivedBefore: everArrived };
  const manifest = manifestOf(domain, scope, objects);
  const jobName = jobNameOf(config.jobNamePrefix, window, manifest.hash);
  // Names of executions may hold characters that neither an S3 prefix nor an SQL text should.
  const execution = event.executionName.replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  const examples = uriOf(lake, `${trainingSetPrefix}${jobName}/${execution}/examples/`);
  const plan: ReadyPlan = {
    status: 'ready',
    jobName,
    window: isoWindow(window),
    examples,
    trainingSet: byChannel((channel) => `${examples}${splitFolder(channel)}`),
    statement: unloadStatement(examplesSelect(domain.trainingSet, scope), examples, 'split'),
    manifestUri: uriOf(lake, `${trainingSetPrefix}${jobName}/manifest.json`),
    manifestHash: manifest.hash,
  };
  const bytes = Buffer.byteLength(JSON.stringify(plan));
  if (bytes > maxPlanBytes) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `the plan takes ${bytes} bytes, ${maxPlanBytes} are allowed: shorten the SQL`,
    );
  }
  await lake.writeJson(`${trainingSetPrefix}${jobName}/manifest.json`, manifest.text);
  return plan;
}

function prefixOf({ tablePrefixes }: PlanTrainingConfig, table: string): string {
  const prefix = Object.hasOwn(tablePrefixes, table) ? tablePrefixes[table] : undefined;
  if (prefix?.endsWith('/') !== true) {
    throw new TrainingError(trainingErrors.invalidInput, `table ${table} has no prefix that ends in a slash`);
  }
  return prefix;
}

function byChannel(value: (channel: Channel) => string): Readonly<Record<Channel, string>> {
  return Object.fromEntries(channels.map((channel) => [channel, value(channel)])) as Record<Channel, string>;
}
