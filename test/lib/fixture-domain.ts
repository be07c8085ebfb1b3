import type { Domain } from '../../core/domain';

/** A small domain with every column type and two tables, so that templates under test do not move when a real domain does. */
export const fixtureDomain: Domain = {
  name: 'fixture',
  doc: 'Pumps that report their pressure.',
  maxMessageBytes: 1_024,
  clock: { aheadMs: 60_000 },
  messages: {},
  tables: {
    readings: {
      doc: 'One reading of one pump.',
      columns: [
        { name: 'pressure', type: 'double', unit: 'kPa', doc: 'Pressure at the outlet.' },
        { name: 'running', type: 'boolean', doc: 'Whether the motor is on.' },
        { name: 'starts', type: 'int', doc: 'How often the motor was started.' },
        { name: 'pulses', type: 'bigint', doc: 'Pulses of the flow meter.' },
        { name: 'firmware', type: 'string', doc: 'Version of the firmware.' },
        { name: 'calibrated_at', type: 'timestamp', doc: 'When the sensor was last calibrated.' },
      ],
    },
    failures: { doc: 'One failure of one pump.', columns: [{ name: 'cause', type: 'string', doc: 'What failed.' }] },
  },
  alerts: 'A pump loses pressure.',
  process: (_message, state) => ({ rows: [], state }),
  stateCodec: { encode: () => new Uint8Array(), decode: () => undefined },
  trainingSet: {
    doc: 'One reading; predicts failure.',
    sql: () => 'SELECT 1',
    scoringSql: () => 'SELECT 1',
    holdOut: { testBuckets: 10, validationBuckets: 10 },
    baseline: { doc: 'The mean.', kind: 'mean' },
    label: 'failed',
    features: ['pressure'],
    hyperparameters: { objective: 'binary:logistic', num_round: '10', eval_metric: 'auc' },
    tuning: {
      metric: 'validation:auc',
      direction: 'Maximize',
      ranges: { eta: { min: 0.01, max: 0.3, scale: 'logarithmic' }, max_depth: { min: 2, max: 6 } },
    },
    objectiveMetric: 'validation:auc',
  },
  reader: { format: 'none', open: () => ({ record: () => [] }) },
};
