import { plantForest } from '../../../../core/model/forest';
import type { Hyperparameters } from './hyperparameters';
import { parseLegacyModel, type LegacyTree } from './legacy-model';
import type { Matrix } from './matrix';
import { maximized, metric } from './metrics';
import { ScoredMatrix } from './scored-matrix';
import { UserError } from './user-error';
import { WasmBooster } from './wasm-booster';

/** A trained model. */
export interface TrainedModel {
  readonly hyperparameters: Hyperparameters;
  readonly features: number;
  /** In the space of predictions: a probability for a logistic objective. */
  readonly baseScore: number;
  readonly trees: readonly LegacyTree[];
}

/** The metrics after a round, by channel and name. */
export type Evaluation = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a run may be told, and tells. */
export interface BoostOptions {
  /** After each round, counted from 0. */
  readonly onRound?: (round: number, evaluation: Evaluation) => void;
  /** Asks to end after the current round with the model so far. */
  readonly signal?: AbortSignal;
}

/**
 * Trains round by round. Each round's trees are read from the model in training and applied to every channel here, so that
 * metrics come after each round: the build can only predict one row at a time. Lets the event loop run between rounds.
 *
 * @param channels by name, `train` among them; early stopping watches the last one
 * @returns the model; with early stopping, up to its best round
 * @throws UserError when labels do not suit the objective
 */
export async function boost(
  channels: Readonly<Record<string, Matrix>> & { readonly train: Matrix },
  hyperparameters: Hyperparameters,
  options: BoostOptions = {},
): Promise<TrainedModel> {
  const isLogistic = hyperparameters.objective.endsWith(':logistic');
  for (const matrix of Object.values(channels)) {
    checkLabels(matrix.labels, hyperparameters);
  }
  const baseScore = hyperparameters.baseScore ?? meanLabel(channels.train.labels, isLogistic);
  const booster = await WasmBooster.create(channels.train, { ...hyperparameters.booster, base_score: String(baseScore) });
  const scored = new Map<string, ScoredMatrix>();
  const trees: LegacyTree[] = [];
  const best = { round: -1, score: Number.NaN };
  const watched = { channel: Object.keys(channels).at(-1) ?? '', metric: hyperparameters.metrics.at(-1) ?? '' };
  for (let round = 0; round < hyperparameters.rounds && options.signal?.aborted !== true; round++) {
    booster.update();
    const model = parseLegacyModel(booster.save(), trees.length);
    trees.push(...model.trees);
    const forest = plantForest(model.trees, channels.train.columns);
    const evaluation: Record<string, Record<string, number>> = {};
    for (const [name, matrix] of Object.entries(channels)) {
      const soFar = scored.get(name) ?? new ScoredMatrix(matrix, model.baseMargin);
      scored.set(name, soFar);
      soFar.add(forest);
      const predictions = soFar.predictions(hyperparameters.objective);
      evaluation[name] = Object.fromEntries(
        hyperparameters.metrics.map((each) => [each, metric(each)?.(predictions, matrix.labels) ?? Number.NaN]),
      );
    }
    options.onRound?.(round, evaluation);
    if (hyperparameters.earlyStoppingRounds !== undefined) {
      const score = evaluation[watched.channel]?.[watched.metric] ?? Number.NaN;
      if (best.round === -1 || (maximized.has(watched.metric) ? score > best.score : score < best.score)) {
        Object.assign(best, { round, score });
      } else if (round - best.round >= hyperparameters.earlyStoppingRounds) {
        break;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  booster.free();
  const kept = best.round === -1 ? trees : trees.slice(0, (best.round + 1) * hyperparameters.treesPerRound);
  return { hyperparameters, features: channels.train.columns, baseScore, trees: kept };
}

function meanLabel(labels: Float32Array, isLogistic: boolean): number {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  // A probability of 0 or 1 has no margin.
  return Math.fround(isLogistic ? Math.min(Math.max(mean, 1e-6), 1 - 1e-6) : mean);
}

function checkLabels(labels: Float32Array, { objective, metrics }: Hyperparameters): void {
  if (!labels.every((label) => Number.isFinite(label))) {
    throw new UserError('Label contains NaN, infinity or a value too large.');
  }
  if (objective.endsWith(':logistic') && !labels.every((label) => label >= 0 && label <= 1)) {
    throw new UserError('label must be in [0,1] for logistic regression');
  }
  if (metrics.some((name) => maximized.has(name)) && !labels.every((label) => label === 0 || label === 1)) {
    throw new UserError('label must be 0 or 1 for the metrics auc and aucpr');
  }
}
