import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Benchmark } from '../../core/domain';
import { UsageError } from '../cli/usage-error';
import { StageError } from '../run/stage-error';
import type { DevicePrediction } from './predictions';

/** How far predictions are from what became of devices: a part of `<out>/report.json`. */
export interface BenchmarkReport {
  readonly doc: string;
  readonly devices: number;
  /** Root mean squared error, in the unit of the label, of the latest prediction for each device. */
  readonly rmse: number;
  /** Mean of prediction less truth: above 0, life is overestimated. */
  readonly bias: number;
  /** The most that was asked for. @default - nothing was */
  readonly atMost?: number;
  readonly published: Benchmark['published'];
}

/** What became of devices, by device. @throws UsageError when the file cannot be read */
export function readTruths(benchmark: Benchmark, file: string): ReadonlyMap<string, number> {
  try {
    const bytes = readFileSync(file);
    const truths = benchmark.truths(file, (/\.gz$/i.test(file) ? gunzipSync(bytes) : bytes).toString('utf8'));
    if (truths.size === 0) {
      throw new TypeError('it names no device');
    }
    return truths;
  } catch (error: unknown) {
    throw new UsageError(`--truth ${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * Compares the latest prediction for each device with what became of it.
 *
 * @throws StageError when a device has no prediction: an error over the others would say nothing
 */
export function compare(
  { cap, doc, published }: Benchmark,
  truths: ReadonlyMap<string, number>,
  predictions: readonly DevicePrediction[],
  atMost?: number,
): BenchmarkReport {
  const predicted = new Map(predictions.map(({ deviceId, prediction }) => [deviceId, prediction]));
  const errors = [...truths].map(([deviceId, truth]) => {
    const prediction = predicted.get(deviceId);
    if (prediction === undefined) {
      throw new StageError(`${deviceId} was not scored, so the predictions cannot be compared with what became of the devices`);
    }
    return Math.min(cap, prediction) - Math.min(cap, truth);
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    doc,
    devices: truths.size,
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    bias: mean(errors),
    ...(atMost !== undefined && { atMost }),
    published,
  };
}

/** Whether what was asked for is met. */
export function isMet({ atMost, rmse }: BenchmarkReport): boolean {
  return atMost === undefined || rmse <= atMost;
}
