import type { StageSettings } from '../../../../lib/config/pipeline-config';
import type { RuleCases } from './rule-case';

const ireland = { account: '123456789012', region: 'eu-west-1' } as const;
const shards = (count: number, consumer: StageSettings['consumer'] = {}): StageSettings => ({
  ingestion: { capacity: { mode: 'provisioned', shards: count } },
  consumer,
});
const image = (region: string): string => `123456789012.dkr.ecr.${region}.amazonaws.com/xgboost:3.2-0`;
const hook = 'arn:aws:lambda:eu-west-1:123456789012:function:may-this-device-join';

/** What the pipeline is made of, from ingestion to monitoring. */
export const casesOfParts: RuleCases = {
  Ingestion: [
    ['a hook for provisioning', { ingestion: { provisioningHookArn: hook } }],
    ['no hook and no IoT Core', { ingestion: { iotCore: false } }],
    [
      'a hook without IoT Core',
      { ingestion: { iotCore: false, provisioningHookArn: hook } },
      'it must be left out while ingestion.iotCore is false',
    ],
  ],
  Consumer: [
    ['the most memory of a size', { consumer: { cpu: 256, memoryMiB: 2_048 } }],
    [
      'memory that a size does not have',
      { consumer: { cpu: 512, memoryMiB: 512 } },
      'consumer.memoryMiB is 512; it must be from 1024 to 4096 in steps of 1024 with 512 CPU units',
    ],
    ['memory between steps', { consumer: { cpu: 512, memoryMiB: 1_500 } }, 'in steps of 1024 with 512 CPU units'],
    ['as many tasks as shards', shards(2, { tasks: 2, maxTasks: 2 })],
    [
      'more tasks than shards',
      shards(1, { tasks: 2, maxTasks: 2 }),
      'consumer.tasks is 2; it must be an integer from 1 to 1 (the shards',
    ],
    [
      'room to scale beyond the shards',
      shards(3, { tasks: 2, maxTasks: 4 }),
      'consumer.maxTasks is 4; it must be an integer from 2 (consumer.tasks) to 3 (the shards)',
    ],
    [
      'fewer tasks at most than at least',
      { consumer: { tasks: 3, maxTasks: 2 } },
      'consumer.maxTasks is 2; it must be an integer from 3',
    ],
    ['200 tasks on demand', { consumer: { tasks: 2, maxTasks: 200 } }],
    ['more tasks than a stream on demand has shards', { consumer: { tasks: 2, maxTasks: 201 } }, 'to 200 (the shards)'],
    ['flush just below failover', { consumer: { flushIntervalMs: 9_999 } }],
    ['flush at failover', { consumer: { flushIntervalMs: 10_000 } }, '(less than consumer.failoverTimeMs)'],
    ['as many devices as fit into the memory', { consumer: { cpu: 256, memoryMiB: 512, rememberedDevices: 13_824 } }],
    [
      'more devices than fit',
      { consumer: { cpu: 256, memoryMiB: 512, rememberedDevices: 13_825 } },
      'consumer.rememberedDevices is 13825; it must be at most 13824 with 512 MiB',
    ],
    ['checkpoints at every flush', { consumer: { flushIntervalMs: 2_000, checkpointIntervalMs: 2_000 } }],
    [
      'checkpoints more often than flushes',
      { consumer: { flushIntervalMs: 2_000, checkpointIntervalMs: 1_999 } },
      'consumer.checkpointIntervalMs is 1999; it must be an integer from 2000',
    ],
    ['grace just above flush', { consumer: { shutdownGraceMs: 2_001 } }],
    [
      'grace not above flush',
      { consumer: { shutdownGraceMs: 2_000 } },
      'consumer.shutdownGraceMs is 2000; it must be an integer from 2001',
    ],
    ['grace just below the stop time-out', { consumer: { shutdownGraceMs: 29_999 } }],
    ['alerts to two people', { consumer: { alertEmails: ['a@example.com', 'b@example.com'] } }],
    [
      'alerts to somebody, and no alerts',
      { consumer: { alerts: false, alertEmails: ['a@example.com'] } },
      'it must be left out while consumer.alerts is false',
    ],
    [
      'alerts to one person twice',
      { consumer: { alertEmails: ['a@example.com', 'a@example.com'] } },
      'consumer.alertEmails.1 is "a@example.com"; it must be an address that is not named before',
    ],
    ['grace at the stop time-out', { consumer: { shutdownGraceMs: 30_000 } }, 'less than consumer.stopTimeoutSeconds'],
  ],
  'Lake and delivery': [
    ['gzip in Parquet', { lake: { compression: 'gzip' } }],
    ['zlib in ORC', { lake: { format: 'orc', compression: 'zlib' } }],
    [
      'zlib in Parquet',
      { lake: { compression: 'zlib' } },
      'lake.compression is "zlib"; it must be one of snappy, gzip, none in parquet',
    ],
    [
      'gzip in ORC',
      { lake: { format: 'orc', compression: 'gzip' } },
      'lake.compression is "gzip"; it must be one of snappy, zlib, none in orc',
    ],
    ['files that move, then expire', { lake: { infrequentAccessAfterDays: 30, expireAfterDays: 31 } }],
    [
      'files that expire as they move',
      { lake: { infrequentAccessAfterDays: 30, expireAfterDays: 30 } },
      'lake.expireAfterDays is 30; it must be an integer from 31',
    ],
    ['quarantine as long as the tables', { lake: { expireAfterDays: 30 }, delivery: { quarantineRetentionDays: 30 } }],
    [
      'quarantine that outlives the tables',
      { lake: { expireAfterDays: 29 }, delivery: { quarantineRetentionDays: 30 } },
      'delivery.quarantineRetentionDays is 30; it must be an integer from 1 to 29',
    ],
    ['readers under Lake Formation', { lake: { lakeFormation: true, readers: ['arn:aws:iam::123456789012:role/a'] } }],
    [
      'a reader twice',
      { lake: { lakeFormation: true, readers: ['arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/a'] } },
      'lake.readers.1 is "arn:aws:iam::123456789012:role/a"; it must be a role or user that is not named before',
    ],
    [
      'readers without it',
      { lake: { readers: ['arn:aws:iam::123456789012:role/a'] } },
      'it must be left out without lake.lakeFormation',
    ],
  ],
  Training: [
    ['a schedule by a rate', { training: { schedule: 'rate(12 hours)' } }],
    [
      'a schedule of five fields',
      { training: { schedule: 'cron(15 2 * * *)' } },
      'training.schedule is "cron(15 2 * * *)"; it must be such as rate(2 hours)',
    ],
    ['lateness as long as the retention', { training: { allowedLatenessSeconds: 86_400 } }],
    ['lateness beyond the retention', { training: { allowedLatenessSeconds: 86_401 } }, "(the stream's retention)"],
    ['a wait as long as the run', { training: { maxWaitSeconds: 3_600 } }],
    ['a wait shorter than the run', { training: { maxWaitSeconds: 3_599 } }, '(at least training.maxRuntimeSeconds)'],
    ['as many polls as history has room for', { training: { useSpot: false, maxWaitSeconds: 45_000 } }],
    [
      'more polls than that',
      { training: { useSpot: false, maxWaitSeconds: 45_001 } },
      'training.pollIntervalSeconds is 30; it must be an integer from 31',
    ],
    ['the same on spot capacity, with a job after it that does without', { training: { maxWaitSeconds: 41_400 } }],
    ['more polls than that on spot capacity', { training: { maxWaitSeconds: 41_401 } }, 'it must be an integer from 31'],
    ['as many jobs a day as a tuning job and what follows have', { training: { maxJobsPerDay: 7, tuning: { maxJobs: 6 } } }],
    [
      'fewer jobs a day than that',
      { training: { maxJobsPerDay: 6, tuning: { maxJobs: 6 } } },
      'training.maxJobsPerDay is 6; it must be an integer from 7 to 1000 (training.tuning.maxJobs, and the job that follows)',
    ],
    ['one job a day without tuning', { training: { maxJobsPerDay: 1 } }],
    [
      'polls of a tuning job that history has room for',
      { training: { tuning: { maxJobs: 6, maxParallelJobs: 3 }, maxWaitSeconds: 11_400 } },
    ],
    [
      'more polls than that',
      { training: { tuning: { maxJobs: 6, maxParallelJobs: 3 }, maxWaitSeconds: 11_401 } },
      'training.pollIntervalSeconds is 30; it must be an integer from 31',
    ],
    [
      'tuning in an image of one’s own',
      { ...ireland, training: { tuning: { maxJobs: 2 }, image: image('eu-west-1') } },
      'training.tuning.maxJobs is 2; it must be 0 with an image',
    ],
    ['a training set that outlives its jobs', { lake: { trainingSetRetentionDays: 1 } }],
    [
      'one that does not',
      { lake: { trainingSetRetentionDays: 1 }, training: { maxWaitSeconds: 86_400, pollIntervalSeconds: 3_600 } },
      'lake.trainingSetRetentionDays is 1; it must be an integer from 2',
    ],
    ['as many questions about the window as history has room for', { training: { windowLimitSeconds: 30_000 } }],
    [
      'more questions than that',
      { training: { windowLimitSeconds: 30_001 } },
      'training.windowPollSeconds is 60; it must be an integer from 61',
    ],
    [
      'a region without an image to train in',
      { ...ireland, region: 'mx-central-1' },
      'training.image is not given; it must be given in mx-central-1',
    ],
    [
      'such a region with an image of its own',
      { ...ireland, region: 'mx-central-1', training: { image: image('mx-central-1') } },
    ],
    ['an image of another region', { ...ireland, training: { image: image('eu-west-2') } }, 'it must be in eu-west-1 (region)'],
  ],
  Scoring: [
    ['scoring every quarter of an hour', { scoring: { schedule: 'rate(15 minutes)' } }],
    ['a schedule that there is not', { scoring: { schedule: 'rate(1 fortnight)' } }, 'scoring.schedule is "rate(1 fortnight)"'],
    ['an alarm just after a missed batch', { scoring: { schedule: 'rate(2 hours)' } }],
    [
      'an alarm at each batch',
      { scoring: { schedule: 'rate(3 hours)' } },
      'monitoring.scoringLateHours is 3; it must be more than 3 (scoring.schedule)',
    ],
    ['the same without a schedule', { scoring: { schedule: 'rate(3 hours)', scheduled: false } }],
  ],
  Monitoring: [
    [
      'an absence that is longer than between two runs',
      { training: { schedule: 'cron(0 2 ? * MON-FRI *)' }, monitoring: { trainingAbsenceHours: 73 } },
    ],
    [
      'an absence that every weekend is',
      { training: { schedule: 'cron(0 2 ? * MON-FRI *)' }, monitoring: { trainingAbsenceHours: 72 } },
      'monitoring.trainingAbsenceHours is 72; it must be an integer from 73 to 168',
    ],
    ['a run a month, which cannot be watched', { training: { schedule: 'cron(0 2 1 * ? *)' } }],
    ['an absence of what is not scheduled', { training: { schedule: 'rate(3 days)', scheduled: false } }],
    ['e-mails', { monitoring: { emails: ['a@example.com'] } }],
    [
      'e-mails to an existing topic',
      { monitoring: { emails: ['a@example.com'], topicArn: 'arn:aws:sns:eu-west-1:123456789012:t' } },
      'monitoring.emails is ["a@example.com"]; it must be left out with monitoring.topicArn',
    ],
    ['neither alarms nor metrics', { monitoring: { alarms: false }, consumer: { cloudWatchMetrics: 'off' } }],
    [
      'alarms without metrics',
      { consumer: { cloudWatchMetrics: 'off' } },
      'consumer.cloudWatchMetrics is "off"; it must be application or shards',
    ],
    [
      'an e-mail twice',
      { monitoring: { emails: ['a@example.com', 'a@example.com'] } },
      'monitoring.emails.1 is "a@example.com"; it must be an address that is not named before',
    ],
    [
      'freshness at the buffer and the wait for the CSV function',
      { monitoring: { deliveryFreshnessSeconds: 360 }, delivery: { bufferIntervalSeconds: 300, csvIntake: true } },
      'monitoring.deliveryFreshnessSeconds is 360; it must be an integer from 361',
    ],
    ['freshness above the buffer', { monitoring: { deliveryFreshnessSeconds: 301 }, delivery: { bufferIntervalSeconds: 300 } }],
    [
      'freshness at the buffer',
      { monitoring: { deliveryFreshnessSeconds: 300 }, delivery: { bufferIntervalSeconds: 300 } },
      'monitoring.deliveryFreshnessSeconds is 300; it must be an integer from 301',
    ],
    ['scaling before the alarm', { consumer: { scaleOutLagSeconds: 299 } }],
    [
      'scaling with the alarm',
      { consumer: { scaleOutLagSeconds: 300 } },
      'consumer.scaleOutLagSeconds is 300; it must be an integer from 1 to 299',
    ],
    ['no scaling', { consumer: { scaleOutLagSeconds: 300, tasks: 2, maxTasks: 2 } }],
    ['lag that leaves half of the retention', { monitoring: { lagSeconds: 43_199 } }],
    ['lag that does not', { monitoring: { lagSeconds: 43_200 } }, 'monitoring.lagSeconds is 43200; it must be at most 43199'],
    [
      'a stalled shard that is noticed too late',
      { monitoring: { stalledShardSeconds: 43_200 } },
      'monitoring.stalledShardSeconds is 43200',
    ],
    ['a stalled shard after a failover', { monitoring: { stalledShardSeconds: 61 }, consumer: { failoverTimeMs: 60_000 } }],
    [
      'a stalled shard within a failover',
      { monitoring: { stalledShardSeconds: 60 }, consumer: { failoverTimeMs: 60_000 } },
      'monitoring.stalledShardSeconds is 60; it must be an integer from 61',
    ],
  ],
};
