import { plantForest } from '../../../../../core/model/forest';
import { boost, type Evaluation } from '../../../../../local/aws/sagemaker/xgboost/boost';
import { parseHyperparameters } from '../../../../../local/aws/sagemaker/xgboost/hyperparameters';
import { parseLegacyModel } from '../../../../../local/aws/sagemaker/xgboost/legacy-model';
import type { Matrix } from '../../../../../local/aws/sagemaker/xgboost/matrix';
import { encodeModel } from '../../../../../local/aws/sagemaker/xgboost/model-file';
import { ScoredMatrix } from '../../../../../local/aws/sagemaker/xgboost/scored-matrix';
import { WasmBooster } from '../../../../../local/aws/sagemaker/xgboost/wasm-booster';
import { matrixOf, obviousClasses, obviousRows } from '../fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

const train = matrixOf(obviousRows(800, 1));
const validation = matrixOf(obviousRows(300, 2));
const base = { objective: 'reg:squarederror', num_round: '15', eta: '0.3', max_depth: '4', seed: '3' };

async function evaluations(
  channels: { readonly train: Matrix } & Readonly<Record<string, Matrix>>,
  hyperparameters: Readonly<Record<string, string>>,
): Promise<{ readonly rounds: readonly Evaluation[]; readonly model: Awaited<ReturnType<typeof boost>> }> {
  const rounds: Evaluation[] = [];
  const model = await boost(channels, parseHyperparameters({ ...base, ...hyperparameters }), {
    onRound: (_round, evaluation) => rounds.push(evaluation),
  });
  return { rounds, model };
}

describe('boosting', () => {
  test('learns, and says after each round how well', async () => {
    const { rounds } = await evaluations({ train, validation }, {});
    expect(rounds).toHaveLength(15);
    const errors = rounds.map(({ train: { rmse } = {} }) => rmse ?? Number.NaN);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(rounds.at(-1)?.validation?.rmse).toBeLessThan(0.15);
  });

  test('learns classes', async () => {
    const classes = { train: matrixOf(obviousClasses(800, 1)), validation: matrixOf(obviousClasses(300, 2)) };
    const { rounds } = await evaluations(classes, { objective: 'binary:logistic', eval_metric: 'logloss,auc,error' });
    expect(rounds.at(-1)?.validation?.auc).toBeGreaterThan(0.98);
    expect(rounds.at(-1)?.validation?.error).toBeLessThan(0.06);
  });

  test('gives the same model, byte for byte, for the same data and seed; another one for another seed', async () => {
    const sampled = { subsample: '0.5', colsample_bytree: '0.7' };
    const [one, same, other] = [
      await evaluations({ train }, sampled),
      await evaluations({ train }, sampled),
      await evaluations({ train }, { ...sampled, seed: '4' }),
    ].map(({ model }) => encodeModel(model));
    expect(one?.equals(same ?? Buffer.alloc(0))).toBe(true);
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
  });

  test('starts from the mean of the labels unless it is told otherwise', async () => {
    const mean = train.labels.reduce((sum, label) => sum + label, 0) / train.rows;
    expect((await evaluations({ train }, { num_round: '1' })).model.baseScore).toBeCloseTo(mean, 5);
    expect((await evaluations({ train }, { num_round: '1', base_score: '0.25' })).model.baseScore).toBe(0.25);
  });

  test('stops early and keeps the model up to the best round', async () => {
    const noise = matrixOf(obviousRows(300, 9).map((row, index) => ({ ...row, label: index % 7 })));
    const { rounds, model } = await evaluations(
      { train: noise, validation },
      { num_round: '200', early_stopping_rounds: '3', num_parallel_tree: '2' },
    );
    const scores = rounds.map((round) => round.validation?.rmse ?? Number.NaN);
    const best = scores.indexOf(Math.min(...scores));
    expect(rounds).toHaveLength(best + 4);
    expect(model.trees).toHaveLength((best + 1) * 2);
  });

  test('ends after the current round when it is told to', async () => {
    const stop = new AbortController();
    const model = await boost({ train }, parseHyperparameters({ ...base, num_round: '1000' }), {
      onRound: (round) => {
        if (round === 2) {
          stop.abort();
        }
      },
      signal: stop.signal,
    });
    expect(model.trees).toHaveLength(3);
  });

  test.each([
    ['reg:squarederror', Number.NaN, 'Label contains NaN'],
    ['binary:logistic', 1.5, 'label must be in [0,1]'],
  ])('refuses labels that do not suit %s', async (objective, label, message) => {
    const odd = matrixOf(obviousClasses(20, 1).map((row, index) => (index === 7 ? { ...row, label } : row)));
    await expect(evaluations({ train: odd }, { objective })).rejects.toThrow(message);
  });
});

describe('the trees of a model in training', () => {
  test.each(['hist', 'exact', 'approx'])(
    'predict what the build itself predicts, missing values and -1 included (%s)',
    async (method) => {
      const rows = obviousRows(400, 5).map(({ label, features: [a = 0, b = 0, c = 0] }, index) => ({
        label: index % 5 === 0 ? label + 3 : label,
        features: [index % 5 === 0 ? -1 : a, index % 3 === 0 ? Number.NaN : b, c],
      }));
      const matrix = matrixOf(rows);
      const booster = await WasmBooster.create(matrix, {
        objective: 'reg:linear',
        max_depth: '4',
        tree_method: method,
        gamma: '0.5',
        silent: '1',
      });
      for (let round = 0; round < 8; round++) {
        booster.update();
      }
      const model = parseLegacyModel(booster.save());
      expect(model).toMatchObject({ features: 3, objective: 'reg:linear', treeCount: 8 });
      const scored = new ScoredMatrix(matrix, model.baseMargin);
      model.trees.forEach((tree) => scored.add(plantForest([tree], model.features)));
      const predictions = scored.predictions('reg:squarederror');
      // The old build adds the base last, so the last bit may differ.
      rows
        .slice(0, 100)
        .forEach(({ features }, row) => expect(predictions[row]).toBeCloseTo(booster.predict(Float32Array.from(features)), 5));
      expect(parseLegacyModel(booster.save(), 6).trees).toEqual(model.trees.slice(6));
      booster.free();
    },
  );
});
