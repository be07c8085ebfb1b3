import { Annotations, Aws } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { maxAvailabilityZones, subnetBits, type NetworkConfig, type PipelineConfig } from '../config/pipeline-config';
import { logGroup } from '../shared/log-group';
import { gatewayEndpoints, interfaceEndpoints } from './endpoints';

export interface NetworkProps {
  readonly config: PipelineConfig;
  /** Encrypts the flow logs. Undefined for the key of CloudWatch Logs. */
  readonly operationsKey: IKey | undefined;
  /** Whether the tasks send alerts. */
  readonly alerts: boolean;
}

type NewNetwork = Extract<NetworkConfig, { mode: 'new' }>;
type ExistingNetwork = Extract<NetworkConfig, { mode: 'existing' }>;

/**
 * Where tasks and training jobs run: a VPC of the pipeline's own, or subnets of an existing one. None of them has a public address.
 * Without NAT gateways there is no way to the internet at all: the AWS services are reached by endpoints.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  /** Where tasks and jobs run. */
  readonly subnets: SubnetSelection;

  constructor(scope: Construct, id: string, { alerts, config, operationsKey }: NetworkProps) {
    super(scope, id);
    const { network } = config;
    if (network.mode === 'existing') {
      this.subnets = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
      this.vpc = this.existingVpc(network);
      if (network.createEndpoints) {
        gatewayEndpoints(this.vpc, this.subnets, 'anybody');
        interfaceEndpoints(this.vpc, this.subnets, 'anybody', this.endpointSecurityGroup(network.vpcCidr), alerts);
      }
      return;
    }
    const isolated = network.natGateways === 0;
    this.subnets = { subnetType: isolated ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS };
    const vpc = this.newVpc(network);
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.vpc = vpc as IVpc;
    gatewayEndpoints(this.vpc, this.subnets, 'this account');
    if (isolated) {
      interfaceEndpoints(this.vpc, this.subnets, 'this account', this.endpointSecurityGroup(network.cidr), alerts);
    }
    if (network.flowLogs) {
      this.logFlows(vpc, config, operationsKey);
    }
  }

  private newVpc({ availabilityZones, natGateways, cidr }: NewNetwork): Vpc {
    const cidrMask = Number(cidr.slice(cidr.indexOf('/') + 1)) + subnetBits;
    const outward = { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask, mapPublicIpOnLaunch: false };
    return new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: availabilityZones,
      // Keeps the addresses of zones that are not used yet, so that one more moves no subnet: a subnet that moves is replaced.
      reservedAzs: maxAvailabilityZones - availabilityZones,
      natGateways,
      subnetConfiguration: [
        { name: 'tasks', subnetType: this.subnets.subnetType ?? SubnetType.PRIVATE_ISOLATED, cidrMask },
        ...(natGateways > 0 ? [outward] : []),
      ],
      // The default group lets its members talk to each other, and nothing is a member: each task and job names its own group. To take its
      // rules away is no property of CloudFormation's; it takes a function with rights over the groups of the account.
      restrictDefaultSecurityGroup: false,
    });
  }

  private existingVpc({ vpcId, vpcCidr, availabilityZones, subnetIds, routeTableIds }: ExistingNetwork): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      vpcCidrBlock: vpcCidr,
      availabilityZones: [...availabilityZones],
      privateSubnetIds: [...subnetIds],
      ...(routeTableIds.length > 0 && { privateSubnetRouteTableIds: [...routeTableIds] }),
    });
    const reason = 'Only endpoints need the route tables, and the configuration is refused that asks for those without these.';
    Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', reason);
    return vpc;
  }

  private endpointSecurityGroup(cidr: string): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'VPC endpoints: HTTPS from the network',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.ipv4(cidr), Port.HTTPS, 'Tasks and jobs');
    return securityGroup;
  }

  /** Who talked to whom, and who was turned away. @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
  private logFlows(vpc: Vpc, config: PipelineConfig, operationsKey: IKey | undefined): void {
    const logs = logGroup(this, 'FlowLogs', config, operationsKey);
    const role = new Role(this, 'FlowLogsRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'WriteFlowLogs',
              actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
              resources: [logs.logGroupArn],
            }),
          ],
        }),
      },
    });
    vpc.addFlowLog('Flows', {
      trafficType: FlowLogTrafficType.ALL,
      // The library's own grant would let the service pass the role on, which it never does.
      destination: FlowLogDestination.toCloudWatchLogs(logs, role.withoutPolicyUpdates()),
    });
  }
}
