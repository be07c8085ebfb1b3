import type { PipelineConfig } from '../../../lib/config/pipeline-config';
import { stages } from '../../../lib/config/stages';
import { validated } from '../../../lib/config/validate';

type Section = 'ingestion' | 'network' | 'consumer' | 'delivery' | 'training';

/** The configuration of dev with some values of one section changed. */
function changed<S extends Section>(section: S, values: Partial<PipelineConfig[S]>): PipelineConfig {
  return { ...stages.dev, [section]: { ...stages.dev[section], ...values } };
}

const shards = (count: number): PipelineConfig => changed('ingestion', { capacity: { mode: 'provisioned', shards: count } });

describe('validation of a configuration', () => {
  it.each(Object.entries(stages))('accepts stage %s as it is', (_stage, config) => {
    expect(validated(config)).toBe(config);
  });

  const bounds: readonly (readonly [string, PipelineConfig, string])[] = [
    ['retention of a day', changed('ingestion', { retentionHours: 24 }), ''],
    ['retention of a year', changed('ingestion', { retentionHours: 8_760 }), ''],
    [
      'less than a day',
      changed('ingestion', { retentionHours: 23 }),
      'ingestion.retentionHours is 23; it must be an integer from 24 to 8760',
    ],
    ['more than a year', changed('ingestion', { retentionHours: 8_761 }), 'ingestion.retentionHours is 8761'],
    ['half an hour', changed('ingestion', { retentionHours: 24.5 }), 'ingestion.retentionHours is 24.5'],
    ['no shard', shards(0), 'ingestion.capacity.shards is 0; it must be an integer from 1 to 10000'],
    ['as many tasks as shards', shards(2), ''],
    ['more tasks than shards', shards(1), 'consumer.tasks is 2; it must be an integer from 1 to 1 (the shards'],
    ['no task', changed('consumer', { tasks: 0 }), 'consumer.tasks is 0'],
    [
      'a size that Fargate lacks',
      changed('consumer', { cpu: 300 }),
      'consumer.cpu is 300; it must be one of 256, 512, 1024, 2048, 4096',
    ],
    [
      'memory that does not fit',
      changed('consumer', { memoryMiB: 512 }),
      'consumer.memoryMiB is 512; it must be from 1024 to 4096',
    ],
    ['memory between steps', changed('consumer', { memoryMiB: 1_500 }), 'in steps of 1024 with 512 CPU units'],
    ['flush just below failover', changed('consumer', { flushIntervalMs: 9_999 }), ''],
    ['flush at failover', changed('consumer', { flushIntervalMs: 10_000 }), '(less than consumer.failoverTimeMs)'],
    [
      'grace not above flush',
      changed('consumer', { shutdownGraceMs: 2_000 }),
      'consumer.shutdownGraceMs is 2000; it must be an integer from 2001',
    ],
    ['grace just below the stop time-out', changed('consumer', { shutdownGraceMs: 29_999 }), ''],
    ['grace at the stop time-out', changed('consumer', { shutdownGraceMs: 30_000 }), 'less than consumer.stopTimeoutSeconds'],
    [
      'a stop time-out that Fargate lacks',
      changed('consumer', { stopTimeoutSeconds: 121 }),
      'consumer.stopTimeoutSeconds is 121',
    ],
    [
      'a reading of its own',
      changed('consumer', { reading: 'push' as 'polling' }),
      'consumer.reading is "push"; it must be one of polling, fan-out',
    ],
    ['a failover in no time', changed('consumer', { failoverTimeMs: 999 }), 'consumer.failoverTimeMs is 999'],
    ['the least buffer', changed('delivery', { bufferSizeMiB: 64, bufferIntervalSeconds: 60 }), ''],
    [
      'less buffer than conversion takes',
      changed('delivery', { bufferSizeMiB: 63 }),
      'delivery.bufferSizeMiB is 63; it must be an integer from 64 to 128',
    ],
    [
      'a longer interval than Firehose takes',
      changed('delivery', { bufferIntervalSeconds: 901 }),
      'delivery.bufferIntervalSeconds is 901',
    ],
    ['an interval that makes small files', changed('delivery', { bufferIntervalSeconds: 59 }), 'an integer from 60 to 900'],
    ['quarantine that is not kept', changed('delivery', { quarantineRetentionDays: 0 }), 'delivery.quarantineRetentionDays is 0'],
    ['results that are not kept', changed('delivery', { queryResultRetentionDays: 0 }), 'delivery.queryResultRetentionDays is 0'],
    ['queries that may scan nothing', changed('delivery', { queryScanLimitGiB: 0 }), 'delivery.queryScanLimitGiB is 0'],
    ['lateness as long as the retention', changed('training', { allowedLatenessSeconds: 86_400 }), ''],
    ['lateness beyond the retention', changed('training', { allowedLatenessSeconds: 86_401 }), "(the stream's retention)"],
    ['a wait as long as the run', changed('training', { maxWaitSeconds: 3_600 }), ''],
    ['a wait shorter than the run', changed('training', { maxWaitSeconds: 3_599 }), '(at least training.maxRuntimeSeconds)'],
    [
      'more polls than history has room for',
      changed('training', { maxWaitSeconds: 100_000 }),
      'training.pollIntervalSeconds is 30; it must be an integer from 50',
    ],
    [
      'a schedule in other words',
      changed('training', { schedule: 'daily' }),
      'training.schedule is "daily"; it must be rate(...) or cron(...)',
    ],
    ['an instance of another service', changed('training', { instanceType: 'm5.large' }), 'training.instanceType is "m5.large"'],
    ['no instance', changed('training', { instanceCount: 0 }), 'training.instanceCount is 0'],
    ['no volume', changed('training', { volumeSizeGiB: 0 }), 'training.volumeSizeGiB is 0'],
    ['a run of no time', changed('training', { maxRuntimeSeconds: 59 }), 'training.maxRuntimeSeconds is 59'],
    ['an image in ECR', changed('training', { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:1' }), ''],
    [
      'an image without a tag',
      changed('training', { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b' }),
      'training.image is',
    ],
    [
      'one zone',
      changed('network', { availabilityZones: 1 }),
      'network.availabilityZones is 1; it must be an integer from 2 to 3',
    ],
    ['more NAT gateways than zones', changed('network', { natGateways: 3 }), 'network.natGateways is 3'],
    ['a name that cannot be one', { ...stages.dev, appName: 'IoT_pipeline' }, 'appName is "IoT_pipeline"'],
    ['a name that is too long', { ...stages.dev, appName: 'a'.repeat(21) }, 'at most 20 characters'],
    [
      'logs kept for a time that CloudWatch lacks',
      { ...stages.dev, logRetentionDays: 8 },
      'logRetentionDays is 8; it must be one of 1, 3, 5, 7',
    ],
    ['an account without a region', { ...stages.dev, account: '123456789012' }, 'region is not given'],
    ['a region without an account', { ...stages.dev, region: 'eu-west-1' }, 'account is not given'],
    ['account and region', { ...stages.dev, account: '123456789012', region: 'eu-west-1' }, ''],
    [
      'a region without an image to train in',
      { ...stages.dev, account: '123456789012', region: 'mx-central-1' },
      'training.image is not given; it must be given in mx-central-1',
    ],
    [
      'such a region with an image of its own',
      {
        ...changed('training', { image: '123456789012.dkr.ecr.mx-central-1.amazonaws.com/xgboost:3.2-0' }),
        account: '123456789012',
        region: 'mx-central-1',
      },
      '',
    ],
    ['an account of too few digits', { ...stages.dev, account: '1', region: 'eu-west-1' }, 'account is "1"'],
    ['a region that cannot be one', { ...stages.dev, account: '123456789012', region: 'Ireland' }, 'region is "Ireland"'],
    ['data destroyed where it must not be', { ...stages.prod, destroysData: true }, '-c destroyData is "prod"'],
  ];

  it.each(bounds.filter(([, , error]) => error === ''))('accepts %s', (_name, config) => {
    expect(validated(config)).toBe(config);
  });

  it.each(bounds.filter(([, , error]) => error !== ''))(
    'refuses %s, naming key, value and what is allowed',
    (_name, config, error) => {
      expect(() => validated(config)).toThrow(error);
      expect(() => validated(config)).toThrow(/^\S.* is .*; it must be .+$/);
    },
  );
});
