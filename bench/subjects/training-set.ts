import { ObjectStore } from '../../local/aws/s3/object-store';
import { tableColumns } from '../../core/common-columns';
import { examplesSelect, unloadStatement, type ExampleScope } from '../../core/training-set';
import { factory } from '../../domains/factory/domain';
import { Execution } from '../../local/aws/athena/execution';

/** Which lake to make a training set of. */
export interface TrainingSetAssignment {
  /** The folder that holds the bucket `lake`. */
  readonly directory: string;
  readonly scope: ExampleScope;
}

export interface TrainingSetMeasurement {
  /** Rows of the training set, all splits together. */
  readonly examples: number;
  readonly seconds: number;
  /** Processor time of the process, all threads together. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the process. */
  readonly peakRssMiB: number;
  /** As Athena counts them. */
  readonly scannedBytes: number;
  /** ETags of what was written, by key. */
  readonly etags: readonly string[];
}

/** Runs the UNLOAD of the factory's training set in the local Athena. */
async function main(): Promise<void> {
  const { directory, scope } = JSON.parse(process.argv[2] ?? '') as TrainingSetAssignment;
  const store = new ObjectStore(directory, ['lake']);
  const tables = Object.keys(factory.tables).map((name) => ({
    name,
    location: `s3://lake/tables/${name}/`,
    columns: tableColumns(factory, name),
    partitionKeys: [{ name: 'date', type: 'string' }],
  }));
  const database = { name: 'factory', tables };
  const prefix = `sets/${process.pid}/`;
  // The store of a run has seen the files when they were put; this one has to read them for their ETags.
  await store.listAll('lake', 'tables/');
  const started = performance.now();
  const before = process.cpuUsage();
  const execution = new Execution({
    store,
    databases: [database],
    database,
    workgroup: { name: 'bench', outputLocation: 's3://lake/results/' },
    query: unloadStatement(examplesSelect(factory.trainingSet, scope), `s3://lake/${prefix}`, 'split'),
    now: Date.now,
  });
  await execution.ended;
  if (execution.state !== 'SUCCEEDED') {
    throw new Error(execution.reason ?? execution.state);
  }
  const seconds = (performance.now() - started) / 1000;
  const { system, user } = process.cpuUsage(before);
  const objects = await store.listAll('lake', prefix);
  const measurement: TrainingSetMeasurement = {
    examples: execution.result?.updateCount ?? 0,
    seconds: Number(seconds.toFixed(2)),
    cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    scannedBytes: execution.scannedBytes,
    etags: objects.map(({ etag, key }) => `${key.slice(prefix.length).split('/')[0]} ${etag}`),
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

void main();
