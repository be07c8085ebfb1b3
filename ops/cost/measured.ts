/**
 * What the model takes from measurements of this project, and what it assumes. Nothing else in the model is a number without a
 * price or a limit of AWS behind it.
 */

/** Hours of a month, as AWS's own calculators count. */
export const hoursPerMonth = 730;
export const secondsPerMonth = hoursPerMonth * 3_600;
export const daysPerMonth = hoursPerMonth / 24;

/** README.md, "Run it here": 148.2 MB of rows from 198,310 messages; bench/README.md: messages of about 315 bytes. */
export const rowBytesPerMessageByte = 148_209_000 / 198_310 / 315;
/** README.md, "Run it here": 30.4 MB of Parquet (Snappy) from those rows. */
export const parquetBytesPerRowByte = 30_388_000 / 148_209_000;
/** bench/README.md, "pipeline": processor time of a message, on an x86 core; a vCPU of Fargate is taken to be as fast. */
export const cpuSecondsPerMessage = 25.93e-6;
/** docs/proof.md, "Beside the Java KCL": at a failover time of ten seconds. */
export const leaseWritesPerShardHour = 1_080;
/** consumer/kcl/README.md, "What the table is asked": scans per worker and hour, to take leases, find holes and clean up. */
export const leaseScansPerWorkerHour = 180 + 30;
/** The same: leases that a read unit of a scan covers. */
export const leasesPerReadUnit = 12;
/**
 * An item of the device state table, for the factory: a test measures them. The state; what stands around it (names, positions, what people
 * look up); and the state before, as a share of the state: it is stored as it differs, by one message or by many.
 */
export const deviceStateBytes = 1_373;
export const deviceItemBytes = 396;
export const previousStateShare = (messagesBetween: number): number => Math.min(0.85, 0.06 + 0.027 * messagesBetween);
/** What the consumer writes in a minute, of the client library and of the pipeline, and more for each shard. A test counts them. */
export const applicationMetrics = 39;
export const metricsPerShard = 3;

/** bench/README.md, "anomalies": 162 alerts of 160 machines in 28 days. */
export const alertsPerDeviceMonth = (162 / 160) * (daysPerMonth / 28);

/**
 * Metrics that Container Insights makes of a cluster with one service on Fargate, which are billed as custom ones: CPU, memory, network,
 * storage and ephemeral storage, two each, by cluster, service and task definition; five more of the service, and two of the cluster.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export const insightsMetrics = 10 * 3 + 5 + 2;
/** The same: events a minute, of the cluster, the service, and each task and its container. Assumed: bytes of one. */
export const insightsEventsPerMinute = (tasks: number): number => 2 + 2 * tasks;
export const insightsEventBytes = 1024;
/** Assumed: flows that an interface logs in a minute, the interval of a Nitro instance; their records have about 140 bytes. */
export const flowsPerInterfaceMinute = 20;
export const flowRecordBytes = 140;
/** Assumed: what a task logs in a minute, its metrics included. */
export const logBytesPerTaskMinute = 5 * 1024;
/** Assumed: topic of a message, which IoT Core meters with the payload. */
export const topicBytes = 40;
/** Assumed: share of a provisioned stream that is used, so that there is room for peaks. */
export const shardUse = 0.7;
/** Assumed of SageMaker's managed spot training, of which AWS says up to 90 %. */
export const trainingSpotDiscount = 0.7;
/** Assumed: requests to read a file of the lake, its footer and its columns. */
export const getsPerFile = 4;
/** bench/README.md, "training-set": examples that come of a row of the lake, a third of the factory's readings. */
export const examplesPerRow = 2_905_501 / 10_000_000;
/**
 * Assumed: what the statements scan that count, of what the one scans that writes the examples. They read device, sequence, times and label
 * alone.
 */
export const scannedShareOfCounts = 0.25;
export const scannedShareOfInputs = 0.25;
/** Assumed: bytes of an example on disk; a number of a reading takes four of its eight bytes when it is packed. */
export const exampleBytes = 40 * 4;

/** docs/training-set.md: processor time to look at an example, of 48 columns; a whole processor of Lambda is taken to be as fast. */
export const inspectSecondsPerExample = 9.6e-6;
/** docs/decisions/0030-how-a-model-is-judged.md: processor time to judge two models and the baseline on a row. */
export const judgeSecondsPerRow = 17e-6;
/** Assumed: share of the examples that models are judged on. */
export const testShare = 0.2;
/** docs/training-set.md: processor time to pin a file of the lake. */
export const pinSecondsPerFile = 1.6e-3;
/** Assumed: requests to count the rows of a file of the lake: its footer. */
export const getsPerPinnedFile = 1;
/** Assumed: seconds that one of a training run's functions works, beside what it reads. A window is closed at the first question as a rule. */
export const functionSeconds = 5;
/** States that a run passes through until its model is approved, without the questions about the job. A test counts them. */
export const transitionsPerRun = 21;
/** More of them when hyperparameters are tuned, without the questions about the tuning job. */
export const transitionsOfTuning = 3;
/** The same, for each question about the job's status: wait, ask, choose. */
export const transitionsPerPoll = 3;
/**
 * Days of files that the query of a batch reads: those of the days on which its rows arrived, from midnight. Of several batches a day each
 * reads half a day in the mean, and the one after midnight the day before; of one a day, a day and a half.
 */
export const scannedDays = (batchesPerDay: number): number => (batchesPerDay > 1 ? 0.5 + 1 / batchesPerDay : 1.5);
/** docs/scoring.md: bytes of a prediction on disk. */
export const predictionBytes = 6.6;
/** States that a scoring run passes through whose rows are in one file. A test counts them. */
export const scoringTransitions = 11;
/** Records travel as base64 in JSON, to Firehose and from Kinesis. */
export const base64 = 4 / 3;
