import type { Lake } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';
import type { ModelRegistry } from '../shared/model-registry';
import { readDocument } from '../shared/read-document';
import type { JudgeModelConfig } from './config';
import { currentModel, type CurrentModel } from './current-model';
import { budgetSentence, evaluations, scoreOf, type Evaluations } from './evaluations';
import type { JudgeModelEvent } from './event';
import { keep, type JudgedModel } from './judged-model';
import { loadModel } from '../shared/load-model';
import { kindOf, primaryMetricOf, type PrimaryMetric } from './primary-metric';
import { baselinePredictor, modelPredictor, pooled, scoresOf, type Predictors, type Scores } from './scores';
import { testRows } from './test-rows';
import { judge, type Contest } from './verdict';

/**
 * Judges a model on rows of devices and of a time that it was not trained on, beside the baseline and the model in use, on the same rows
 * and by the same code. Doing it twice gives the same, unless another model is in use meanwhile.
 *
 * @throws TrainingError ModelUnreadable, TrainingSetMismatch, or one of the API's that is ours
 */
export async function judgeModel(
  lake: Lake,
  registry: Pick<ModelRegistry, 'group' | 'versions'>,
  config: Pick<JudgeModelConfig, 'domain' | 'modelPrefix' | 'rule'>,
  event: JudgeModelEvent,
): Promise<JudgedModel> {
  const { plan, record } = event;
  const { trainingSet } = config.domain;
  const { alertBudget, baseline, features, hyperparameters } = trainingSet;
  const kind = kindOf(hyperparameters['objective']);
  const metric = primaryMetricOf(kind);
  const current = await currentModel(lake, registry, features, plan.jobName);
  const card = await readDocument(lake, plan.dataCardUri);
  const trainingMean = card.object('label').object('range').number('mean');
  const predictors: Predictors = {
    candidate: modelPredictor(await loadModel(lake, record.modelUri, features.length)),
    baseline: baselinePredictor(baseline, kind, features, trainingMean),
    ...(current?.model !== undefined && { current: modelPredictor(current.model) }),
  };
  const scores: Scores[] = [];
  const splits: Record<string, Evaluations> = {};
  for (const split of plan.tests) {
    const prefix = lakeKey(lake.bucket, `${plan.examplesPrefix}split=${split}/`);
    const ofSplit = await scoresOf(testRows(lake, trainingSet, prefix), predictors);
    splits[split] = evaluations(kind, ofSplit, alertBudget);
    scores.push(ofSplit);
  }
  const overall = evaluations(kind, pooled(scores), alertBudget);
  const verdict = judge(contestOf(metric, overall, current), config.rule);
  const found = alertBudget === undefined ? '' : ` ${budgetSentence(overall)}`;
  const reason = `${capitalized(verdict.reason)}.${found}`.trim();
  return keep(lake, config, event, { metric, verdict: { ...verdict, reason }, current, overall, splits });
}

function contestOf(metric: PrimaryMetric, overall: Evaluations, current: CurrentModel | undefined): Contest {
  const score = (evaluation: Evaluations['current'], found: CurrentModel): Contest['baseline'] =>
    found.model === undefined ? { why: found.notCompared } : scoreOf(metric, evaluation);
  return {
    metric,
    rows: overall.candidate?.rows ?? 0,
    candidate: scoreOf(metric, overall.candidate),
    baseline: scoreOf(metric, overall.baseline),
    ...(current !== undefined && {
      current: { version: current.registered.version, score: score(overall.current, current) },
    }),
  };
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
