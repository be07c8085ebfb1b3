import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { predictionColumns } from '../../core/predictions';
import type { ScoringBatch } from '../shared/scoring-batch';
import type { RowsToScore } from './rows';

type Name = (typeof predictionColumns)[number]['name'];

/** How a column is written. Times as milliseconds, which Athena and DuckDB read as a timestamp. */
const types = {
  device_id: 'STRING',
  sequence: 'INT64',
  event_time: 'TIMESTAMP',
  prediction: 'DOUBLE',
  model: 'STRING',
  model_version: 'INT32',
  scored_at: 'TIMESTAMP',
} as const satisfies Readonly<Record<Name, string>>;

const names = Object.keys(types) as readonly Name[];

/** A Parquet file of predictions, compressed by Snappy. The same predictions of the same batch are the same bytes. */
export class PredictionsFile {
  private readonly bytes = new ByteWriter();
  private readonly writer = new ParquetWriter({
    writer: this.bytes,
    schema: schemaFromColumnData({
      columnData: names.map((name) => ({ name, type: types[name], data: [], nullable: false })),
    }),
  });

  constructor(private readonly batch: Pick<ScoringBatch, 'model' | 'plannedAt'>) {}

  /** Adds a row group. */
  async add({ deviceIds, eventTimes, rows, sequences }: RowsToScore, predictions: Float64Array): Promise<void> {
    const { model, plannedAt } = this.batch;
    const same = <Value>(value: Value): Value[] => new Array<Value>(rows).fill(value);
    const data: Readonly<Record<Name, unknown[] | Float64Array>> = {
      device_id: [...deviceIds],
      sequence: [...sequences],
      event_time: [...eventTimes],
      prediction: predictions,
      model: same(model.jobName),
      model_version: same(model.version),
      scored_at: same(new Date(plannedAt)),
    };
    await this.writer.write({ columnData: names.map((name) => ({ name, data: data[name] })), rowGroupSize: Math.max(1, rows) });
  }

  /** The file, once everything is added. */
  async end(): Promise<Uint8Array> {
    await this.writer.finish();
    return this.bytes.getBytes();
  }
}
