import type { Domain } from '../../core/domain';
import { domainNamed } from '../../domains';
import type { StageSettings } from '../../lib/config/pipeline-config';
import type { CommandLineContext } from '../../lib/config/read-configuration';
import { stages } from '../../lib/config/stages';

/** A configuration to try the infrastructure with: what a stage's file could say, and what the command line could add. */
export interface ExampleConfiguration {
  /** Says what distinguishes it. */
  readonly name: string;
  readonly settings: StageSettings;
  readonly context?: CommandLineContext;
  readonly domain: Domain;
}

const factory = domainNamed('factory');
const turbofan = domainNamed('turbofan');
const account = '123456789012';
const ireland = { account, region: 'eu-west-1' } as const;

const key = (region: string, id: string, partition = 'aws'): string =>
  `arn:${partition}:kms:${region}:${account}:key/00000000-0000-4000-8000-${id.padStart(12, '0')}`;

const subnets = {
  mode: 'existing',
  vpcId: 'vpc-0123456789abcdef0',
  vpcCidr: '10.20.0.0/16',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
} as const;

/** Configurations that differ as much as the schema lets them; each is synthesized and checked. */
export const exampleConfigurations: readonly ExampleConfiguration[] = [
  { name: 'dev, bound to no account and region', settings: stages['dev'] ?? {}, domain: factory },
  { name: 'prod in Ireland', settings: { ...stages['prod'], ...ireland }, domain: factory },
  { name: 'nothing but the defaults', settings: {}, domain: turbofan },
  {
    name: 'China',
    settings: { account, region: 'cn-north-1', network: { mode: 'new', availabilityZones: 2 } },
    domain: factory,
  },
  {
    name: 'GovCloud with existing keys',
    settings: {
      account,
      region: 'us-gov-west-1',
      encryption: {
        mode: 'existing',
        streamKeyArn: key('us-gov-west-1', '1', 'aws-us-gov'),
        lakeKeyArn: key('us-gov-west-1', '2', 'aws-us-gov'),
        operationsKeyArn: key('us-gov-west-1', '3', 'aws-us-gov'),
      },
    },
    domain: factory,
  },
  {
    name: 'provisioned shards read by enhanced fan-out',
    settings: {
      ingestion: { capacity: { mode: 'provisioned', shards: 48 }, retentionHours: 365 * 24 },
      consumer: { reading: 'fan-out', tasks: 6, maxTasks: 24, cloudWatchMetrics: 'shards' },
    },
    domain: factory,
  },
  {
    name: 'subnets of an existing VPC, to which endpoints are added',
    settings: {
      ...ireland,
      network: {
        ...subnets,
        availabilityZones: [...subnets.availabilityZones],
        subnetIds: [...subnets.subnetIds],
        routeTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
        createEndpoints: true,
      },
    },
    domain: factory,
  },
  {
    name: 'subnets of an existing VPC that have their own way out',
    settings: {
      ...ireland,
      network: { ...subnets, availabilityZones: [...subnets.availabilityZones], subnetIds: [...subnets.subnetIds] },
    },
    domain: turbofan,
  },
  {
    name: 'a NAT gateway in each zone',
    settings: { network: { mode: 'new', availabilityZones: 3, natGateways: 3, cidr: '172.20.0.0/18', flowLogs: true } },
    domain: factory,
  },
  {
    name: 'x86 tasks of a fixed number, none of them on spot, and no spot training',
    settings: {
      consumer: { architecture: 'x86-64', cpu: 1_024, memoryMiB: 3_072, tasks: 3, maxTasks: 3, spotPercent: 0 },
      training: { useSpot: false, maxAttempts: 1 },
    },
    domain: factory,
  },
  {
    name: 'all tasks on spot, and hyperparameters that are tuned',
    settings: {
      consumer: { spotPercent: 100, cpu: 256, memoryMiB: 512 },
      training: { tuning: { maxJobs: 6, maxParallelJobs: 3 } },
    },
    domain: factory,
  },
  {
    name: 'keys of AWS, and a model that answers requests',
    settings: {
      ...ireland,
      encryption: { mode: 'aws-managed' },
      network: { mode: 'new', flowLogs: true },
      scoring: { endpoint: { mode: 'serverless' } },
    },
    domain: factory,
  },
  {
    name: 'existing keys',
    settings: {
      ...ireland,
      encryption: {
        mode: 'existing',
        streamKeyArn: key('eu-west-1', '1'),
        lakeKeyArn: key('eu-west-1', '2'),
        operationsKeyArn: key('eu-west-1', '3'),
      },
    },
    domain: factory,
  },
  {
    name: 'ORC with zlib, kept for ever without versions',
    settings: { lake: { format: 'orc', compression: 'zlib', versioned: false } },
    domain: factory,
  },
  {
    name: 'Parquet with gzip that ages and expires',
    settings: { lake: { compression: 'gzip', infrequentAccessAfterDays: 30, expireAfterDays: 400 } },
    domain: factory,
  },
  { name: 'CSV rows by the delivery streams', settings: { delivery: { csvIntake: true } }, domain: factory },
  {
    name: 'a catalogue under Lake Formation with readers',
    settings: {
      ...ireland,
      lake: { lakeFormation: true, readers: [`arn:aws:iam::${account}:role/analysts`, `arn:aws:iam::${account}:user/ada`] },
    },
    domain: factory,
  },
  {
    name: 'gateways instead of IoT Core',
    settings: {
      ingestion: {
        iotCore: false,
        gatewayPrincipals: [`arn:aws:iam::${account}:role/plant-gateway`, 'arn:aws:iam::210987654321:root'],
      },
    },
    domain: factory,
  },
  {
    name: 'a permissions boundary, a qualifier and tags',
    settings: {
      permissionsBoundary: 'developers-boundary',
      bootstrapQualifier: 'team1',
      tags: { 'cost-centre': '4711', owner: 'plant-data@example.com' },
    },
    domain: factory,
  },
  {
    name: 'no alarms, and no metrics of the consumer',
    settings: { monitoring: { alarms: false }, consumer: { cloudWatchMetrics: 'off' } },
    domain: factory,
  },
  {
    name: 'existing topics for alarms',
    settings: {
      ...ireland,
      monitoring: {
        topicArn: `arn:aws:sns:eu-west-1:${account}:data-team`,
        pageTopicArn: `arn:aws:sns:eu-west-1:${account}:on-call`,
      },
    },
    domain: factory,
  },
  {
    name: 'a topic of the pipeline’s own with subscribers',
    settings: { monitoring: { emails: ['on-call@example.com', 'data@example.com'], lagSeconds: 120 } },
    domain: factory,
  },
  {
    name: 'alerts that people are written to',
    settings: { consumer: { alertEmails: ['shift@example.com'], alertsPerMinute: 100 } },
    domain: factory,
  },
  {
    name: 'no alerts, and a model that answers requests',
    settings: {
      consumer: { alerts: false },
      scoring: { endpoint: { mode: 'serverless', memoryMiB: 4_096, maxConcurrency: 20 } },
    },
    domain: factory,
  },
  {
    name: 'data that goes with its stack',
    settings: { mayDestroyData: true },
    context: { stage: 'throwaway', destroyData: 'throwaway' },
    domain: factory,
  },
  {
    name: 'training by hand, outside the network, in an image of one’s own',
    settings: {
      training: {
        scheduled: false,
        vpc: false,
        image: `${account}.dkr.ecr.eu-west-1.amazonaws.com/plant/xgboost:3.2-0`,
        instanceType: 'ml.c6i.4xlarge',
        instanceCount: 2,
      },
    },
    domain: turbofan,
  },
];
