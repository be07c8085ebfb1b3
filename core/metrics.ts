/**
 * The names by which the infrastructure reads in CloudWatch what the consumer and the functions write there. A test runs their own code
 * and holds each alarm and each graph to what comes out.
 */
export const consumerMetricNamespace = 'IotToModel/Consumer';

/** The dimensions of every metric of the consumer: no more and no fewer, or CloudWatch finds nothing. */
export const consumerMetricDimensions = {
  /** The lease table's name, which is the application's. */
  application: 'Application',
  /** The stream's name. */
  stream: 'Stream',
} as const;

/** Of the client library: see consumer/kcl/README.md. Each worker writes them, so counts are summed and ages compared. */
export const workerMetrics = {
  /** How far each shard is behind the tip. Milliseconds; ask for the Maximum. */
  lag: 'MillisBehindLatest',
  /** For how long the shard that has stood still longest has. Milliseconds; ask for the Maximum. */
  stalled: 'MillisStalled',
  /** How long batches took. Milliseconds; ask for percentiles. */
  batchTime: 'BatchProcessingTime',
  /** Leases of the worker. */
  leases: 'LeasesHeld',
  /** 1 or 0; ask for the Minimum. */
  healthy: 'Healthy',
  /** Calls to the lease table that failed. */
  leaseTableFailures: 'LeaseTableFailures',
  /** Reads of the stream that failed, beside those that were throttled. */
  readFailures: 'ReadFailures',
  /** Calls of the processor that failed. */
  processorFailures: 'ProcessorFailures',
  /** Shards that the stream had deleted before they were read to their end: records are lost. */
  shardsLost: 'ShardsLost',
} as const;

/** Of the pipeline. Counts since the last minute, by the ledger: received = delivered + quarantined + duplicates dropped. */
export const pipelineMetrics = {
  received: 'RecordsReceived',
  delivered: 'RecordsDelivered',
  quarantined: 'RecordsQuarantined',
  duplicatesDropped: 'DuplicatesDropped',
  /** Requests to Firehose after which something had to be sent again. */
  deliveryRetries: 'DeliveryRetries',
  /** Alerts that the topic accepted. */
  alertsSent: 'AlertsSent',
  /** Alerts that were too many to be sent one by one: told of in a summary. */
  alertsWithheld: 'AlertsWithheld',
  /** Messages about alerts that the topic did not accept: nobody was told. */
  alertsLost: 'AlertsLost',
  /** Bytes that Firehose accepted. */
  firehoseBytes: 'FirehoseBytes',
  /** What it bills for them: each record rounded up to 5 KiB. */
  firehoseBilledBytes: 'FirehoseBilledBytes',
  /** Devices that were stored with a checkpoint: each is a write of the device state table. */
  deviceStatesWritten: 'DeviceStatesWritten',
  /** Devices that were looked up in the table when they reported, stored there or not. */
  deviceStatesLoaded: 'DeviceStatesLoaded',
  /** Devices that start over, since what was stored of them cannot be used: after a change of the domain's windows each does, once. */
  deviceStatesUnreadable: 'DeviceStatesUnreadable',
  /** Devices that were not stored, or not taken up, since another processor had written them. */
  deviceStatesContested: 'DeviceStatesContested',
  /** Calls to the table that were repeated. */
  deviceStateRetries: 'DeviceStateRetries',
} as const;

/** Of the function that makes rows of CSV lines. Counts; nothing is written where there was no CSV. */
export const csvMetrics = {
  namespace: 'IotToModel/Delivery',
  /** The only dimension: the delivery stream's name. */
  dimension: 'DeliveryStream',
  rows: 'CsvRows',
  quarantined: 'CsvLinesQuarantined',
  /** Records that Firehose keeps as they were, under the errors of the lake. */
  failed: 'CsvRecordsFailed',
} as const;

/** Of the training's functions. */
export const trainingMetrics = {
  namespace: 'IotToModel/Training',
  /** The only dimension: the pipeline's name. */
  dimension: 'Pipeline',
  /** For how long a run has waited for its window to close. Seconds; ask for the Maximum. Nothing is written once it is closed. */
  windowOpen: 'WindowOpenSeconds',
  /** Runs that have waited for as long as they may, and fail. */
  windowsOverdue: 'WindowsOverdue',
  /** Models that were registered, by what became of them: each once, when it is new in the registry. */
  modelsApproved: 'ModelsApproved',
  modelsAwaitingApproval: 'ModelsAwaitingApproval',
  modelsRejected: 'ModelsRejected',
} as const;

/** Of the scoring's functions. */
export const scoringMetrics = {
  namespace: 'IotToModel/Scoring',
  /** The only dimension: the pipeline's name. */
  dimension: 'Pipeline',
  /** How long ago the oldest row arrived that is not scored yet, when a batch is planned. Seconds; ask for the Maximum. Nothing is written without a model. */
  unscored: 'UnscoredSeconds',
  /** Rows that were scored. */
  rows: 'RowsScored',
} as const;
