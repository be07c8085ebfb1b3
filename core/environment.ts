/**
 * The names of the environment variables by which the infrastructure configures the code that it runs. `lib/` sets exactly
 * these and the code reads exactly these; tests hold both sides to it.
 */
export const consumerEnvironment = {
  /** The domain's name; a folder below `domains/`. */
  domain: 'DOMAIN',
  /** The name of the Kinesis data stream. */
  streamName: 'STREAM_NAME',
  /** The name of the DynamoDB lease table, which is also the KCL application's name. */
  leaseTableName: 'LEASE_TABLE_NAME',
  /** JSON object: for each table of the domain the name of its Firehose delivery stream. */
  deliveryStreams: 'DELIVERY_STREAMS',
  /** The name of the Firehose delivery stream for quarantined records. */
  quarantineStream: 'QUARANTINE_STREAM',
  /** Where a shard without a checkpoint starts: TRIM_HORIZON or LATEST. */
  initialPosition: 'INITIAL_POSITION',
  /** A lease that has not been renewed for this long is free to take, in milliseconds. */
  failoverTimeMs: 'FAILOVER_TIME_MS',
  /** Longest that a record stays undelivered, in milliseconds. */
  flushIntervalMs: 'FLUSH_INTERVAL_MS',
  /** Longest that a record stays uncheckpointed, in milliseconds; at least the flush interval. Devices that changed are stored with it. */
  checkpointIntervalMs: 'CHECKPOINT_INTERVAL_MS',
  /** The most devices whose memory a process has at hand. */
  rememberedDevices: 'REMEMBERED_DEVICES',
  /** Longest that SIGTERM may take to drain, checkpoint and release, in milliseconds; less than the container's stop time-out. */
  shutdownGraceMs: 'SHUTDOWN_GRACE_MS',
  /** debug, info, warn or error. */
  logLevel: 'LOG_LEVEL',
  /** Port of `/health`, `/metrics` and `/shards`; 0 lets the system choose, and without a value nothing listens. */
  monitoringPort: 'MONITORING_PORT',
  /** The address that it listens at. */
  monitoringHost: 'MONITORING_HOST',
  /** Metrics for CloudWatch: off, application or shards. */
  cloudWatchMetrics: 'CLOUDWATCH_METRICS',
} as const;

/** A further variable of the consumer, set only when the domain has a codec for what it remembers of a device. */
export const deviceStateEnvironment = {
  /** The name of the DynamoDB table of what is remembered of devices; see `core/device-item.ts`. */
  deviceStateTable: 'DEVICE_STATE_TABLE',
} as const;

/** Further variables of the consumer, set only when it reads by enhanced fan-out. */
export const fanOutEnvironment = {
  /** ARN of the stream's registered consumer. */
  fanOutConsumerArn: 'FAN_OUT_CONSUMER_ARN',
} as const;

/** A further variable of the consumer, set only where the clocks behind the stream are known; `npm start` has one clock. */
export const watermarkEnvironment = {
  /** How far watermarks stay behind what reads show, in milliseconds. */
  watermarkMarginMs: 'WATERMARK_MARGIN_MS',
} as const;

/** Further variables of the consumer, set only when its alerts go to a topic. */
export const alertEnvironment = {
  /** ARN of the SNS topic. */
  alertTopicArn: 'ALERT_TOPIC_ARN',
  /** Alerts that a task sends one by one in a minute at most. */
  alertsPerMinute: 'ALERTS_PER_MINUTE',
} as const;

/** Environment of the function that decides whether a window is closed. */
export const checkWindowEnvironment = {
  domain: 'DOMAIN',
  /** The bucket of the lake. */
  lakeBucket: 'LAKE_BUCKET',
  /** The name of the DynamoDB table in which the consumers keep their leases. */
  leaseTableName: 'LEASE_TABLE_NAME',
  /** The S3 prefix for training sets, ending in a slash: closings lie there. */
  trainingSetPrefix: 'TRAINING_SET_PREFIX',
  /** How long after its event time a row may still arrive, in seconds. */
  allowedLatenessSeconds: 'ALLOWED_LATENESS_SECONDS',
  /** Firehose's buffering interval: how long after its arrival a row may still be missing from the lake, in seconds. */
  deliveryBufferSeconds: 'DELIVERY_BUFFER_SECONDS',
  /** How long a run waits for its window to close, in seconds. */
  windowLimitSeconds: 'WINDOW_LIMIT_SECONDS',
  /** The pipeline's name: the dimension of the function's metrics. */
  pipeline: 'PIPELINE',
} as const;

/** Environment of the function that pins what a closed window is made from, and plans the training on it. */
export const planTrainingEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** JSON object: for each table the S3 prefix of its files, ending in a slash. */
  tablePrefixes: 'TABLE_PREFIXES',
  trainingSetPrefix: 'TRAINING_SET_PREFIX',
  /** The start of a training job's name. */
  jobNamePrefix: 'JOB_NAME_PREFIX',
  /** What tells this version of the code from any other: a hash of the programs that make a training set and start a job. */
  codeVersion: 'CODE_VERSION',
  /** URI of the training image. */
  trainingImage: 'TRAINING_IMAGE',
  allowedLatenessSeconds: 'ALLOWED_LATENESS_SECONDS',
} as const;

/** Environment of the function that looks at a training set before a job is paid for. */
export const inspectTrainingSetEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** The name of the model package group: the model in use says what to compare with. */
  modelPackageGroup: 'MODEL_PACKAGE_GROUP',
  /** JSON object: the limits of the gates. */
  gates: 'GATES',
} as const;

/** What the functions that start a training job or a tuning job have to know alike: how training jobs are to be, and what they may cost. */
export const trainingJobEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** URI of the training image. */
  trainingImage: 'TRAINING_IMAGE',
  /** ARN of the role that the training job runs under. */
  trainingRoleArn: 'TRAINING_ROLE_ARN',
  instanceType: 'INSTANCE_TYPE',
  instanceCount: 'INSTANCE_COUNT',
  /** Size of the training volume, in GiB. */
  volumeSizeGiB: 'VOLUME_SIZE_GIB',
  /** Longest that a job may run, in seconds. */
  maxRuntimeSeconds: 'MAX_RUNTIME_SECONDS',
  /** 'true' to train on spot capacity. */
  useSpot: 'USE_SPOT',
  /** Longest that a job may wait for spot capacity and run, in seconds; at least the longest run. */
  maxWaitSeconds: 'MAX_WAIT_SECONDS',
  /** How often SageMaker starts a job again that failed by a fault of its own. */
  maxAttempts: 'MAX_ATTEMPTS',
  /** JSON object: tags of the job, beside those that name its data. */
  jobTags: 'JOB_TAGS',
  /** Most training jobs of the pipeline that are started within 24 hours. */
  maxJobsPerDay: 'MAX_JOBS_PER_DAY',
  /** Most hours that instances train within 24 hours. */
  maxHoursPerDay: 'MAX_HOURS_PER_DAY',
  /** The start of the names of the pipeline's training jobs; a hyphen follows. */
  jobNamePrefix: 'JOB_NAME_PREFIX',
} as const;

/** Environment of the function that starts a training job. */
export const startTrainingEnvironment = {
  ...trainingJobEnvironment,
  /** The S3 prefix for model artifacts, ending in a slash. */
  modelPrefix: 'MODEL_PREFIX',
} as const;

/** A further variable of the functions that start jobs, set only when hyperparameters are tuned. */
export const tunedJobEnvironment = {
  /** The start of the names of the pipeline's tuning jobs, and so of their training jobs; a hyphen follows. At most 21 characters. */
  tuningNamePrefix: 'TUNING_NAME_PREFIX',
} as const;

/** A further variable of the function that plans the training, set only when hyperparameters are tuned. */
export const tunedPlanEnvironment = {
  /** Training jobs by which hyperparameters are searched for. */
  tuningJobs: 'TUNING_JOBS',
} as const;

/** Environment of the function that starts a tuning job. */
export const startTuningEnvironment = {
  ...trainingJobEnvironment,
  ...tunedJobEnvironment,
  ...tunedPlanEnvironment,
  /** Most of them at a time. */
  parallelTuningJobs: 'PARALLEL_TUNING_JOBS',
  /** The S3 prefix for what trials leave, ending in a slash: kept for a while. */
  trialPrefix: 'TRIAL_PREFIX',
} as const;

/** A further variable of those functions, set only when a key encrypts the lake that is not AWS's own. */
export const trainingKeyEnvironment = {
  /** ARN of the KMS key for the volume and the model. */
  kmsKeyArn: 'KMS_KEY_ARN',
} as const;

/** Further variables of those functions, set only when jobs run in a network of the account's. */
export const trainingNetworkEnvironment = {
  /** Ids of the subnets, with commas between them. */
  subnetIds: 'SUBNET_IDS',
  /** Id of the job's security group. */
  securityGroupId: 'SECURITY_GROUP_ID',
} as const;

/** Environment of the function that records a finished training job. */
export const recordModelEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** The S3 prefix under which one JSON document per model is kept, ending in a slash. */
  recordPrefix: 'RECORD_PREFIX',
} as const;

/** Environment of the function that judges a model. */
export const judgeModelEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** The S3 prefix for model artifacts, ending in a slash: evaluations lie beside them. */
  modelPrefix: 'MODEL_PREFIX',
  /** The name of the model package group. */
  modelPackageGroup: 'MODEL_PACKAGE_GROUP',
  /** 'automatic' when a model that is good enough is approved at once, 'manual' when a person approves it. */
  approval: 'APPROVAL',
  /** The share by which a model may be worse than the one in use and still be approved: 0.02 is two per cent. */
  tolerance: 'TOLERANCE',
} as const;

/** Environment of the function that registers a model. */
export const registerModelEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  modelPackageGroup: 'MODEL_PACKAGE_GROUP',
  /** The pipeline's name: the dimension of the function's metrics. */
  pipeline: 'PIPELINE',
  /** URI of the training image, which serves the model as well. */
  trainingImage: 'TRAINING_IMAGE',
} as const;

/** Environment of the function that decides which rows are scored next. */
export const planScoringEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** The name of the DynamoDB table in which the consumers keep their leases. */
  leaseTableName: 'LEASE_TABLE_NAME',
  /** The S3 prefix for what is known of batches, ending in a slash. */
  scoringPrefix: 'SCORING_PREFIX',
  modelPackageGroup: 'MODEL_PACKAGE_GROUP',
  /** How far back the first batch reaches, in hours. */
  backfillHours: 'BACKFILL_HOURS',
  /** The pipeline's name: the dimension of the function's metrics. */
  pipeline: 'PIPELINE',
} as const;

/** Environment of the function that lists the rows of a batch. */
export const listRowsEnvironment = {
  lakeBucket: 'LAKE_BUCKET',
  scoringPrefix: 'SCORING_PREFIX',
} as const;

/** Environment of the function that scores rows. */
export const scoreRowsEnvironment = {
  domain: 'DOMAIN',
  lakeBucket: 'LAKE_BUCKET',
  /** The S3 prefix of the table of predictions, ending in a slash. */
  predictionsPrefix: 'PREDICTIONS_PREFIX',
} as const;

/** Environment of the function that ends a batch. */
export const finishScoringEnvironment = {
  lakeBucket: 'LAKE_BUCKET',
  scoringPrefix: 'SCORING_PREFIX',
  pipeline: 'PIPELINE',
} as const;

/** Environment of the function that has the model in use answer requests. */
export const deployModelEnvironment = {
  domain: 'DOMAIN',
  modelPackageGroup: 'MODEL_PACKAGE_GROUP',
  /** The endpoint's name, and the start of the names of what it serves; `-v<version>` follows. */
  endpointName: 'ENDPOINT_NAME',
  /** Memory of the endpoint, in MiB. */
  endpointMemoryMiB: 'ENDPOINT_MEMORY_MIB',
  /** Requests that it answers at a time. */
  endpointMaxConcurrency: 'ENDPOINT_MAX_CONCURRENCY',
  /** JSON object: tags of the endpoint and of what it serves. */
  endpointTags: 'ENDPOINT_TAGS',
  /** ARN of the role that the model runs under. */
  modelRoleArn: 'MODEL_ROLE_ARN',
  /** How long a deployment may take, in seconds. */
  deploymentLimitSeconds: 'DEPLOYMENT_LIMIT_SECONDS',
} as const;

/** A further variable of that function, set only when a key encrypts the lake that is not AWS's own. */
export const endpointKeyEnvironment = {
  /** ARN of the KMS key for the image that the endpoint keeps. */
  kmsKeyArn: 'KMS_KEY_ARN',
} as const;

/** Environment of the function that turns CSV lines on a table's delivery stream into rows. */
export const csvToRowsEnvironment = {
  domain: 'DOMAIN',
  /** The table of the domain that the lines are rows of. */
  table: 'TABLE',
  /** The name of the Firehose delivery stream for quarantined records. */
  quarantineStream: 'QUARANTINE_STREAM',
} as const;
