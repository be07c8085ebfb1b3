import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { onlyOne, propertiesOf } from '../build-fixture';
import { readable } from '../policy';
import { buildFoundation } from './build-foundation';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const existing: Extract<StageSettings['network'], { mode: 'existing' }> = {
  mode: 'existing',
  vpcId: 'vpc-0123456789abcdef0',
  vpcCidr: '10.20.0.0/16',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
};
const routeTableIds = ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'];

/** The short names of the services that have an endpoint. */
const services = (foundation: ReturnType<typeof buildFoundation>): readonly string[] =>
  Object.values(propertiesOf(foundation, 'AWS::EC2::VPCEndpoint'))
    .map(({ ServiceName }) => readable(ServiceName).replace(/^.*\$\{AWS::Region\}\./, ''))
    .sort();

describe('a network of its own', () => {
  const foundation = buildFoundation({ network: { mode: 'new' } });

  it('reaches AWS by endpoints, and has neither gateway to the internet', () => {
    expect(services(foundation)).toEqual([
      'dynamodb',
      'ecr.api',
      'ecr.dkr',
      'kinesis-firehose',
      'kinesis-streams',
      'logs',
      's3',
      'sns',
    ]);
    expect(propertiesOf(foundation, 'AWS::EC2::NatGateway')).toEqual({});
    expect(propertiesOf(foundation, 'AWS::EC2::InternetGateway')).toEqual({});
  });

  it('has no way to SNS where nobody is told of alerts', () => {
    expect(services(buildFoundation({ consumer: { alerts: false } }))).not.toContain('sns');
  });

  it('lets nobody into an endpoint but by HTTPS from the network, and nobody out of one', () => {
    const group = onlyOne(foundation, 'AWS::EC2::SecurityGroup', 'NetworkEndpoints') as {
      SecurityGroupIngress: { FromPort: number; ToPort: number; CidrIp: unknown }[];
      SecurityGroupEgress: { CidrIp: string }[];
    };
    expect(group.SecurityGroupIngress).toMatchObject([{ FromPort: 443, ToPort: 443, IpProtocol: 'tcp', CidrIp: '10.0.0.0/16' }]);
    // What CloudFormation is given for "none": without any rule, EC2 lets everything out.
    expect(group.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32' }]);
    const others = propertiesOf(foundation, 'AWS::EC2::SecurityGroup');
    expect(Object.keys(others)).toHaveLength(1);
  });

  it('lets through its endpoints this account on its own resources only, and beside that the layers of images', () => {
    const statements = Object.entries(propertiesOf(foundation, 'AWS::EC2::VPCEndpoint')).map(
      ([id, { PolicyDocument }]) => [id, (PolicyDocument as { Statement: Statement[] }).Statement] as const,
    );
    expect(statements).toHaveLength(8);
    for (const [id, [own, ...more]] of statements) {
      expect(own).toMatchObject({
        Sid: 'OwnAccountOnly',
        Effect: 'Allow',
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } },
          StringEqualsIfExists: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
        },
      });
      expect(more.map(({ Sid, Action, Resource }) => [Sid, Action, readable(Resource)])).toEqual(
        id.startsWith('NetworkVpcS3')
          ? [['ReadImageLayers', 's3:GetObject', 'arn:${AWS::Partition}:s3:::prod-${AWS::Region}-starport-layer-bucket/*']]
          : [],
      );
    }
  });

  it('logs who talked to whom, encrypted, and lets the service write this log and do nothing else', () => {
    expect(onlyOne(foundation, 'AWS::EC2::FlowLog')).toMatchObject({ TrafficType: 'ALL', ResourceType: 'VPC' });
    const { KmsKeyId, RetentionInDays } = onlyOne(foundation, 'AWS::Logs::LogGroup', 'NetworkFlowLogs');
    expect(readable(KmsKeyId)).toMatch(/^\$\{OperationsKey\w+\.Arn\}$/);
    expect(RetentionInDays).toBe(30);
    expect(onlyOne(foundation, 'AWS::IAM::Role', 'NetworkFlowLogsRole')).toMatchObject({
      Policies: [
        {
          PolicyDocument: {
            Statement: [{ Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'] }],
          },
        },
      ],
    });
    expect(propertiesOf(foundation, 'AWS::IAM::Policy')).toEqual({});
  });

  it('logs nothing when it is told not to', () => {
    const quiet = buildFoundation({ network: { mode: 'new', flowLogs: false } });
    expect(propertiesOf(quiet, 'AWS::EC2::FlowLog')).toEqual({});
    expect(propertiesOf(quiet, 'AWS::Logs::LogGroup')).toEqual({});
  });

  const blocks = (settings: StageSettings): readonly unknown[] =>
    Object.values(propertiesOf(buildFoundation(settings), 'AWS::EC2::Subnet')).map(({ CidrBlock }) => CidrBlock);

  it('has a subnet for tasks in as many zones as configured, whether it is bound to a region or not', () => {
    expect(blocks({})).toEqual(['10.0.0.0/19', '10.0.32.0/19']);
    const three = ['10.0.0.0/19', '10.0.32.0/19', '10.0.64.0/19'];
    expect(blocks({ network: { mode: 'new', availabilityZones: 3 } })).toEqual(three);
    expect(blocks({ network: { mode: 'new', availabilityZones: 3 }, account: '123456789012', region: 'eu-west-1' })).toEqual(
      three,
    );
  });

  it('takes its addresses from the block that is configured, however small it may be', () => {
    expect(blocks({ network: { mode: 'new', cidr: '172.16.0.0/22' } })).toEqual(['172.16.0.0/25', '172.16.0.128/25']);
  });

  it('moves no subnet when a zone is added, with the way out neither', () => {
    const withNat = (availabilityZones: number): readonly unknown[] =>
      blocks({ network: { mode: 'new', availabilityZones, natGateways: 1 } });
    expect(withNat(2)).toHaveLength(4);
    expect(withNat(3)).toHaveLength(6);
    expect(withNat(3)).toEqual(expect.arrayContaining([...withNat(2)]));
  });

  it('has NAT gateways instead of interface endpoints when asked to, and still gives no address of the internet', () => {
    const open = buildFoundation({ network: { mode: 'new', natGateways: 1 } });
    expect(Object.keys(propertiesOf(open, 'AWS::EC2::NatGateway'))).toHaveLength(1);
    expect(services(open)).toEqual(['dynamodb', 's3']);
    for (const subnet of Object.values(propertiesOf(open, 'AWS::EC2::Subnet'))) {
      expect(subnet).toMatchObject({ MapPublicIpOnLaunch: false });
    }
  });
});

describe('an existing network', () => {
  it('is used as it is', () => {
    const foundation = buildFoundation({ network: existing });
    expect(propertiesOf(foundation, 'AWS::EC2::VPC')).toEqual({});
    expect(propertiesOf(foundation, 'AWS::EC2::VPCEndpoint')).toEqual({});
    expect(propertiesOf(foundation, 'AWS::EC2::SecurityGroup')).toEqual({});
    expect(foundation.network.vpc.selectSubnets(foundation.network.subnets).subnetIds).toEqual(existing.subnetIds);
  });

  it('warns of nothing that is not asked for', () => {
    const warnings = Annotations.fromStack(buildFoundation({ network: existing })).findWarning('*', Match.anyValue());
    expect(warnings).toEqual([]);
  });

  it('gets endpoints when asked to, which keep nobody else in it from anything', () => {
    const foundation = buildFoundation({ network: { ...existing, routeTableIds, createEndpoints: true } });
    expect(services(foundation)).toHaveLength(8);
    for (const endpoint of Object.values(propertiesOf(foundation, 'AWS::EC2::VPCEndpoint'))) {
      expect(endpoint).not.toHaveProperty('PolicyDocument');
      expect(endpoint).toMatchObject(
        endpoint['VpcEndpointType'] === 'Gateway' ? { RouteTableIds: routeTableIds } : { SubnetIds: existing.subnetIds },
      );
    }
    expect(onlyOne(foundation, 'AWS::EC2::SecurityGroup')).toMatchObject({
      SecurityGroupIngress: [{ CidrIp: existing.vpcCidr, FromPort: 443, ToPort: 443 }],
    });
  });
});
