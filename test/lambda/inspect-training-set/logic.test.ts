import {
  inspectTrainingSet,
  type InspectedTrainingSet,
  type InspectTrainingSetProps,
} from '../../../lambda/inspect-training-set/logic';
import { parseInspectTrainingSetEvent } from '../../../lambda/inspect-training-set/event';
import { parseDataCard, type DataCard, type FeatureCard } from '../../../lambda/shared/data-card';
import { MemoryLake, parquet } from '../fixtures';
import { domain, goodRows, limits, planOf, propsWith, registryOf, writeTrainingSet, type Rows, type Written } from './fixtures';

async function inspect(
  lake: MemoryLake,
  change: Partial<InspectTrainingSetProps> = {},
  force = false,
): Promise<InspectedTrainingSet> {
  return inspectTrainingSet(propsWith(lake, change), { plan: planOf(), force });
}

function cardIn(lake: MemoryLake, jobName = planOf().jobName): DataCard {
  return parseDataCard(lake.text(`sets/${jobName}/data-card.json`), 'card');
}

const feature = (card: DataCard, name: string): FeatureCard | undefined => card.features.find((each) => each.name === name);

const many = (values: (index: number) => number | null, rows = 400): readonly (number | null)[] =>
  Array.from({ length: rows }, (_, index) => values(index));

/** Rows enough for distributions to be told apart. */
function manyRows(flow: (index: number) => number | null): Rows {
  return { fails: many((index) => index % 2), flow: many(flow), speed: many((index) => index) };
}

describe('looking at a training set', () => {
  test('answers what the steps after it need, and writes a card and a page', async () => {
    const lake = writeTrainingSet(new MemoryLake());
    const plan = planOf();
    expect(await inspect(lake)).toEqual({
      status: 'passed',
      forced: false,
      reason: 'all 7 gates passed',
      rows: { train: 6, validation: 6, test_devices: 6, test_time: 6 },
      positives: 2,
      negatives: 4,
      contentHash: expect.stringMatching(/^[0-9a-f]{16}-24$/) as string,
      dataCardUri: plan.dataCardUri,
      dataCardPageUri: plan.dataCardPageUri,
    });
    expect(cardIn(lake)).toMatchObject({
      version: 1,
      jobName: plan.jobName,
      domain: 'pumps',
      window: plan.window,
      cutoff: plan.cutoff,
      revision: 1,
      generatedAt: '2026-11-20T12:50:00.000Z',
      examplesPrefix: plan.examplesPrefix,
      files: { count: 4 },
      label: {
        name: 'fails',
        kind: 'binary',
        missing: 0,
        splits: {
          train: { missing: 0, unusable: 0, range: { minimum: 0, maximum: 1, mean: expect.closeTo(1 / 3, 12) as number } },
          validation: {},
        },
      },
      splits: { train: { rows: 6, devices: 3, positives: 2 }, test_time: { rows: 6, devices: 3, positives: 2 } },
      inputs: { tables: { readings: { rows: 100, distinct: 98, late: 1 }, repairs: {} }, quarantined: {}, quarantinedShare: 0 },
      features: [
        { name: 'flow', isAge: false, missing: 0, unusable: 0, range: { minimum: 1, maximum: 6, mean: 3.5 } },
        { name: 'speed', isAge: true },
      ],
      reference: null,
      noReference: 'no model of pumps-dev is approved',
    });
    expect(lake.text(`sets/${plan.jobName}/data-card.html`)).toMatch(/^<!doctype html>/);
  });

  test('knows deviation, missing values and a constant, over all files of the split that is trained on', async () => {
    const lake = writeTrainingSet(new MemoryLake(), {
      splits: {
        train: [
          { fails: [0, 1, 0, 1], flow: [2, 4, null, 4], speed: [7, 7, 7, 7] },
          { fails: [1, 0, 1, 0], flow: [4, 5, Number.NaN, 7], speed: [7, 7, 7, 7] },
          { fails: [0, 0], flow: [5, 9], speed: [7, 7] },
        ],
      },
    });
    await inspect(lake);
    const card = cardIn(lake);
    const flow = feature(card, 'flow');
    expect(flow).toMatchObject({ missing: 2, unusable: 0, range: { minimum: 2, maximum: 9, mean: 5 } });
    expect(flow?.range?.deviation).toBeCloseTo(2, 12);
    expect(flow?.counts.reduce((sum, each) => sum + each, 0)).toBe(8);
    expect(feature(card, 'speed')).toMatchObject({
      range: { minimum: 7, maximum: 7, mean: 7, deviation: 0 },
      picture: { from: 7, to: 7, counts: [10] },
    });
  });

  test('describes a label that is a number', async () => {
    const numbers = { ...domain, trainingSet: { ...domain.trainingSet, hyperparameters: { objective: 'reg:squarederror' } } };
    const lake = writeTrainingSet(new MemoryLake(), { splits: { train: [{ ...goodRows, fails: [10, 20, 30, 40, 50, 60] }] } });
    const answer = await inspect(lake, { domain: numbers });
    expect(answer).not.toHaveProperty('positives');
    const card = cardIn(lake);
    expect(card.label).toMatchObject({ kind: 'number', range: { minimum: 10, maximum: 60, mean: 35 } });
    expect(card.gates.map(({ name }) => name)).not.toContain('bothClasses');
    expect(card.splits['train']).not.toHaveProperty('positives');
  });

  describe('holds it back, and says why', () => {
    test.each<[string, Written, Partial<typeof limits>, string]>([
      ['too few rows', {}, { minimumRows: 7 }, 'minimumRows: 6 rows to train on; 7 at least are asked for'],
      ['too few devices', { devices: 1 }, {}, 'minimumDevices: rows to train on are of 1 device; 2 at least are asked for'],
      ['too few positives', {}, { minimumPositives: 3 }, 'minimumPositives: fails is positive in 2 of 6 rows to train on'],
      [
        'one class',
        { splits: { validation: [{ ...goodRows, fails: [0, 0, 0, 0, 0, 0] }] } },
        {},
        'bothClasses: fails is 0 in all 6 rows of validation',
      ],
      [
        'the other class',
        { splits: { train: [{ ...goodRows, fails: [1, 1, 1, 1, 1, 1] }] } },
        {},
        'bothClasses: fails is 1 in all 6 rows of train',
      ],
      [
        'a feature that is missing everywhere',
        { splits: { train: [{ ...goodRows, flow: many(() => null, 6) }] } },
        {},
        'maximumMissingShare: missing in rows to train on: flow 100 %; 50 % at most is allowed',
      ],
      [
        'a huge value',
        { splits: { train: [{ ...goodRows, flow: [1, 2, 1e300, 4, -Infinity, 6] }] } },
        {},
        'usableNumbers: not a number that fits a 32-bit float: flow 2 times',
      ],
      [
        'a label that is none',
        { splits: { test_time: [{ ...goodRows, fails: [0, 1, null, 1, 0, Number.NaN] }] } },
        {},
        'usableNumbers: not a number that fits a 32-bit float: fails in test_time 2 times',
      ],
      [
        'much in quarantine',
        { quarantined: { wrong_type: 3, malformed_json: 49 } },
        {},
        'maximumQuarantineShare: 21 % of what arrived lies in quarantine, 52 records: malformed_json 49, wrong_type 3; 5 % at most are allowed',
      ],
    ])('%s', async (_what, written, change, reason) => {
      const lake = writeTrainingSet(new MemoryLake(), written);
      const answer = await inspect(lake, { gates: { ...limits, ...change } });
      expect(answer).toMatchObject({ status: 'held', forced: false, reason: expect.stringContaining(reason) as string });
      expect(cardIn(lake).gates.filter(({ passed }) => !passed)).toHaveLength(1);
    });

    test('but goes on when a person forces it, and says what was not passed', async () => {
      const lake = writeTrainingSet(new MemoryLake());
      expect(await inspect(lake, { gates: { ...limits, minimumRows: 7 } }, true)).toMatchObject({
        status: 'passed',
        forced: true,
        reason: 'minimumRows: 6 rows to train on; 7 at least are asked for',
      });
      expect(await inspect(lake, {}, true)).toMatchObject({ status: 'passed', forced: false });
    });

    test('by the worst features, five of which are named', async () => {
      const features = Array.from({ length: 8 }, (_, index) => `f${index}`);
      const wide = { ...domain, trainingSet: { ...domain.trainingSet, features } };
      const columns = Object.fromEntries(features.map((name, index) => [name, many((row) => (row < index ? null : 1), 8)]));
      const rows = { fails: many((row) => row % 2, 8), ...columns };
      const lake = writeTrainingSet(new MemoryLake(), {
        splits: { train: [rows], validation: [rows], test_devices: [rows], test_time: [rows] },
      });
      expect((await inspect(lake, { domain: wide, gates: { ...limits, maximumMissingShare: 0.1 } })).reason).toContain(
        'f7 87.5 %, f6 75 %, f5 62.5 %, f4 50 %, f3 37.5 % and 2 more; 10 % at most is allowed',
      );
    });
  });

  describe('compares it with the training set of the model in use', () => {
    const before = planOf('pumps-20261113-11-ba9876543210');
    const model = { 'job-name': before.jobName, 'data-card-uri': before.dataCardUri };

    async function lakeWithReference(flow: (index: number) => number | null = (index) => index): Promise<MemoryLake> {
      const lake = writeTrainingSet(new MemoryLake(), { plan: before, splits: { train: [manyRows(flow)] } });
      await inspectTrainingSet(propsWith(lake), { plan: before, force: false });
      return lake;
    }

    test('and finds no drift in the same rows', async () => {
      const lake = writeTrainingSet(await lakeWithReference(), { splits: { train: [manyRows((index) => index)] } });
      expect(await inspect(lake, { registry: registryOf(model) })).toMatchObject({
        status: 'passed',
        reason: 'all 8 gates passed',
      });
      const card = cardIn(lake);
      expect(card.reference).toEqual({ jobName: before.jobName, modelVersion: 1, notCompared: [] });
      expect(feature(card, 'flow')?.drift).toBe(0);
      expect(card).not.toHaveProperty('noReference');
    });

    test('and holds it back for a feature that has moved, but not for an age', async () => {
      const rows = manyRows((index) => index + 150);
      const lake = writeTrainingSet(await lakeWithReference(), {
        splits: { train: [{ ...rows, speed: many((index) => index + 1000) }] },
      });
      const answer = await inspect(lake, { registry: registryOf(model) });
      expect(answer.status).toBe('held');
      expect(answer.reason).toMatch(
        /^maximumDrift: population stability index against the training set of pumps-20261113-11-ba9876543210: flow \d\.\d+; 0\.25 at most is allowed$/,
      );
      const card = cardIn(lake);
      expect(feature(card, 'speed')?.drift).toBeGreaterThan(1);
      expect(lake.text(`sets/${planOf().jobName}/data-card.html`)).toContain('version 1');
    });

    test('and sees values that come to be missing', async () => {
      const lake = writeTrainingSet(await lakeWithReference(), {
        splits: { train: [manyRows((index) => (index % 3 === 0 ? null : index))] },
      });
      await inspect(lake, { registry: registryOf(model) });
      expect(feature(cardIn(lake), 'flow')?.drift).toBeGreaterThan(1);
    });

    test('and says which features only one of them has', async () => {
      const lake = await lakeWithReference();
      const other = { ...domain, trainingSet: { ...domain.trainingSet, features: ['flow', 'power'] } };
      const { fails, flow, speed } = manyRows((index) => index);
      const rows = { fails, flow, power: speed } as Rows;
      writeTrainingSet(lake, { splits: { train: [rows], validation: [rows], test_devices: [rows], test_time: [rows] } });
      await inspect(lake, { domain: other, registry: registryOf(model) });
      const card = cardIn(lake);
      expect(card.reference?.notCompared).toEqual(['power', 'speed']);
      expect(feature(card, 'power')).not.toHaveProperty('drift');
      expect(feature(card, 'flow')?.drift).toBe(0);
    });

    test('passing over models of the same training set', async () => {
      const lake = writeTrainingSet(await lakeWithReference(), { splits: { train: [manyRows((index) => index)] } });
      const { dataCardUri, jobName } = planOf();
      const own = [jobName, `${jobName}-2`].map((name) => ({ 'job-name': name, 'data-card-uri': dataCardUri }));
      await inspect(lake, { registry: registryOf(...own, model) });
      expect(cardIn(lake).reference?.jobName).toBe(before.jobName);
    });

    test.each([
      [{ 'job-name': 'x' }, 'version 1 of pumps-dev, which is in use, names no data card'],
      [
        { 'job-name': 'x', 'data-card-uri': 's3://lake/sets/x/data-card.json' },
        's3://lake/sets/x/data-card.json, the data card of version 1, which is in use, is not there any more',
      ],
    ])('and says why when it cannot: %j', async (metadata, why) => {
      const lake = writeTrainingSet(new MemoryLake());
      expect(await inspect(lake, { registry: registryOf(metadata) })).toMatchObject({ status: 'passed' });
      expect(cardIn(lake)).toMatchObject({ reference: null, noReference: why });
      expect(lake.text(`sets/${planOf().jobName}/data-card.html`)).toContain(why);
    });

    test('and does not go on when the card is none, or lies elsewhere', async () => {
      const lake = writeTrainingSet(new MemoryLake()).put('sets/x/data-card.json', '{}');
      const named = (uri: string) => registryOf({ 'job-name': 'x', 'data-card-uri': uri });
      await expect(inspect(lake, { registry: named('s3://lake/sets/x/data-card.json') })).rejects.toThrow('is no data card');
      await expect(inspect(lake, { registry: named('s3://other/x') })).rejects.toThrow('does not lie in bucket lake');
    });
  });

  describe('fails for a training set', () => {
    test.each<[string, (lake: MemoryLake) => unknown, string, string]>([
      [
        'without rows to train on',
        (lake) => writeTrainingSet(lake, { splits: { train: [] } }),
        'TrainingSetEmpty',
        'no rows in 0 Parquet files under s3://lake/sets/pumps-20261120-11-0123456789ab/run-1/examples/split=train/',
      ],
      [
        'with files that have no rows',
        (lake) => writeTrainingSet(lake, { splits: { validation: [{ fails: [], flow: [], speed: [] }] } }),
        'TrainingSetEmpty',
        'no rows in 1 Parquet files',
      ],
      [
        'with other rows than were counted',
        (lake) => writeTrainingSet(lake, { counted: { test_time: 7 } }),
        'TrainingSetMismatch',
        '6 rows of test_time lie there, 7 were counted',
      ],
      [
        'with the label in another place',
        (lake) => writeTrainingSet(lake, { splits: { train: [goodRows, { flow: [1], fails: [1], speed: [1] }] } }),
        'TrainingSetMismatch',
        'split=train/1: column 1 is flow, expected fails',
      ],
      [
        'with a feature too few',
        (lake) => writeTrainingSet(lake, { splits: { test_devices: [{ fails: [1], flow: [1] }] } }),
        'TrainingSetMismatch',
        'column 3 is absent, expected speed',
      ],
      [
        'with a column too many',
        (lake) => writeTrainingSet(lake, { splits: { train: [{ ...goodRows, device: [1, 2, 3, 4, 5, 6] }] } }),
        'TrainingSetMismatch',
        'column device is neither label nor feature',
      ],
      [
        'with something else than Parquet',
        (lake) =>
          writeTrainingSet(lake).put(
            'sets/pumps-20261120-11-0123456789ab/run-1/examples/split=train/1',
            'fails,flow,speed\n1,2,3\n',
          ),
        'TrainingSetMismatch',
        'split=train/1 is no Parquet file',
      ],
      [
        'with a label that is no class',
        (lake) => writeTrainingSet(lake, { splits: { train: [{ ...goodRows, fails: [0, 1, 2, 1, 0, 1] }] } }),
        'TrainingSetMismatch',
        'fails in train goes from 0 to 2: of two classes, 0 and 1 are expected',
      ],
      [
        'with counts that are none',
        (lake) =>
          writeTrainingSet(lake).put(
            'sets/pumps-20261120-11-0123456789ab/run-1/counts/0',
            parquet({ split: [1], rows: [1], devices: [1], positives: [1] }),
          ),
        'TrainingSetMismatch',
        'split 1 is none of train, validation, test_devices, test_time',
      ],
    ])('%s', async (_what, write, name, message) => {
      const lake = new MemoryLake();
      write(lake);
      await expect(inspect(lake)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
      expect(lake.objects.has(`sets/${planOf().jobName}/data-card.json`)).toBe(false);
    });

    test('but not for one whose test splits are empty: then a person judges the model', async () => {
      const lake = writeTrainingSet(new MemoryLake(), { splits: { test_devices: [], test_time: [] } });
      expect(await inspect(lake)).toMatchObject({ status: 'passed', rows: { train: 6, test_devices: 0, test_time: 0 } });
    });
  });

  describe('when it was looked at before', () => {
    const built = { ...planOf(), status: 'built' as const };

    test('reads nothing again, and judges by the limits of now', async () => {
      const lake = writeTrainingSet(new MemoryLake());
      const first = await inspect(lake);
      const card = cardIn(lake);
      const { bytesRead } = lake;
      const again = await inspectTrainingSet(propsWith(lake, { gates: { ...limits, minimumRows: 7 }, now: () => 0 }), {
        plan: built,
        force: false,
      });
      expect(lake.bytesRead).toBe(bytesRead);
      expect(again).toEqual({ ...first, status: 'held', reason: 'minimumRows: 6 rows to train on; 7 at least are asked for' });
      const { gates, generatedAt, ...facts } = cardIn(lake);
      expect(card).toMatchObject(facts);
      expect([gates[0]?.passed, generatedAt]).toEqual([false, '1970-01-01T00:00:00.000Z']);
    });

    test('reads it again when another model is in use, to compare with that one', async () => {
      const lake = writeTrainingSet(new MemoryLake());
      await inspect(lake);
      const other = planOf('pumps-20261113-11-ba9876543210');
      writeTrainingSet(lake, { plan: other });
      await inspectTrainingSet(propsWith(lake), { plan: other, force: false });
      const registry = registryOf({ 'job-name': other.jobName, 'data-card-uri': other.dataCardUri });
      await inspectTrainingSet(propsWith(lake, { registry }), { plan: built, force: false });
      expect(cardIn(lake).reference?.jobName).toBe(other.jobName);
    });
  });
});

describe('the event of the function', () => {
  test('needs a plan; force may be absent', () => {
    expect(parseInspectTrainingSetEvent({ plan: planOf() })).toEqual({ plan: planOf(), force: false });
    expect(parseInspectTrainingSetEvent({ plan: planOf(), force: true }).force).toBe(true);
    expect(() => parseInspectTrainingSetEvent({ plan: { ...planOf(), countsPrefix: '' } })).toThrow('plan.countsPrefix');
    expect(() => parseInspectTrainingSetEvent({ plan: planOf(), force: 'yes' })).toThrow('force is not true or false');
  });
});
