import { Stack } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface JobNetworkProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** Instances of one job; several of them talk to each other. */
  readonly instanceCount: number;
}

/**
 * Where training jobs run: the pipeline's subnets, in a security group that nobody can reach. S3 is the only service that a job talks
 * to from there; its image, its log and its metrics go SageMaker's own way.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
 */
export class JobNetwork extends Construct {
  readonly subnetIds: readonly string[];
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, subnets, instanceCount }: JobNetworkProps) {
    super(scope, id);
    this.subnetIds = vpc.selectSubnets(subnets).subnetIds;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Training jobs: nothing in, HTTPS out',
      allowAllOutbound: false,
    });
    // S3's addresses differ per region, and a template that is not bound to one cannot name its prefix list. How far HTTPS reaches
    // is up to the routes: in a network without NAT, to the gateway endpoint of S3 and no further.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'S3');
    if (instanceCount > 1) {
      this.connectInstances();
    }
  }

  /**
   * Instances of one job reach each other, encrypted: IPsec is UDP 500 and protocol 50.
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
   */
  private connectInstances(): void {
    for (const [port, what] of [
      [Port.allTcp(), 'XGBoost between the instances of a job'],
      [Port.udp(500), 'Key exchange between the instances of a job'],
      [Port.esp(), 'Encrypted traffic between the instances of a job'],
    ] as const) {
      this.securityGroup.addIngressRule(this.securityGroup, port, what);
      this.securityGroup.addEgressRule(this.securityGroup, port, what);
    }
  }

  /**
   * What SageMaker does to the network in the name of a job's role: an interface per instance, lent to SageMaker and deleted.
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
   */
  permissions(): PolicyStatement[] {
    const ec2 = (resource: string, resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'ec2', resource, resourceName });
    const subnets = this.subnetIds.map((subnetId) => ec2('subnet', subnetId));
    const interfaces = ec2('network-interface', '*');
    return [
      new PolicyStatement({
        sid: 'CreateNetworkInterfaces',
        actions: ['ec2:CreateNetworkInterface'],
        resources: [...subnets, ec2('security-group', this.securityGroup.securityGroupId), interfaces],
      }),
      // An interface has no name before it exists: the subnet says which are meant.
      new PolicyStatement({
        sid: 'UseNetworkInterfaces',
        actions: ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'],
        resources: [interfaces],
        conditions: { ArnEquals: { 'ec2:Subnet': subnets } },
      }),
      // Describing takes no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      new PolicyStatement({
        sid: 'SeeNetwork',
        actions: [
          'ec2:DescribeDhcpOptions',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ],
        resources: ['*'],
      }),
    ];
  }
}
