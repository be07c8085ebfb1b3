import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Domain } from '../../../core/domain';
import type { Split } from '../../../core/training-set';
import type { GateLimits } from '../../../lambda/inspect-training-set/gates';
import type { InspectTrainingSetProps } from '../../../lambda/inspect-training-set/logic';
import type { ModelRegistry, RegisteredModel } from '../../../lambda/shared/model-registry';
import type { TrainingPlan } from '../../../lambda/shared/training-plan';
import { closedWindowDomain } from '../closed-window-fixtures';
import type { MemoryLake } from '../fixtures';

/** Tells two classes apart by two features. */
export const domain: Domain = {
  ...closedWindowDomain,
  trainingSet: {
    ...closedWindowDomain.trainingSet,
    label: 'fails',
    hyperparameters: { objective: 'binary:logistic', num_round: '5' },
    ages: ['speed'],
  },
};

export const limits: GateLimits = {
  minimumRows: 4,
  minimumDevices: 2,
  minimumPositives: 2,
  maximumMissingShare: 0.5,
  maximumQuarantineShare: 0.05,
  maximumDrift: 0.25,
};

/** The plan of a training set in the lake. */
export function planOf(jobName = 'pumps-20261120-11-0123456789ab', execution = 'run-1'): TrainingPlan {
  const place = `s3://lake/sets/${jobName}/${execution}/`;
  return {
    status: 'ready',
    jobName,
    window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
    cutoff: '2026-11-20T12:05:00.250Z',
    revision: 1,
    examplesPrefix: `${place}examples/`,
    channels: { train: `${place}examples/split=train/`, validation: `${place}examples/split=validation/` },
    tests: ['test_devices', 'test_time'],
    countsPrefix: `${place}counts/`,
    inputsPrefix: `${place}inputs/`,
    manifestUri: `s3://lake/sets/${jobName}/manifest.json`,
    manifestHash: '0123456789abcdef',
    dataCardUri: `s3://lake/sets/${jobName}/data-card.json`,
    dataCardPageUri: `s3://lake/sets/${jobName}/data-card.html`,
  };
}

/** A column: null is missing. */
export type Values = readonly (number | null)[];

/** Rows of a split, by column; the label first. */
export type Rows = Readonly<Record<string, Values>>;

export const goodRows: Rows = { fails: [0, 1, 0, 1, 0, 0], flow: [1, 2, 3, 4, 5, 6], speed: [6, 5, 4, 3, 2, 1] };

/** What a test says of a training set; the rest is good. */
export interface Written {
  readonly plan?: TrainingPlan;
  /** By split, a file each. @default - good rows in every split */
  readonly splits?: Partial<Record<Split, readonly Rows[]>>;
  /** Rows that the query says there are. @default - those that there are */
  readonly counted?: Partial<Record<Split, number>>;
  readonly devices?: number;
  readonly quarantined?: Readonly<Record<string, number>>;
}

/** Writes what the statements of a plan write. */
export function writeTrainingSet(
  lake: MemoryLake,
  { plan = planOf(), splits = {}, counted = {}, devices = 3, quarantined = {} }: Written = {},
): MemoryLake {
  const all = { train: [goodRows], validation: [goodRows], test_devices: [goodRows], test_time: [goodRows], ...splits };
  const key = (uri: string): string => uri.replace('s3://lake/', '');
  const counts: Record<string, unknown>[] = [];
  for (const [split, files] of Object.entries(all)) {
    files.forEach((rows, index) => lake.put(`${key(plan.examplesPrefix)}split=${split}/${index}`, doubles(rows)));
    const labels = files.flatMap((rows) => Object.values(rows)[0] ?? []);
    const rows = counted[split as Split] ?? labels.length;
    if (rows > 0) {
      counts.push({ split, rows, devices, positives: labels.filter((label) => (label ?? 0) > 0).length });
    }
  }
  lake.put(`${key(plan.countsPrefix)}0`, table(counts, ['split']));
  const tables = ['readings', 'repairs'].map((name) => ({ kind: 'table', name, rows: 100, distinct_rows: 98, late: 1 }));
  const reasons = Object.entries(quarantined).map(([name, rows]) => ({
    kind: 'quarantine',
    name,
    rows,
    distinct_rows: rows,
    late: 0,
  }));
  lake.put(`${key(plan.inputsPrefix)}0`, table([...tables, ...reasons], ['kind', 'name']));
  return lake;
}

/** Small sets lie in several row groups, too. */
function doubles(rows: Rows): Uint8Array {
  const columnData = Object.entries(rows).map(([name, data]) => ({
    name,
    data: [...data],
    type: 'DOUBLE' as const,
    nullable: true,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: (columnData[0]?.data.length ?? 0) > 50 ? 100 : 4 }));
}

/** A small query result: texts, and counts as 64-bit integers. */
function table(rows: readonly Readonly<Record<string, unknown>>[], texts: readonly string[]): Uint8Array {
  const names = Object.keys(rows[0] ?? {});
  const columnData = names.map((name) =>
    texts.includes(name)
      ? { name, data: rows.map((row) => String(row[name])), type: 'STRING' as const }
      : { name, data: rows.map((row) => BigInt(Number(row[name]))), type: 'INT64' as const },
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** A registry of approved models, the newest first. */
export function registryOf(...models: readonly Readonly<Record<string, string>>[]): ModelRegistry {
  const versions = models.map((metadata, index): RegisteredModel => ({
    arn: `arn:${index}`,
    version: models.length - index,
    approval: 'Approved',
    metadata,
  }));
  const refused = () => Promise.reject(new Error('nothing is asked of the registry but its versions'));
  return {
    group: 'pumps-dev',
    async *versions({ approval }) {
      expect(approval).toBe('Approved');
      yield* versions;
    },
    create: refused,
    describe: refused,
    explain: refused,
  };
}

/** What the function works with in a test. */
export function propsWith(lake: MemoryLake, change: Partial<InspectTrainingSetProps> = {}): InspectTrainingSetProps {
  return { lake, registry: registryOf(), now: () => Date.parse('2026-11-20T12:50:00Z'), domain, gates: limits, ...change };
}
