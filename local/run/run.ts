import { appendFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceStateEnvironment } from '../../core/environment';
import { domainNamed } from '../../domains';
import { endTimeFor } from '../cli/end-time';
import type { RunOptions } from '../cli/options';
import { prepareOutDirectory, type OutDirectory } from '../cli/out-directory';
import type { Pipeline } from '../template/pipeline';
import { endTexts, heldBy } from '../training/outcome-lines';
import { AlertBook } from './alert-book';
import type { Cleanup } from './cleanup';
import { endpointReport } from './endpoint-report';
import { alertLog, startLocalAws, type LocalAws } from './local-aws';
import { readTemplate } from './open-run';
import type { Progress } from './progress';
import { isBalanced, type Report } from './report';
import { heldAgainst, scoreNow } from './held-against';
import { passThrough, type PassResult } from './pass-through';
import { deliveryFolder } from './roles';
import { writeRunFacts } from './run-facts';
import { StageRunner } from './stage-runner';
import { synthesize } from './stages/synthesize';
import { train } from './stages/train';

/** What a run needs of the outside. */
export interface RunDependencies {
  readonly progress: Progress;
  /** Everything that is started is registered here; the caller runs it on every way out. */
  readonly cleanup: Cleanup;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a run leaves behind. */
export interface RunResult {
  readonly report: Report;
  readonly out: OutDirectory;
  readonly aws: LocalAws;
  /** The folder of each table's Parquet files. */
  readonly tableFolders: Readonly<Record<string, string>>;
  readonly quarantineFolder: string;
  /** The file of messages about alerts; there is none when there was none. */
  readonly alertLog: string;
  /** The table of what is remembered of devices; undefined when that is not stored. */
  readonly deviceStateTable: string | undefined;
}

/** Synthesizes the app, runs its template on this machine from device to model, and reports. */
export async function run(options: RunOptions, dependencies: RunDependencies): Promise<RunResult> {
  const { cleanup, signal, now } = dependencies;
  const domain = domainNamed(options.domain);
  const out = prepareOutDirectory(options.out);
  cleanup.add('folder', async () => out.release());
  const stages = new StageRunner(dependencies.progress, signal, now);
  const began = now();

  const { pipeline, roles, endTime } = await stages.run('synth', async () => {
    await synthesize(options, out, (child) => cleanup.add('synth', () => child.stop(1_000)));
    const template = readTemplate(out);
    const endTime = endTimeFor(options.endTime, template.roles.windowDelayMs, now());
    writeRunFacts(out, { domain: options.domain, stage: options.stage, endTime });
    return [{ ...template, endTime }, `${options.stage} stage, domain ${options.domain}`];
  });

  const alerts = new AlertBook();
  const aws = await stages.run('start', async () => {
    const onEvent = (text: string): void => appendFileSync(path.join(out.logs, 'services.log'), `${text}\n`);
    const aws = await startLocalAws(pipeline, out, cleanup, { onEvent, onMessage: (message) => alerts.add(message) });
    writeFileSync(path.join(out.logs, 'ignored.log'), ignoredLines(pipeline));
    return [aws, `${roles.stream.shards} shards, ${aws.services.map(({ name }) => name).join(', ')}`];
  });

  const settings = {
    domain: options.domain,
    streamName: roles.stream.name,
    devices: options.devices ?? domain.simulator?.defaultDevices ?? 1,
    records: options.records,
    rate: options.rate,
    seed: options.seed,
    endTime,
    replay: options.replay,
  };
  const through = { stages, roles, aws, out, cleanup, signal, now, sleep: abortableSleep, workers: options.workers };
  const first = await passThrough({ ...through, settings, killWorker: options.killWorker });

  const training = await stages.run('train', async (line) => {
    const result = await train({ roles, aws, out, endTime, line, signal, now });
    const byHand = roles.training.schedule.enabled ? '' : '; its schedule is off: started as by hand';
    const what =
      result.job === undefined ? heldBy(result) : `version ${result.modelPackage?.version ?? '?'} by ${result.job.name}`;
    return [result, `${endTexts[result.end]} ${what}${byHand}`];
  });

  const scored = await stages.run('score', async (line) => scoreNow({ ...through, line, domain }));
  const held = options.score.length === 0 ? undefined : await heldAgainst({ ...through, settings, domain, options });

  const endpoint = roles.endpointName === undefined ? undefined : await endpointReport(aws, roles.endpointName);
  const passes = held === undefined ? [first] : [first, held.pass];
  const { audit, firehose } = passes.at(-1) ?? first;
  const total = (of: (pass: PassResult) => number): number => passes.reduce((sum, pass) => sum + of(pass), 0);
  const records = {
    sent: total(({ sent }) => sent),
    delivered: audit.delivered,
    quarantined: audit.quarantined,
    duplicatesDropped: total(({ totals }) => totals.duplicatesDropped),
  };
  const report: Report = {
    domain: options.domain,
    records: {
      ...records,
      redelivered: audit.redelivered,
      redeliveredOtherwise: audit.redeliveredOtherwise,
      duplicatesInLake: audit.duplicates,
      balanced: isBalanced(records),
      expected: first.expected,
    },
    tables: audit.tables,
    firehose,
    alerts: alerts.totals(),
    training,
    scoring: held?.scoring ?? scored,
    ...(endpoint !== undefined && { endpoint }),
    ...(held?.benchmark !== undefined && { benchmark: held.benchmark }),
    workers: options.workers,
    shards: roles.stream.shards,
    consumers: passes.flatMap(({ consumers }) => consumers),
    seconds: { ...stages.seconds, total: (now() - began) / 1000 },
  };
  writeFileSync(out.report, `${JSON.stringify(report, null, 2)}\n`);
  const tableFolders = Object.fromEntries(
    Object.entries(roles.deliveryStreams).map(([table, deliveryStream]) => [table, deliveryFolder(out.s3, deliveryStream)]),
  );
  return {
    report,
    out,
    aws,
    tableFolders,
    quarantineFolder: deliveryFolder(out.s3, roles.quarantineStream),
    alertLog: path.join(out.logs, alertLog),
    deviceStateTable: roles.consumer.environment[deviceStateEnvironment.deviceStateTable],
  };
}

/** What the template has beside what runs here: a line for each resource, and why. */
function ignoredLines({ ignored }: Pipeline): string {
  const lines = ignored.map(
    ({ stack, logicalId, type, reason }) => `${stack}/${logicalId} ${type}: ${reason ?? 'nothing stands in for this type'}\n`,
  );
  return lines.join('');
}

function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}
