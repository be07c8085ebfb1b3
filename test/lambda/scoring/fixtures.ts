import { parquetWriteBuffer } from 'hyparquet-writer';
import { parquetReadObjects } from 'hyparquet';
import type { Domain } from '../../../core/domain';
import type { ShardLease } from '../../../core/window-closing';
import { finishScoring, readFinishScoringEvent, type FinishedBatch } from '../../../lambda/finish-scoring/logic';
import { listRows, readListRowsEvent } from '../../../lambda/list-rows/logic';
import { planScoring, type PlannedScoring, type PlanScoringProps } from '../../../lambda/plan-scoring/logic';
import { readScoreRowsEvent, scoreRows } from '../../../lambda/score-rows/logic';
import { EventReader } from '../../../lambda/shared/event-reader';
import { featuresHash } from '../../../lambda/shared/features-hash';
import { packageMetadata, type ModelRegistry, type RegisteredModel } from '../../../lambda/shared/model-registry';
import { domain, type MemoryLake } from '../fixtures';
import { modelArchive } from '../model-fixture';

/** A row of the lake that can be scored. */
export interface ArrivedRow {
  readonly device: string;
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  readonly flow: number;
}

/** A domain whose SQL names its scope, so that a test can answer it. */
export const scoringDomain: Domain = {
  ...domain,
  trainingSet: {
    ...domain.trainingSet,
    scoringSql: ({ arrivedFrom, arrivedBefore }) => `SELECT … WHERE arrived IN [${arrivedFrom}, ${arrivedBefore})`,
  },
};

export const scoringPrefix = 'scoring/';
export const predictionsPrefix = 'tables/predictions/';
export const start = Date.parse('2026-11-20T10:00:00.000Z');

/** A version of the group. Its model says whether `flow` is below 5: 1, or else 2. */
export function registered(lake: MemoryLake, version: number, more: Partial<RegisteredModel> = {}): RegisteredModel {
  const key = `models/job-${version}/output/model.tar.gz`;
  lake.put(key, modelArchive([{ feature: 0, below: 5, yes: 1, no: 2 }]));
  return {
    arn: `arn:aws:sagemaker:eu-west-1:111122223333:model-package/pumps/${version}`,
    version,
    approval: 'Approved',
    modelUri: `s3://lake/${key}`,
    metadata: {
      [packageMetadata.jobName]: `job-${version}`,
      [packageMetadata.featuresHash]: featuresHash(scoringDomain.trainingSet.features),
    },
    ...more,
  };
}

/** A group with these versions, the newest first. */
export function registryOf(...versions: readonly RegisteredModel[]): Pick<ModelRegistry, 'group' | 'versions'> {
  return {
    group: 'pumps',
    async *versions({ approval }) {
      yield* versions.filter((each) => approval === undefined || each.approval === approval);
    },
  };
}

/** The lease of the only shard, complete until a time. */
export function leaseUntil(arrivalWatermarkMs: number): ShardLease {
  return {
    leaseKey: 'shardId-000000000000',
    checkpoint: '49600',
    owner: 'worker-1',
    startingHashKey: '0',
    endingHashKey: String(2n ** 128n - 1n),
    arrivalWatermarkMs,
  };
}

/** Where an execution breaks off. `after`: the step has done its work, and its answer is lost. */
export interface Breakage {
  /** Counts the steps of the execution, from 0. */
  readonly step: number;
  readonly after: boolean;
}

export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** The workflow in a few lines: its steps one after the other, over a lake in memory. */
export class ScoringWorkflow {
  private executions = 0;

  constructor(
    readonly lake: MemoryLake,
    private readonly rows: readonly ArrivedRow[],
    private readonly props: Omit<PlanScoringProps, 'lake' | 'config'>,
  ) {}

  plan(executionName: string, backfillHours = 1): Promise<PlannedScoring> {
    const config = { domain: scoringDomain, scoringPrefix, backfillHours };
    return planScoring({ ...this.props, lake: this.lake, config }, executionName);
  }

  /** @param fileCount in how many files the query writes its rows @throws BrokenOff */
  async run(fileCount = 2, breakage?: Breakage): Promise<FinishedBatch | string> {
    const executionName = `run-${(this.executions += 1)}`;
    let steps = 0;
    const step = async <Result>(work: () => Promise<Result>, half?: () => unknown): Promise<Result> => {
      const breaks = breakage?.step === steps;
      steps += 1;
      if (breaks && breakage.after) {
        await work();
      } else if (breaks) {
        half?.();
      }
      if (breaks) {
        throw new BrokenOff();
      }
      return viaJson(await work());
    };
    const plan = await step(() => this.plan(executionName));
    if (plan.status === 'nothing-to-score') {
      return plan.reason;
    }
    if (!plan.unloaded) {
      await step(
        async () => this.unload(plan, fileCount, fileCount),
        () => this.unload(plan, fileCount, Math.floor(fileCount / 2)),
      );
    }
    const { batch } = plan;
    const rows = await step(() => listRows(this.lake, scoringPrefix, readListRowsEvent(new EventReader({ plan }))));
    const scored: unknown[] = [];
    for (const file of rows.files) {
      const event = readScoreRowsEvent(new EventReader({ batch, file }));
      scored.push(await step(() => scoreRows(this.lake, { domain: scoringDomain, predictionsPrefix }, event)));
    }
    const event = readFinishScoringEvent(new EventReader({ batch, executionName, scored }));
    return step(() => finishScoring(this.lake, scoringPrefix, this.props.now(), event));
  }

  /** Writes the rows of a plan as Athena does: in so many files, of which the first few come first. */
  private unload(plan: Extract<PlannedScoring, { status: 'ready' }>, files: number, written: number): 'written' {
    const [, from, before] = /\[(\d+), (\d+)\)/.exec(plan.statement) ?? [];
    const rows = this.rows.filter(({ arrival }) => arrival >= Number(from) && arrival < Number(before));
    for (let number = 0; number < Math.min(written, files); number += 1) {
      const part = rows.filter((_, index) => index % files === number);
      if (part.length > 0) {
        this.lake.put(`${plan.rowsPrefix.replace('s3://lake/', '')}${number}.parquet`, rowsFile(part));
      }
    }
    return 'written';
  }
}

const viaJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

export function rowsFile(rows: readonly ArrivedRow[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'device_id', type: 'STRING', data: rows.map(({ device }) => device) },
        { name: 'sequence', type: 'INT64', data: rows.map(({ sequence }) => BigInt(sequence)) },
        { name: 'event_time', type: 'TIMESTAMP', data: rows.map(({ arrival }) => new Date(arrival - 1000)) },
        { name: 'flow', type: 'DOUBLE', data: rows.map(({ flow }) => flow) },
        { name: 'speed', type: 'DOUBLE', data: rows.map(() => null), nullable: true },
      ],
    }),
  );
}

/** All predictions of the lake. */
export async function predictionsOf(lake: MemoryLake): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const files = [...lake.objects].filter(([key]) => key.startsWith(predictionsPrefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await Promise.all(files.map(([, bytes]) => parquetReadObjects({ file: new Uint8Array(bytes).buffer })));
  return rows.flat();
}
