import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NetworkConfig } from '../config/pipeline-config';

export interface PrivateNetworkProps {
  readonly config: NetworkConfig;
}

/** What the consumer and its container agent call, beside S3 and DynamoDB, which have gateway endpoints that cost nothing. */
const interfaceServices = {
  Kinesis: InterfaceVpcEndpointAwsService.KINESIS_STREAMS,
  Firehose: InterfaceVpcEndpointAwsService.KINESIS_FIREHOSE,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
} as const;

/**
 * A VPC without public addresses for tasks. Without NAT gateways there is no way to the internet at all: the AWS services are
 * reached by endpoints. KMS needs none: Kinesis and DynamoDB call it on their side.
 */
export class PrivateNetwork extends Construct {
  readonly vpc: IVpc;
  /** Where tasks run. */
  readonly subnets: SubnetSelection;
  /** For tasks: nothing comes in, only HTTPS goes out. */
  readonly taskSecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { config }: PrivateNetworkProps) {
    super(scope, id);
    const isolated = config.natGateways === 0;
    const subnetType = isolated ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS;
    this.subnets = { subnetType };
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: config.availabilityZones,
      natGateways: config.natGateways,
      subnetConfiguration: [
        { name: 'tasks', subnetType, cidrMask: 20 },
        ...(isolated ? [] : [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false }]),
      ],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // Nothing uses the default group. To empty it takes a function with rights over every group of the account.
      restrictDefaultSecurityGroup: false,
    });
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.vpc = vpc as IVpc;
    this.taskSecurityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'Consumer tasks: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    this.taskSecurityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS services');
    if (isolated) {
      this.addInterfaceEndpoints();
    }
  }

  private addInterfaceEndpoints(): void {
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'VPC endpoints: HTTPS from the consumer tasks',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(this.taskSecurityGroup, Port.HTTPS, 'Consumer tasks');
    for (const [id, service] of Object.entries(interfaceServices)) {
      this.vpc.addInterfaceEndpoint(id, { service, subnets: this.subnets, securityGroups: [securityGroup], open: false });
    }
  }
}
