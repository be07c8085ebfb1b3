import type { Column } from './column';

/** The table of predictions in the lake's catalogue. No table of a domain may be called so. */
export const predictionsTableName = 'predictions';

/** Its columns in their order, as the Parquet files have them: one row per row that was scored. */
export const predictionColumns = [
  { name: 'device_id', type: 'string', doc: 'The device whose row was scored.' },
  {
    name: 'sequence',
    type: 'bigint',
    doc: "The device's own message number; with device_id it identifies the row that was scored.",
  },
  { name: 'event_time', type: 'timestamp', doc: "When the row was measured, by the device's clock, UTC." },
  { name: 'prediction', type: 'double', doc: 'What the model predicts: a probability, or a value in the unit of the label.' },
  { name: 'model', type: 'string', doc: 'The training job that made the model.' },
  { name: 'model_version', type: 'int', doc: 'Its version in the model registry.' },
  { name: 'scored_at', type: 'timestamp', doc: 'When the batch was planned in which the row was scored, UTC.' },
] as const satisfies readonly Column[];
