import type { Domain } from '../../../core/domain';
import { parseJudgeModelEvent } from '../../../lambda/judge-model/event';
import type { JudgedModel } from '../../../lambda/judge-model/judged-model';
import { judgeModel } from '../../../lambda/judge-model/logic';
import type { ApprovalRule } from '../../../lambda/judge-model/verdict';
import { featuresHash } from '../../../lambda/shared/features-hash';
import { domain, MemoryLake, parquet } from '../fixtures';
import { archive, modelArchive, type Stump } from '../model-fixture';
import { apiError, MemoryRegistry, trainingPlan } from '../training-fixtures';

const candidateUri = 's3://lake/models/pumps-2/output/model.tar.gz';
const currentUri = 's3://lake/models/pumps-1/output/model.tar.gz';
const event = parseJudgeModelEvent({
  plan: trainingPlan,
  record: { jobName: 'pumps-2', modelUri: candidateUri, status: 'Completed' },
});
const automatic: ApprovalRule = { approval: 'automatic', tolerance: 0 };

/** Predicts 10 for a flow below 1, else 20. */
const good: Stump = { feature: 0, below: 1, yes: 10, no: 20 };
const worse: Stump = { ...good, no: 18 };

/** Labels 10 and 20, which the flow tells apart. */
function lakeWith(stump = good): MemoryLake {
  return new MemoryLake()
    .put('models/pumps-2/output/model.tar.gz', modelArchive([stump]))
    .put('models/pumps-1/output/model.tar.gz', modelArchive([worse]))
    .put('sets/job/data-card.json', JSON.stringify({ label: { range: { mean: 15 } } }))
    .put('sets/job/run/examples/split=test_devices/1', parquet({ label: [10, 20], flow: [0, 2], speed: [1, 1] }))
    .put('sets/job/run/examples/split=test_devices/2', parquet({ label: [20], flow: [3], speed: [1] }))
    .put('sets/job/run/examples/split=test_time/1', parquet({ label: [10], flow: [0.5], speed: [1] }));
}

function registryWith(metadata: Readonly<Record<string, string>> = {}, modelUri = currentUri): MemoryRegistry {
  const registry = new MemoryRegistry();
  const known = { 'job-name': 'pumps-1', 'features-sha256': featuresHash(domain.trainingSet.features) };
  registry.put({ ...known, ...metadata }, { modelUri });
  return registry;
}

function judged(lake: MemoryLake, { registry = new MemoryRegistry(), rule = automatic, of = domain } = {}): Promise<JudgedModel> {
  return judgeModel(lake, registry, { domain: of, modelPrefix: 'models/', rule }, event);
}

describe('judging a model that predicts a number', () => {
  test('holds it against the baseline and the model in use, on the same rows, and writes all of it down', async () => {
    const lake = lakeWith();
    const answer = await judged(lake, { registry: registryWith() });
    expect(answer).toEqual({
      verdict: 'better',
      approval: 'Approved',
      reason: 'RMSE 0 on 4 test rows: better than version 1, which is in use, 1.414; baseline 5.',
      metric: 'rmse',
      candidate: 0,
      baseline: 5,
      current: { modelPackageArn: 'arn:pumps/1', version: 1, value: Math.SQRT2 },
      metrics: { rmse: 0, mae: 0, 'baseline-rmse': 5, 'current-rmse': Math.SQRT2 },
      evaluationUri: 's3://lake/models/pumps-2/evaluation.json',
      qualityUri: 's3://lake/models/pumps-2/model-quality.json',
    });
    expect(JSON.parse(lake.text('models/pumps-2/evaluation.json'))).toEqual({
      version: 1,
      domain: 'pumps',
      window: trainingPlan.window,
      cutoff: trainingPlan.cutoff,
      revision: 1,
      metric: 'rmse',
      verdict: 'better',
      approval: 'Approved',
      reason: answer.reason,
      candidate: event.record,
      baseline: domain.trainingSet.baseline,
      current: { modelPackageArn: 'arn:pumps/1', version: 1, modelUri: currentUri },
      overall: {
        candidate: { kind: 'regression', rows: 4, rmse: 0, mae: 0, notDefined: {} },
        baseline: { kind: 'regression', rows: 4, rmse: 5, mae: 5, notDefined: {} },
        current: { kind: 'regression', rows: 4, rmse: Math.SQRT2, mae: 1, notDefined: {} },
      },
      splits: {
        test_devices: {
          candidate: { kind: 'regression', rows: 3, rmse: 0, mae: 0, notDefined: {} },
          baseline: { kind: 'regression', rows: 3, rmse: 5, mae: 5, notDefined: {} },
          current: { kind: 'regression', rows: 3, rmse: Math.sqrt(8 / 3), mae: 4 / 3, notDefined: {} },
        },
        test_time: {
          candidate: { kind: 'regression', rows: 1, rmse: 0, mae: 0, notDefined: {} },
          baseline: { kind: 'regression', rows: 1, rmse: 5, mae: 5, notDefined: {} },
          current: { kind: 'regression', rows: 1, rmse: 0, mae: 0, notDefined: {} },
        },
      },
    });
    expect(JSON.parse(lake.text('models/pumps-2/model-quality.json'))).toEqual({
      version: 0,
      regression_metrics: {
        rmse: { value: 0, standard_deviation: 'NaN' },
        mse: { value: 0, standard_deviation: 'NaN' },
        mae: { value: 0, standard_deviation: 'NaN' },
      },
    });
  });

  test('takes it as the first when no model is in use: none is approved, or one of the same training set alone', async () => {
    expect(await judged(lakeWith())).toMatchObject({ verdict: 'first', approval: 'Approved' });
    expect(await judged(lakeWith(), { registry: registryWith({ 'job-name': `${trainingPlan.jobName}-2` }) })).toMatchObject({
      verdict: 'first',
    });
    const waiting = new MemoryRegistry();
    waiting.put({ 'job-name': 'pumps-1' }, { approval: 'PendingManualApproval' });
    expect(await judged(lakeWith(), { registry: waiting })).not.toHaveProperty('current');
  });

  test('rejects one that is worse than the model in use', async () => {
    const answer = await judged(lakeWith({ ...good, no: 12 }), { registry: registryWith() });
    expect(answer).toMatchObject({ verdict: 'worse', approval: 'Rejected', current: { version: 1 } });
  });

  test.each<[string, MemoryRegistry, string]>([
    ['sees other features', registryWith({ 'features-sha256': 'other' }), 'cannot be compared: it sees other features'],
    [
      'has no place',
      (() => {
        const registry = new MemoryRegistry();
        registry.put({ 'features-sha256': featuresHash(domain.trainingSet.features) });
        return registry;
      })(),
      'the registry does not say where it lies',
    ],
    [
      'is gone',
      registryWith({}, 's3://lake/models/gone/model.tar.gz'),
      'there is no model at s3://lake/models/gone/model.tar.gz',
    ],
    ['lies elsewhere', registryWith({}, 's3://other/model.tar.gz'), 's3://other/model.tar.gz does not lie in bucket lake'],
  ])('leaves it to a person when the model in use %s', async (_what, registry, reason) => {
    const lake = lakeWith();
    const answer = await judged(lake, { registry });
    expect(answer).toMatchObject({ verdict: 'not-comparable', approval: 'PendingManualApproval', current: { value: null } });
    expect(answer.reason).toContain(reason);
    expect(JSON.parse(lake.text('models/pumps-2/evaluation.json'))).toMatchObject({
      current: { notCompared: expect.any(String) as string },
    });
  });

  test('leaves it to a person when there are no test rows', async () => {
    const lake = lakeWith();
    [...lake.objects.keys()].filter((key) => key.includes('split=')).forEach((key) => lake.objects.delete(key));
    lake.put('sets/job/run/examples/split=test_time/1', parquet({ label: [], flow: [], speed: [] }));
    expect(await judged(lake, { registry: registryWith() })).toEqual({
      verdict: 'not-comparable',
      approval: 'PendingManualApproval',
      reason: 'There are no test rows: no device or time was held out within the window.',
      metric: 'rmse',
      candidate: null,
      baseline: null,
      current: { modelPackageArn: 'arn:pumps/1', version: 1, value: null },
      metrics: {},
      evaluationUri: 's3://lake/models/pumps-2/evaluation.json',
      qualityUri: 's3://lake/models/pumps-2/model-quality.json',
    });
    expect(JSON.parse(lake.text('models/pumps-2/evaluation.json'))).toMatchObject({
      overall: {},
      splits: { test_devices: {}, test_time: {} },
    });
  });

  test.each<[string, (lake: MemoryLake) => MemoryLake, string, string]>([
    ['is not there', (lake) => lake.put('models/pumps-2/output/model.tar.gz', ''), 'ModelUnreadable', 'cannot be read'],
    [
      'is something else',
      (lake) => lake.put('models/pumps-2/output/model.tar.gz', archive({ 'xgboost-model': Buffer.from('binf') })),
      'ModelUnreadable',
      'the binary format of XGBoost before 2.1',
    ],
    [
      'takes other features',
      (lake) => lake.put('models/pumps-2/output/model.tar.gz', modelArchive([good], { features: 3 })),
      'ModelUnreadable',
      'takes 3 features, and the domain has 2',
    ],
  ])('fails when the model itself %s', async (_what, change, name, message) => {
    await expect(judged(change(lakeWith()))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
    });
  });

  test.each<[string, (lake: MemoryLake) => MemoryLake, string, string]>([
    [
      'a test file lacks a column',
      (lake) => lake.put('sets/job/run/examples/split=test_time/1', parquet({ label: [1], flow: [1] })),
      'TrainingSetMismatch',
      's3://lake/sets/job/run/examples/split=test_time/1 has no column speed',
    ],
    [
      'a test file is no Parquet',
      (lake) => lake.put('sets/job/run/examples/split=test_time/1', 'label,flow,speed\n'),
      'TrainingSetMismatch',
      'is no Parquet file',
    ],
    [
      'there is no data card',
      (lake) => {
        lake.objects.delete('sets/job/data-card.json');
        return lake;
      },
      'TrainingInputInvalid',
      'there is nothing at s3://lake/sets/job/data-card.json',
    ],
    [
      'the data card is cut off',
      (lake) => lake.put('sets/job/data-card.json', '{"label":'),
      'TrainingInputInvalid',
      's3://lake/sets/job/data-card.json is no JSON object',
    ],
  ])('fails when %s', async (_what, change, name, message) => {
    await expect(judged(change(lakeWith()))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
    });
  });

  test('ends with an error of the API under the name by which it is retried', async () => {
    const registry = new MemoryRegistry();
    registry.versions = () => {
      throw apiError('ThrottlingException');
    };
    await expect(judged(lakeWith(), { registry })).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'model package group pumps: ThrottlingException it is',
    });
  });
});

describe('judging a model that tells two classes apart', () => {
  const binary: Domain = {
    ...domain,
    trainingSet: {
      ...domain.trainingSet,
      hyperparameters: { objective: 'binary:logistic', num_round: '5' },
      baseline: { doc: 'The speed.', kind: 'feature', feature: 'speed' },
      alertBudget: 0.25,
    },
  };
  const lake = (): MemoryLake =>
    lakeWith()
      .put('models/pumps-2/output/model.tar.gz', modelArchive([{ ...good, yes: 2, no: -2 }], { objective: 'binary:logistic' }))
      .put('sets/job/data-card.json', JSON.stringify({ label: { range: { mean: 0.3 } } }))
      .put(
        'sets/job/run/examples/split=test_devices/1',
        parquet({ label: [1, 0, 0, 0], flow: [0, 2, 2, 2], speed: [5, 9, Number.NaN, 1] }),
      )
      .put('sets/job/run/examples/split=test_devices/2', parquet({ label: [0], flow: [2], speed: [6] }))
      .put('sets/job/run/examples/split=test_time/1', parquet({ label: [1, 0, 0], flow: [0, 2, 0], speed: [7, 1, 1] }));

  test('ranks rows, and says what the alert budget finds', async () => {
    const given = lake();
    const answer = await judged(given, { of: binary });
    expect(answer.reason).toBe(
      'Average precision 0.6667 on 8 test rows: better than the baseline, 0.5; no model is in use. ' +
        'Flagging 25 % of the rows finds 66.7 % of the positives; the baseline 50 %.',
    );
    expect(answer).toMatchObject({
      verdict: 'first',
      metric: 'averagePrecision',
      metrics: { 'average-precision': 2 / 3, 'recall-at-budget': 2 / 3, 'baseline-average-precision': 0.5 },
    });
    expect(JSON.parse(given.text('models/pumps-2/evaluation.json'))).toMatchObject({
      overall: {
        candidate: { rows: 8, positives: 2, budget: 0.25, flagged: 2, notDefined: {} },
        baseline: { notDefined: { logLoss: 'not_a_probability' } },
      },
      splits: { test_devices: { candidate: { rows: 5 } }, test_time: { candidate: { rows: 3 } } },
    });
    expect(JSON.parse(given.text('models/pumps-2/model-quality.json'))).toMatchObject({
      binary_classification_metrics: {
        average_precision: { value: 2 / 3, standard_deviation: 'NaN' },
        recall: { value: 2 / 3, standard_deviation: 'NaN' },
      },
    });
  });

  test('leaves it to a person when no test row is positive', async () => {
    const given = lake();
    ['test_devices/1', 'test_devices/2', 'test_time/1'].forEach((name) =>
      given.put(`sets/job/run/examples/split=${name}`, parquet({ label: [0], flow: [2], speed: [1] })),
    );
    expect(await judged(given, { of: binary })).toMatchObject({
      verdict: 'not-comparable',
      reason: 'Average precision of the new model cannot be told: no row is positive.',
      candidate: null,
    });
  });

  test('names a baseline that the domain does not have', async () => {
    const wrong = { ...binary, trainingSet: { ...binary.trainingSet, baseline: { doc: 'x', kind: 'feature', feature: 'heat' } } };
    await expect(judged(lake(), { of: wrong as Domain })).rejects.toThrow('the baseline is the feature heat, which is none');
  });
});
