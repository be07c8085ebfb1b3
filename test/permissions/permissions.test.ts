import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { bundleRuntimeCode } from '../../lib/shared/runtime-code';
import { score } from '../../local/run/stages/score';
import { train, type TrainProps } from '../../local/run/stages/train';
import type { TrainingOutcome } from '../../local/training/outcome';
import { denied, unused, type Right } from './kit/compare';
import { notShown, type NotShown } from './kit/not-shown';
import { breakOffScoring, decideOnModels, deliverBadLines, operator, splitFirstShard } from './kit/operator';
import { statementsOfRole, type Statement } from './kit/policy';
import { endTime, startRehearsal, streamThrough, type Rehearsal } from './kit/rehearsal';
import { tidyLeases } from './kit/tidy-leases';

process.env['CDK_VALIDATION'] = 'false';
jest.setTimeout(300_000);

/** Who acts in a run: its name as a caller, and what it may do. */
interface Principal {
  readonly kind: NotShown['of'][number];
  readonly caller: string;
  readonly statements: readonly Statement[];
  /** Whether it is a function that takes CSV. */
  readonly csvIntake: boolean;
}

const quick = { failoverTimeMs: 2_000, flushIntervalMs: 300, checkpointIntervalMs: 300, scaleOutLagSeconds: 30 } as const;

describe('what the consumer, the functions, the workflows, the training job and the model at its endpoint may do', () => {
  let polling: Rehearsal;
  let fanOut: Rehearsal;
  let trained: readonly TrainingOutcome[];

  beforeAll(async () => {
    const code = await bundleRuntimeCode();
    polling = await startRehearsal(
      {
        ingestion: { capacity: { mode: 'provisioned', shards: 4 }, gatewayPrincipals: ['arn:aws:iam::000000000000:role/plant'] },
        consumer: { ...quick, maxTasks: 4 },
        training: {
          allowedLatenessSeconds: 0,
          tuning: { maxJobs: 1 },
          gates: { minimumRows: 1, minimumDevices: 1, minimumPositives: 1, maximumMissingShare: 1 },
        },
        scoring: { endpoint: { mode: 'serverless', memoryMiB: 1_024, maxConcurrency: 1 } },
      },
      code,
    );
    fanOut = await startRehearsal(
      {
        ingestion: { capacity: { mode: 'provisioned', shards: 1 } },
        consumer: { ...quick, reading: 'fan-out', tasks: 1, maxTasks: 1 },
        delivery: { csvIntake: true },
      },
      code,
    );
    await splitFirstShard(polling);
    await Promise.all([
      streamThrough(polling, { workers: 2, shards: 5, records: 8_000 }),
      streamThrough(fanOut, { workers: 1, shards: 1, records: 200 }).then(() => deliverBadLines(fanOut)),
    ]);
    const { aws, out, roles, signal } = polling;
    const training = (request?: TrainProps['request']) =>
      train({ roles, aws, out, endTime, signal, now: Date.now, ...(request !== undefined && { request }) });
    const [first] = await Promise.all([training(), tidyLeases(polling)]);
    // Nothing but the seed of the devices says whether the model is good enough: what is asked here is who may do what.
    await decideOnModels(polling);
    // Once more: what a run finds that goes on where another has ended, with a model in use.
    const second = await training();
    // And as another training set, beside a model in use, and after jobs of the day.
    trained = [first, second, await training({ revision: true, force: false, requestedBy: operator })];
    const scoring = () => score({ roles, aws, out, signal, now: Date.now });
    // A run that is broken off, one that fails on what it finds, and one that takes the batch up.
    const mend = await breakOffScoring(polling);
    await expect(scoring()).rejects.toThrow('TrainingInputInvalid');
    mend();
    expect(await scoring()).toMatchObject({ end: 'batch-scored' });
  });
  afterAll(async () => {
    expect(await Promise.all([polling.cleanup.run(), fanOut.cleanup.run()])).toEqual([[], []]);
  });

  it('is asked for by a run that tunes and trains once for the same data, however often it is started', () => {
    const [first, second, other] = trained;
    expect(first?.job).toMatchObject({
      attempt: 1,
      started: true,
      tuned: { hyperparameters: { eta: expect.any(String) as string } },
    });
    expect(second?.job).toEqual({ ...first?.job, started: false });
    expect(second?.modelPackage).toEqual({ ...first?.modelPackage, approval: second?.modelPackage?.approval, created: false });
    expect(second?.trainingSet?.contentHash).toBe(first?.trainingSet?.contentHash);
    // Other data, another tuning job.
    expect(other?.job).toMatchObject({ started: true });
    expect(other?.job?.tuned?.tuningJobName).not.toBe(first?.job?.tuned?.tuningJobName);
    const tunings = readdirSync(path.join(polling.out.state, 'sagemaker', 'tuning-jobs'));
    expect(tunings).toHaveLength(2);
  });

  it('is known for every call that was made', () => {
    expect([...polling.observed.notUnderstood, ...fanOut.observed.notUnderstood]).toEqual([]);
    expect(fanOut.observed.callers.filter((caller) => caller.includes('CsvIntake'))).toHaveLength(2);
    const acting = principals(polling).map(({ caller }) => caller);
    expect(polling.observed.callers.filter((caller) => !acting.includes(caller))).toEqual([operator]);
  });

  it('is enough: nothing was called that AWS would deny', () => {
    for (const rehearsal of [polling, fanOut]) {
      for (const { caller, statements } of principals(rehearsal)) {
        expect({ caller, denied: denied(statements, rehearsal.observed.of(caller)) }).toEqual({ caller, denied: [] });
      }
    }
  });

  it('would not be enough without any one of the actions that the consumer calls', () => {
    for (const { kind, caller, statements } of principals(polling).filter((one) => one.kind === 'consumer')) {
      const shown = statements
        .flatMap(({ actions }) => actions)
        .filter((action) => !notShown.some((entry) => entry.of.includes(kind) && entry.actions.includes(action)));
      const missed = shown.filter((action) => {
        const without = statements.map((one) => ({ ...one, actions: one.actions.filter((other) => other !== action) }));
        return denied(without, polling.observed.of(caller)).length > 0;
      });
      expect(missed).toEqual(shown);
      expect(shown.length).toBeGreaterThan(5);
    }
  });

  it('is needed: nothing is granted that was not called, except what no call can show', () => {
    const unexplained = neverUsed().filter(({ kind, right }) => !notShown.some((entry) => explains(entry, kind, right)));
    expect(unexplained.map(({ kind, right }) => `${kind} ${right.sid}: ${right.action} on ${right.resource}`)).toEqual([]);
  });

  it('holds all that is listed as not to be shown, and shows none of it', () => {
    const rights = neverUsed();
    const listed = notShown.flatMap((entry) =>
      entry.actions.flatMap((action) => entry.of.map((kind) => ({ kind, action, entry: { ...entry, actions: [action] } }))),
    );
    const stale = listed.filter(
      ({ entry, kind }) => !rights.some((one) => one.kind === kind && explains(entry, kind, one.right)),
    );
    expect(stale.map(({ kind, action }) => `${kind} ${action}`)).toEqual([]);
  });

  /**
   * What nobody used in either run: only the second has functions that take CSV, and trains nothing. The consumer that reads by fan-out falls back to polling, and tidies its leases, by the same calls
   * as the other; the two pipelines have the same names.
   */
  function neverUsed(): readonly { readonly kind: Principal['kind']; readonly right: Right }[] {
    return [
      ...principals(polling),
      ...principals(fanOut).filter(({ kind, csvIntake }) => kind === 'consumer' || csvIntake),
    ].flatMap(({ kind, caller, statements }) =>
      unused(statements, [...polling.observed.of(caller), ...fanOut.observed.of(caller)]).map((right) => ({ kind, right })),
    );
  }
});

function explains({ of, actions, on }: NotShown, kind: Principal['kind'], { action, resource }: Right): boolean {
  return of.includes(kind) && actions.includes(action) && (on ?? /./).test(resource);
}

function principals({ resources, roles }: Rehearsal): readonly Principal[] {
  const principal = (kind: Principal['kind'], caller: string, roleArn: string): Principal => ({
    kind,
    caller,
    statements: statementsOfRole(resources, roleArn),
    csvIntake: caller.includes('CsvIntake'),
  });
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [task] = ofType('AWS::ECS::TaskDefinition');
  return [
    principal('consumer', roles.consumer.name, task?.get('TaskRoleArn').text() ?? ''),
    ...ofType('AWS::IAM::Role')
      .filter(({ logicalId }) => logicalId.startsWith('Gateway'))
      .map((one) => principal('gateway', 'devices', one.attribute('Arn'))),
    ...ofType('AWS::Lambda::Function').map((one) => principal('function', one.name, one.get('Role').text())),
    ...ofType('AWS::StepFunctions::StateMachine').map((one) => principal('workflow', one.name, one.get('RoleArn').text())),
    ...ofType('AWS::IAM::Role')
      .filter(({ logicalId }) => logicalId.startsWith('JobRole'))
      .map((one) => principal('job', one.name, one.attribute('Arn'))),
    ...ofType('AWS::IAM::Role')
      .filter(({ logicalId }) => logicalId.startsWith('EndpointModelRole'))
      .map((one) => principal('model', one.name, one.attribute('Arn'))),
  ];
}
