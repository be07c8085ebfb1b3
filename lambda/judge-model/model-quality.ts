import type { Evaluation } from '../../core/evaluation/evaluation';

/** A metric as Model Monitor writes it: it computes the deviation by sampling, which nothing here does. */
interface QualityMetric {
  readonly value: number;
  readonly standard_deviation: 'NaN';
}

/** Model quality statistics, as the registry and Studio read them. */
export type ModelQuality =
  | { readonly version: 0; readonly regression_metrics: Readonly<Record<string, QualityMetric>> }
  | { readonly version: 0; readonly binary_classification_metrics: Readonly<Record<string, QualityMetric>> };

/**
 * An evaluation in the format of Model Monitor. Recall and precision are those at the alert budget. What Model Monitor has no name for
 * (average precision, log loss) has one in its style.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
 */
export function modelQuality(evaluation: Evaluation): ModelQuality {
  return evaluation.kind === 'regression'
    ? {
        version: 0,
        regression_metrics: metrics({
          rmse: evaluation.rmse,
          mse: evaluation.rmse === undefined ? undefined : evaluation.rmse ** 2,
          mae: evaluation.mae,
        }),
      }
    : {
        version: 0,
        binary_classification_metrics: metrics({
          auc: evaluation.auc,
          average_precision: evaluation.averagePrecision,
          log_loss: evaluation.logLoss,
          recall: evaluation.recallAtBudget,
          precision: evaluation.precisionAtBudget,
        }),
      };
}

function metrics(values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, QualityMetric>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { value, standard_deviation: 'NaN' as const }]],
    ),
  );
}
