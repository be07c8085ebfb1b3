import type { Domain } from '../../core/domain';
import type { TrainingPlan } from '../shared/training-plan';
import type { CurrentModel } from './current-model';
import type { Evaluations } from './evaluations';
import type { JudgeModelEvent } from './event';
import type { PrimaryMetric } from './primary-metric';
import type { Verdict } from './verdict';

/** All that was found when a model was judged: `evaluation.json`. */
export interface EvaluationDocument {
  readonly version: 1;
  readonly domain: string;
  /** Event time that the training set covers, ISO 8601, UTC. */
  readonly window: TrainingPlan['window'];
  readonly cutoff: string;
  readonly revision: number;
  /** The metric that decides, by its name in `overall`. */
  readonly metric: PrimaryMetric['key'];
  readonly verdict: Verdict['verdict'];
  readonly approval: Verdict['approval'];
  /** For a person. */
  readonly reason: string;
  readonly candidate: JudgeModelEvent['record'];
  readonly baseline: Domain['trainingSet']['baseline'];
  /** The model in use; null when there is none. */
  readonly current: {
    readonly modelPackageArn: string;
    readonly version: number;
    readonly modelUri?: string;
    /** Why it is not compared. @default - it is */
    readonly notCompared?: string;
  } | null;
  /** On all test rows together. */
  readonly overall: Evaluations;
  /** On each test split by itself; empty for one without rows. */
  readonly splits: Readonly<Record<string, Evaluations>>;
}

/** What was found. */
export interface Findings {
  readonly metric: PrimaryMetric;
  readonly verdict: Verdict;
  readonly current: CurrentModel | undefined;
  readonly overall: Evaluations;
  readonly splits: Readonly<Record<string, Evaluations>>;
}

/** Writes it down. */
export function evaluationDocument(
  { name, trainingSet }: Domain,
  { plan, record }: JudgeModelEvent,
  { metric, verdict, current, overall, splits }: Findings,
): EvaluationDocument {
  return {
    version: 1,
    domain: name,
    window: plan.window,
    cutoff: plan.cutoff,
    revision: plan.revision,
    metric: metric.key,
    ...verdict,
    candidate: record,
    baseline: trainingSet.baseline,
    current: current === undefined ? null : told(current),
    overall,
    splits,
  };
}

function told(current: CurrentModel): NonNullable<EvaluationDocument['current']> {
  const { arn, version, modelUri } = current.registered;
  return {
    modelPackageArn: arn,
    version,
    ...(modelUri !== undefined && { modelUri }),
    ...(current.model === undefined && { notCompared: current.notCompared }),
  };
}
