import { mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { writeResults } from '../../bench/shared/results';
import { startKinesis } from '../../local/aws/kinesis/kinesis';
import { Cleanup } from '../../local/run/cleanup';
import { bundleConsumer } from '../chaos/kit/consumer-bundle';
import { startCountingProxy } from '../chaos/kit/counting-proxy';
import { spread, type MoveCause } from '../chaos/kit/gaps';
import { startDynamoDbLocal } from './dynamodb-local';
import { Fleet, type FleetProps, type WorkerKind } from './fleet';
import { measureHandOff, type HandOffFigures } from './measure';
import { mixedFleet, type ScenarioResult } from './mixed-fleet';
import { nativeFleetIsRefused } from './native-fleet';
import { threeKinds } from './three-kinds';
import { ToolchainError } from '../java/toolchain';
import { kclVersions, prepareJava } from './toolchain';

const help = `Our workers beside the real Java KCL, on one stream and one lease table. The table is in AWS's DynamoDB Local.

Usage: npm run test:interop -- [options]

  --only NAME…      of: 2.x, 3.x, all, native [default: every one]
  --failover-ms N   failover time of all workers [default: 3000; when measuring 10000]
  --shards N        shards at the start [default: 4; when measuring 8]
  --measure         instead: how long shards lie idle when a worker of each kind is stopped or killed, and what each kind asks of
                    the lease table; written to bench/results/java-kcl-handoff.json (about fifteen minutes)
  --out DIR         journals, logs, and what Maven built [default: .out/interop]
  --help            this text

Needs a Java Development Kit 17, Maven, and Maven Central at the first run; ends with 2 when they are missing, with 1 when
something did not come out as it must, else with 0.
`;

const scenarios = ['2.x', '3.x', 'all', 'native'] as const;
type Scenario = (typeof scenarios)[number];

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [...scenarios] },
      'failover-ms': { type: 'string' },
      shards: { type: 'string' },
      measure: { type: 'boolean', default: false },
      out: { type: 'string', default: path.join('.out', 'interop') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(help);
    return 0;
  }
  const chosen = values.only.map((name) => {
    const scenario = scenarios.find((one) => one === name);
    if (scenario === undefined) {
      throw new RangeError(`--only ${name}: allowed are ${scenarios.join(', ')}`);
    }
    return scenario;
  });
  const failoverMs = wholeNumber('failover-ms', values['failover-ms'] ?? (values.measure ? '10000' : '3000'), 1000);
  const shards = wholeNumber('shards', values.shards ?? (values.measure ? '8' : '4'), 4);
  const out = path.resolve(values.out);
  const java = await prepareJava(path.join(out, 'built'), (text) => print(text));
  const directory = path.join(out, 'run');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const consumer = await bundleConsumer(directory);
  const dynamoDb = await startDynamoDbLocal(java.dynamoDbArgs, path.join(directory, 'dynamodb-local.log'));
  cleanup.add('DynamoDB Local', () => dynamoDb.close());
  const names = values.measure ? measured.map((kind) => kind.replace(' ', '-')) : chosen;
  const streams = names.map((name) => ({ name: `interop-${name}`, shards, mode: 'PROVISIONED' as const, retentionHours: 24 }));
  const kinesis = await startKinesis({ streams });
  cleanup.add('Kinesis', () => kinesis.close());
  const make = (name: string, more: Pick<FleetProps, 'dynamoDbEndpoint' | 'recordsPerSecond' | 'environment'>): Fleet => {
    const common = { kinesisEndpoint: kinesis.endpoint, java, consumer, directory, failoverMs, signal };
    const fleet = new Fleet({ name: `interop-${name}`, stream: `interop-${name}`, ...common, ...more });
    cleanup.add(name, () => fleet.close());
    return fleet;
  };
  if (values.measure) {
    return await measure(dynamoDb.endpoint, cleanup, make);
  }
  let failed = false;
  for (const scenario of chosen) {
    print(`\n== ${titles[scenario]}`);
    const fleet = make(scenario, {
      dynamoDbEndpoint: dynamoDb.endpoint,
      recordsPerSecond: 60,
      // The Java KCL counts the leases of ended shards as load until they are cleaned up, which ours does this often.
      environment: { SHARD_SYNC_MS: '5000', ...oftenEnough },
    });
    failed = !(await run(scenario, fleet)) || failed;
    await fleet.close();
  }
  print(failed ? '\nFAILED' : '\nOK');
  return failed ? 1 : 0;
}

/**
 * Each checkpoint moves the lease's counter, and the Java KCL gives up a lease whose counter moved between its look at the table and
 * its attempt to take it. A worker that checkpoints five times a second is hard to take from.
 */
const oftenEnough = { CHECKPOINT_MS: '1000' } as const;

const measured: readonly WorkerKind[] = ['ours', '2.x', '3.x', '3.x native'];

async function measure(
  dynamoDbEndpoint: string,
  cleanup: Cleanup,
  make: (name: string, more: Pick<FleetProps, 'dynamoDbEndpoint' | 'recordsPerSecond' | 'environment'>) => Fleet,
): Promise<number> {
  const proxy = await startCountingProxy({ target: dynamoDbEndpoint });
  cleanup.add('counting proxy', () => proxy.close());
  const results: HandOffFigures[] = [];
  for (const kind of measured) {
    print(`\n== ${kind}`);
    const fleet = make(kind.replace(' ', '-'), {
      dynamoDbEndpoint: proxy.endpoint,
      recordsPerSecond: 160,
      // How fast they come to share the shards is not measured.
      environment: { MAX_STEAL: '8', ...oftenEnough },
    });
    const figures = await measureHandOff(fleet, kind, proxy, (text) => print(`  ${text}`));
    await fleet.close();
    print(`  ${JSON.stringify(figures)}`);
    results.push(figures);
  }
  const file = writeResults('java-kcl-handoff', `npm run test:interop -- ${process.argv.slice(2).join(' ')}`, {
    kclVersions,
    results,
  });
  print(`\nfigures: ${file}`);
  return 0;
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least)) {
    throw new RangeError(`--${name} ${text}: allowed are whole numbers of at least ${least}`);
  }
  return value;
}

const titles: Readonly<Record<Scenario, string>> = {
  '2.x': `our workers and the Java KCL ${kclVersions['2.x']}`,
  '3.x': `our workers and the Java KCL ${kclVersions['3.x']} in its 2.x-compatible mode`,
  all: `our workers, the Java KCL ${kclVersions['2.x']}, and ${kclVersions['3.x']} in its 2.x-compatible mode`,
  native: `a native fleet of the Java KCL ${kclVersions['3.x']} is refused`,
};

async function run(scenario: Scenario, fleet: Fleet): Promise<boolean> {
  const onStep = (text: string): void => print(`  ${text}`);
  if (scenario === 'native') {
    const failures = await nativeFleetIsRefused(fleet, onStep);
    failures.forEach((failure) => print(`  FAILED: ${failure}`));
    return failures.length === 0;
  }
  const result = scenario === 'all' ? await threeKinds(fleet, onStep) : await mixedFleet(fleet, scenario, onStep);
  report(result);
  return result.failures.length === 0 && result.audit.violations.length === 0;
}

function report({ audit, crossings, failures, moves }: ScenarioResult): void {
  print(
    `  ${audit.sent} records sent, ${audit.processed} processed, ${audit.duplicates} repeated, in ${audit.sessions} sessions`,
  );
  print(`  ${crossings} shard(s) were read by another kind of worker than a parent of theirs`);
  const groups = new Map<string, typeof moves>();
  for (const move of moves) {
    const side = (worker: string): string => (worker.startsWith('ours') ? 'ours' : 'Java');
    const key = `${side(move.from)} → ${side(move.to)}, ${causes[move.cause]}`;
    groups.set(key, [...(groups.get(key) ?? []), move]);
  }
  for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const gaps = spread(group.map(({ gapMs }) => gapMs));
    const repeated = group.reduce((sum, move) => sum + move.repeated, 0);
    print(
      `  ${key.padEnd(34)} ${String(group.length).padStart(3)} moves  gap median ${String(gaps?.medianMs)} ms, ` +
        `worst ${String(gaps?.worstMs)} ms, ${repeated} repeated`,
    );
  }
  failures.forEach((failure) => print(`  FAILED: ${failure}`));
  audit.violations.slice(0, 20).forEach(({ detail, kind, shardId }) => print(`  FAILED: ${kind}, ${shardId}: ${detail}`));
  if (audit.violations.length > 20) {
    print(`  … and ${audit.violations.length - 20} more`);
  }
}

const causes: Readonly<Record<MoveCause, string>> = {
  stop: 'clean stop',
  kill: 'kill -9',
  pause: 'pause',
  balance: 'to even out',
};

// Said once by npm is enough, and the reports are easier to read.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const cleanup = new Cleanup();
const interrupted = new AbortController();
const leave = async (code: number): Promise<never> => {
  (await cleanup.run()).forEach((failure) => process.stderr.write(`${failure}\n`));
  process.exit(code);
};
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    interrupted.abort();
    void leave(130);
  });
}
main(cleanup, interrupted.signal).then(leave, (error: unknown) => {
  if (interrupted.signal.aborted) {
    return undefined;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const usage =
    error instanceof ToolchainError ||
    error instanceof RangeError ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  return leave(usage === true ? 2 : 1);
});
