import type { FinalMetric } from './training-job';

/** A line of the training log that carries metrics: `[3]#011train-auc:0.91#011validation-auc:0.90`. */
const metricLine = /\[[0-9]+\].*#011/;
/** `#011validation-auc:0.90`: what `.*\[[0-9]+\].*#011validation-auc:(\S+)` stands for, for every metric at once. */
const metricValue = /#011(train|validation)-([^:#\s]+):([^#\s]+)/g;

/**
 * Gathers metrics from a training log by the metric definitions that SageMaker has built in for XGBoost: a metric's final value
 * is its last in the log. A value that is not a number is none.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html
 */
export class MetricCollector {
  private readonly last = new Map<string, FinalMetric>();

  /** Takes a line of the log. */
  add(line: string, now: number): void {
    if (!metricLine.test(line)) {
      return;
    }
    for (const [, channel = '', metric = '', value = ''] of line.matchAll(metricValue)) {
      const name = `${channel}:${metric}`;
      if (Number.isFinite(Number(value))) {
        this.last.set(name, { name, value: Number(value), at: now });
      }
    }
  }

  /** The last value of each metric. */
  final(): readonly FinalMetric[] {
    return [...this.last.values()];
  }
}
