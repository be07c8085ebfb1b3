import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TrainingSet } from '../../core/training-set';

/** The latest prediction for a device. */
export interface DevicePrediction {
  readonly deviceId: string;
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  readonly prediction: number;
}

/**
 * The latest prediction for each device of a batch, by event time, from the files themselves.
 *
 * @param folder of the table of predictions
 * @param batchId whose files are read
 */
export async function latestPredictions(folder: string, batchId: string): Promise<readonly DevicePrediction[]> {
  const files = (await readdir(folder, { recursive: true }))
    .filter((name) => path.basename(name).startsWith(`${batchId}-`) && name.endsWith('.parquet'))
    .sort();
  if (files.length === 0) {
    return [];
  }
  const list = files.map((name) => `'${path.join(folder, name).replaceAll("'", "''")}'`).join(', ');
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT device_id, sequence, epoch_ms(event_time), prediction
FROM (
  SELECT *, row_number() OVER (PARTITION BY device_id ORDER BY event_time DESC, sequence DESC) AS place
  FROM read_parquet([${list}], hive_partitioning = false)
) AS ranked
WHERE place = 1
ORDER BY device_id`,
    );
    connection.closeSync();
    return reader.getRows().map(([deviceId, sequence, eventTime, prediction]) => ({
      deviceId: String(deviceId),
      sequence: Number(sequence),
      eventTime: new Date(Number(eventTime)).toISOString(),
      prediction: Number(prediction),
    }));
  } finally {
    instance.closeSync();
  }
}

/** The devices that somebody should look at first. */
export function worstDevices(
  predictions: readonly DevicePrediction[],
  { worst = 'highest' }: Pick<TrainingSet, 'worst'>,
  count: number,
): readonly DevicePrediction[] {
  const sign = worst === 'highest' ? -1 : 1;
  return [...predictions]
    .sort((a, b) => sign * (a.prediction - b.prediction) || (a.deviceId < b.deviceId ? -1 : 1))
    .slice(0, count);
}
