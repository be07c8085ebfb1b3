import type { StageSettings } from '../../../../lib/config/pipeline-config';
import type { RuleCases } from './rule-case';

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
const manyTags = (count: number): StageSettings => ({
  tags: Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'x'])),
});

/** Where the pipeline is: account, region, tags, network. */
export const casesOfSurroundings: RuleCases = {
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
    ['a tag that is set already', { tags: { stage: 'x' } }, 'tags.stage is "x"; it must be left out: the pipeline sets this tag'],
    [
      'one that is set in another case',
      { tags: { owner: 'x', Stage: 'x' } },
      'tags.Stage is "x"; it must be left out: the pipeline',
    ],
    [
      'a tag twice but for the case',
      { tags: { owner: 'x', Owner: 'y' } },
      'tags.Owner is "y"; it must be left out: a tag of this name',
    ],
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
};
