import { parseSettings } from '../../../lib/config/parse-settings';
import { configurationOf } from '../../../lib/config/read-configuration';
import { rules } from '../../../lib/config/rules';
import type { StageSettings } from '../../../lib/config/pipeline-config';

/** Settings next to a rule's bound: what it says about them, or nothing where they are accepted. */
type Case = readonly [name: string, settings: StageSettings, refusal?: string];

const ireland = { account: '123456789012', region: 'eu-west-1' } as const;
const keyIn = (region: string, partition = 'aws'): string =>
  `arn:${partition}:kms:${region}:123456789012:key/00000000-0000-4000-8000-000000000000`;
const existingKeys = (stream: string, lake = stream, operations = stream): StageSettings => ({
  encryption: { mode: 'existing', streamKeyArn: stream, lakeKeyArn: lake, operationsKeyArn: operations },
});
const subnet = (index: number): string => `subnet-0123456789abcdef${index}`;
const routeTable = (index: number): string => `rtb-0123456789abcdef${index}`;
const existingNetwork = (change: object = {}): StageSettings => ({
  network: {
    mode: 'existing',
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidr: '10.20.0.0/16',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    subnetIds: [subnet(0), subnet(1)],
    ...change,
  },
});
const newNetwork = (change: object): StageSettings => ({ network: { mode: 'new', ...change } });
const shards = (count: number, consumer: StageSettings['consumer'] = {}): StageSettings => ({
  ingestion: { capacity: { mode: 'provisioned', shards: count } },
  consumer,
});
const image = (region: string): string => `123456789012.dkr.ecr.${region}.amazonaws.com/xgboost:3.2-0`;
const hook = 'arn:aws:lambda:eu-west-1:123456789012:function:may-this-device-join';
const manyTags = (count: number): StageSettings => ({
  tags: Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'x'])),
});

const cases: Readonly<Record<string, readonly Case[]>> = {
  'Account, region and tags': [
    ['no account and no region', {}],
    ['account and region', ireland],
    ['an account without a region', { account: ireland.account }, 'region is not given; it must be given too'],
    ['a region without an account', { region: 'eu-west-1' }, 'account is not given; it must be given too'],
    ['existing keys of the region', { ...ireland, ...existingKeys(keyIn('eu-west-1')) }],
    [
      'an existing key elsewhere',
      { ...ireland, ...existingKeys(keyIn('eu-west-1'), keyIn('eu-west-2')) },
      'encryption.lakeKeyArn is "arn:aws:kms:eu-west-2',
    ],
    [
      'an existing topic elsewhere',
      { ...ireland, monitoring: { topicArn: 'arn:aws:sns:us-east-1:123456789012:t' } },
      'it must be in eu-west-1, as region says',
    ],
    ['existing keys of one region, whichever', existingKeys(keyIn('us-east-1'))],
    [
      'existing keys of two regions',
      existingKeys(keyIn('us-east-1'), keyIn('us-east-1'), keyIn('us-east-2')),
      'it must be in us-east-1, as encryption.streamKeyArn is',
    ],
    [
      'principals of the region’s partition',
      { account: ireland.account, region: 'cn-north-1', ingestion: { gatewayPrincipals: ['arn:aws-cn:iam::123456789012:root'] } },
    ],
    [
      'a principal of another partition',
      { account: ireland.account, region: 'cn-north-1', ingestion: { gatewayPrincipals: ['arn:aws:iam::123456789012:root'] } },
      'ingestion.gatewayPrincipals.0 is "arn:aws:iam::123456789012:root"; it must be an ARN that begins with arn:aws-cn:',
    ],
    [
      'principals of two partitions',
      { ingestion: { gatewayPrincipals: ['arn:aws:iam::123456789012:root', 'arn:aws-us-gov:iam::123456789012:root'] } },
      'ingestion.gatewayPrincipals.1 is',
    ],
    ['47 tags', manyTags(47)],
    ['48 tags', manyTags(48), 'tags is "48 tags"; it must be at most 47 tags'],
    ['a tag that is set already', { tags: { stage: 'x' } }, 'tags.stage is "x"; it must be left out'],
  ],
  Network: [
    ['as many NAT gateways as zones', newNetwork({ availabilityZones: 2, natGateways: 2 })],
    [
      'more NAT gateways than zones',
      newNetwork({ availabilityZones: 2, natGateways: 3 }),
      'network.natGateways is 3; it must be an integer from 0 to 2 (network.availabilityZones)',
    ],
    ['a block by its first address', newNetwork({ cidr: '10.1.4.0/22' })],
    [
      'a block by another address',
      newNetwork({ cidr: '10.1.5.0/22' }),
      'network.cidr is "10.1.5.0/22"; it must be a block of addresses by its first one',
    ],
    ['an address that is none', newNetwork({ cidr: '10.256.0.0/16' }), 'network.cidr is "10.256.0.0/16"'],
    ['an existing block that is too large', existingNetwork({ vpcCidr: '10.0.0.0/8' }), 'network.vpcCidr is "10.0.0.0/8"'],
    ['a small network with few tasks', { ...newNetwork({ cidr: '10.0.0.0/22' }), consumer: { maxTasks: 112 } }],
    [
      'a small network with many tasks',
      { ...newNetwork({ cidr: '10.0.0.0/22' }), consumer: { maxTasks: 113 } },
      'network.cidr is "10.0.0.0/22"; it must be larger: its subnets have room for 226, and 113 tasks (consumer.maxTasks) need 227',
    ],
    ['a subnet in each zone', existingNetwork()],
    [
      'a subnet without a zone',
      existingNetwork({ availabilityZones: ['eu-west-1a'] }),
      'it must be as many as network.availabilityZones: 1',
    ],
    [
      'a subnet twice',
      existingNetwork({ subnetIds: [subnet(0), subnet(0)] }),
      'network.subnetIds.1 is "subnet-0123456789abcdef0"; it must be a subnet that is not named before',
    ],
    [
      'a zone twice',
      existingNetwork({ availabilityZones: ['eu-west-1a', 'eu-west-1a'] }),
      'network.availabilityZones.1 is "eu-west-1a"',
    ],
    ['zones of the region', { ...ireland, ...existingNetwork() }],
    [
      'zones of another region',
      { ...ireland, region: 'eu-west-2', ...existingNetwork() },
      'network.availabilityZones.0 is "eu-west-1a"; it must be a zone of eu-west-2',
    ],
    [
      'zones of two regions',
      existingNetwork({ availabilityZones: ['eu-west-1a', 'eu-west-2a'] }),
      'it must be a zone of eu-west-1',
    ],
    [
      'endpoints, with the route tables',
      existingNetwork({ createEndpoints: true, routeTableIds: [routeTable(0), routeTable(1)] }),
    ],
    [
      'endpoints without route tables',
      existingNetwork({ createEndpoints: true }),
      'network.routeTableIds is []; it must be as many as network.subnetIds: 2',
    ],
    ['a route table too few', existingNetwork({ routeTableIds: [routeTable(0)] }), 'as many as network.subnetIds: 2, or none'],
  ],
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
    ['grace just above flush', { consumer: { shutdownGraceMs: 2_001 } }],
    [
      'grace not above flush',
      { consumer: { shutdownGraceMs: 2_000 } },
      'consumer.shutdownGraceMs is 2000; it must be an integer from 2001',
    ],
    ['grace just below the stop time-out', { consumer: { shutdownGraceMs: 29_999 } }],
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
    ['as many polls as history has room for', { training: { maxWaitSeconds: 60_000 } }],
    [
      'more polls than that',
      { training: { maxWaitSeconds: 60_001 } },
      'training.pollIntervalSeconds is 30; it must be an integer from 31',
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

describe.each(Object.entries(cases))('the rules across keys on %s', (_section, all) => {
  const named = all.map(([name, settings, refusal]) => ({ name, settings, refusal }));

  it.each(named.filter(({ refusal }) => refusal === undefined))('accept $name', ({ settings }) => {
    expect(() => configurationOf('test', settings)).not.toThrow();
  });

  it.each(named.filter(({ refusal }) => refusal !== undefined))(
    'refuse $name, naming key, value and what is allowed',
    ({ settings, refusal }) => {
      expect(() => configurationOf('test', settings)).toThrow(refusal);
      expect(() => configurationOf('test', settings)).toThrow(/^\S.* is .*; it must be .+$/);
    },
  );
});

describe('the rules across keys', () => {
  it.each(Object.entries(rules))('on %s are each tried from both sides above', (section, list) => {
    const tried = (cases[section] ?? []).flatMap(([, settings]) =>
      [false, true].map((destroysData) => ({ ...parseSettings(settings), stage: 'test', destroysData })),
    );
    const verdicts = list.map(({ asks, check }) => ({
      asks,
      verdicts: [...new Set(tried.map((config) => check(config) === undefined))].sort(),
    }));
    expect(verdicts).toEqual(list.map(({ asks }) => ({ asks, verdicts: [false, true] })));
  });

  it('are reported all at once, a line each', () => {
    const settings: StageSettings = { consumer: { cpu: 512, memoryMiB: 512 }, lake: { compression: 'zlib' } };
    expect(() => configurationOf('test', settings)).toThrow(/^consumer\.memoryMiB is .+\nlake\.compression is .+$/);
  });
});
