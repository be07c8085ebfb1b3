import { uriOf, type Lake } from '../shared/lake';
import type { Approval } from '../shared/model-registry';
import type { JudgeModelConfig } from './config';
import { evaluationDocument, type Findings } from './evaluation-document';
import { figuresOf, scoreOf, type Evaluations } from './evaluations';
import type { JudgeModelEvent } from './event';
import { modelQuality } from './model-quality';
import type { PrimaryMetric } from './primary-metric';
import type { VerdictName } from './verdict';

/** What the function answers. */
export interface JudgedModel {
  readonly verdict: VerdictName;
  /** What the model is to be registered with. */
  readonly approval: Approval;
  /** For a person, with the numbers. */
  readonly reason: string;
  /** The metric that decides: `rmse`, `averagePrecision`. */
  readonly metric: PrimaryMetric['key'];
  /** Its value over all test rows; null where there is none. */
  readonly candidate: number | null;
  readonly baseline: number | null;
  /** @default - no model is in use */
  readonly current?: { readonly modelPackageArn: string; readonly version: number; readonly value: number | null };
  /** What the model is registered with: its own figures, and those of the others of the metric that decides. */
  readonly metrics: Readonly<Record<string, number>>;
  /** `s3://` URI of all that was found. */
  readonly evaluationUri: string;
  /** `s3://` URI of the figures in SageMaker's format. */
  readonly qualityUri: string;
}

/** Writes the documents beside the model, and answers in short. */
export async function keep(
  lake: Lake,
  { domain, modelPrefix }: Pick<JudgeModelConfig, 'domain' | 'modelPrefix'>,
  event: JudgeModelEvent,
  findings: Findings,
): Promise<JudgedModel> {
  const { metric, verdict, current, overall } = findings;
  const folder = `${modelPrefix}${event.record.jobName}/`;
  const evaluationKey = `${folder}evaluation.json`;
  const qualityKey = `${folder}model-quality.json`;
  await lake.writeJson(evaluationKey, JSON.stringify(evaluationDocument(domain, event, findings), null, 2));
  await lake.writeJson(
    qualityKey,
    JSON.stringify(overall.candidate === undefined ? {} : modelQuality(overall.candidate), null, 2),
  );
  const value = (evaluation: Evaluations['current']): number | null => scoreOf(metric, evaluation).value ?? null;
  return {
    ...verdict,
    metric: metric.key,
    candidate: value(overall.candidate),
    baseline: value(overall.baseline),
    ...(current !== undefined && {
      current: {
        modelPackageArn: current.registered.arn,
        version: current.registered.version,
        value: value(overall.current),
      },
    }),
    metrics: metricsOf(metric, overall),
    evaluationUri: uriOf(lake, evaluationKey),
    qualityUri: uriOf(lake, qualityKey),
  };
}

/** Names for the registry: `average-precision`, `baseline-average-precision`. */
function metricsOf({ key }: PrimaryMetric, { candidate, baseline, current }: Evaluations): Readonly<Record<string, number>> {
  const own = candidate === undefined ? [] : figuresOf(candidate);
  const others = Object.entries({ baseline, current }).flatMap(([name, evaluation]) =>
    (evaluation === undefined ? [] : figuresOf(evaluation))
      .filter(([figure]) => figure === key)
      .map(([figure, value]) => [`${name}-${kebab(figure)}`, value] as const),
  );
  return Object.fromEntries([
    ...own.map(([figure, value]) => [kebab(figure), value] as const),
    ...others,
    ...(candidate?.kind === 'binary' ? [['alert-budget', candidate.budget] as const] : []),
  ]);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
