/** The stages that have a configuration. */
export const stageNames = ['dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** How much the stream takes: as much as comes, or what N shards take (1 MiB/s and 1,000 records/s each). */
export type StreamCapacity =
  { readonly mode: 'on-demand' } | { readonly mode: 'provisioned'; /** From 1 to 10,000. */ readonly shards: number };

/** The stream that every record comes in by. */
export interface IngestionConfig {
  readonly capacity: StreamCapacity;
  /** How long a record can be read again: the time there is to repair a consumer before data is lost. Hours, from 24 to 8,760 (365 days). */
  readonly retentionHours: number;
}

/** Most zones that `NetworkConfig` takes. Nearly every region has as many; where an account sees only two, as in us-west-1, say 2. */
export const maxAvailabilityZones = 3;

/** The network that the consumer runs in. */
export interface NetworkConfig {
  /** How many availability zones have a subnet. From 2 to 3. */
  readonly availabilityZones: number;
  /**
   * NAT gateways for the way out; 0 means that there is none, and that the AWS services are reached by VPC endpoints only.
   * At most one per availability zone.
   */
  readonly natGateways: number;
}

/** The Fargate service that reads the stream. */
export interface ConsumerConfig {
  /** CPU units of a task, 1,024 to a vCPU: 256, 512, 1024, 2048 or 4096. */
  readonly cpu: number;
  /** Memory of a task, in MiB; what Fargate offers depends on `cpu`. */
  readonly memoryMiB: number;
  /** Tasks that run. At least 1; with provisioned shards at most as many as shards, for a task without a shard does nothing. */
  readonly tasks: number;
  /** Where a shard without a checkpoint starts. TRIM_HORIZON loses nothing. */
  readonly initialPosition: 'TRIM_HORIZON' | 'LATEST';
  /**
   * How shards are read. `polling` costs nothing more, and shares 2 MiB/s and five calls a second and shard with every other consumer
   * of the stream. `fan-out` has 2 MiB/s and shard for itself, pushed within some 70 ms, and is billed: see consumer/kcl/README.md.
   */
  readonly reading: 'polling' | 'fan-out';
  /** A lease that has not been renewed for this long is free to take: how long a dead task's shards stand still. Milliseconds, from 1,000 to 300,000. */
  readonly failoverTimeMs: number;
  /** Longest that a record stays unflushed, and so how much is read again after a crash. Milliseconds, from 100; less than `failoverTimeMs`. */
  readonly flushIntervalMs: number;
  /** Longest that SIGTERM may take to drain, checkpoint and release. Milliseconds; more than `flushIntervalMs`, less than the stop time-out. */
  readonly shutdownGraceMs: number;
  /** When ECS kills a task that was asked to stop. Seconds, from 2 to 120, the bound of Fargate. */
  readonly stopTimeoutSeconds: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /**
   * What the tasks write for CloudWatch once a minute: nothing, metrics of the application, or of each shard as well. In us-east-1 a
   * metric costs 0.30 USD a month: about 6 USD for the application, and 0.90 USD for each shard that was read in the month.
   */
  readonly cloudWatchMetrics: 'off' | 'application' | 'shards';
}

/** From the consumer to Parquet, and the SQL over it. */
export interface DeliveryConfig {
  /** Firehose writes a file when this much has come in. MiB, from 64 (the least with format conversion) to 128. */
  readonly bufferSizeMiB: number;
  /** ... or this long after the first row: how late rows reach the lake. Seconds, from 60 to 900; less makes many small files. */
  readonly bufferIntervalSeconds: number;
  /** How long quarantined records, and rows that Firehose could not convert, are kept to be repaired. Days, at least 1. */
  readonly quarantineRetentionDays: number;
  /** How long query results are kept. Days, at least 1. */
  readonly queryResultRetentionDays: number;
  /** A query that scans more is cancelled, and billed for what it scanned. GiB, at least 1. */
  readonly queryScanLimitGiB: number;
}

/** From Parquet to a model. */
export interface TrainingConfig {
  /** When a training run starts, in EventBridge Scheduler's words: `rate(1 day)`, `cron(15 2 * * ? *)`. UTC. */
  readonly schedule: string;
  /** How long after its event time a row may still arrive and be trained on. Seconds, from 0; within the stream's retention. */
  readonly allowedLatenessSeconds: number;
  /** SageMaker's training instance: `ml.m5.xlarge`. */
  readonly instanceType: string;
  /** From 1 to 20. */
  readonly instanceCount: number;
  /** The volume that the training set is copied to. GiB, from 1 to 16,384. */
  readonly volumeSizeGiB: number;
  /** Longest that a job may run. Seconds, from 60 to 432,000 (5 days). */
  readonly maxRuntimeSeconds: number;
  /** Whether to train on spot capacity: up to 90 % cheaper, and may wait or be interrupted. */
  readonly useSpot: boolean;
  /** Longest that a job may wait for spot capacity and run, together. Seconds; at least `maxRuntimeSeconds`. */
  readonly maxWaitSeconds: number;
  /** How often the job's status is asked for. Seconds, from 5; a run of the state machine has room for 2,000 questions. */
  readonly pollIntervalSeconds: number;
  /**
   * The training image's URI in ECR, for a mirror or a region that the table in `lib/training/xgboost-accounts.ts` lacks.
   * @default - SageMaker's own image of XGBoost 3.2 in the stack's region
   */
  readonly image?: string;
}

/** Everything that may differ between stages. Read once, validated as a whole, and never changed. */
export interface PipelineConfig {
  readonly stage: StageName;
  /** What the resources' names start with. Lower case, digits and hyphens, at most 20 characters. */
  readonly appName: string;
  /** @default - the account of the credentials at deployment */
  readonly account?: string;
  /** @default - the region of the credentials at deployment; give both or neither */
  readonly region?: string;
  readonly ingestion: IngestionConfig;
  readonly network: NetworkConfig;
  readonly consumer: ConsumerConfig;
  readonly delivery: DeliveryConfig;
  readonly training: TrainingConfig;
  /** How long logs are kept. Days; one of the values that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  /**
   * First of two opt-ins to lose data: whether deleting a stack may delete its stream, tables, keys and bucket. Takes effect only
   * together with the second, `-c destroyData=<stage>` on the command line; without it they are retained.
   */
  readonly mayDestroyData: boolean;
  /** Whether both opt-ins were given. Never written in a stage's file: `readConfiguration` sets it. */
  readonly destroysData: boolean;
}
