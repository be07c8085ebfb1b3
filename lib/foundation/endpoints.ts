import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  type SubnetSelection,
  type VpcEndpoint,
} from 'aws-cdk-lib/aws-ec2';
import { imageLayers, ownAccountOnly } from './endpoint-policies';

/**
 * Whom an endpoint serves. In a network of the pipeline's own that is this account. In an existing one the endpoints answer everybody in
 * it, by its DNS and its route tables, so a policy of ours could take other programs' access away: they have none.
 */
export type EndpointUsers = 'this account' | 'anybody';

/**
 * What the consumer and its container agent call, beside S3 and DynamoDB. KMS needs no endpoint: Kinesis, DynamoDB and S3 call it on
 * their side. A training job reads and writes S3 only: SageMaker pulls its image and writes its logs itself.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
const interfaceServices = {
  Kinesis: InterfaceVpcEndpointAwsService.KINESIS_STREAMS,
  Firehose: InterfaceVpcEndpointAwsService.KINESIS_FIREHOSE,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
} as const;

/**
 * What the consumer calls when it sends alerts. Nobody else publishes from the network: the workflow and the alarms are not in it.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-vpc-create-endpoint.html
 */
const alertServices = { Sns: InterfaceVpcEndpointAwsService.SNS } as const;

/** Adds the endpoints of S3 and DynamoDB to the route tables of the subnets; they cost nothing. */
export function gatewayEndpoints(vpc: IVpc, subnets: SubnetSelection, users: EndpointUsers): void {
  const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3, subnets: [subnets] });
  const dynamoDb = vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB, subnets: [subnets] });
  restrict([s3, dynamoDb], users);
  if (users === 'this account') {
    s3.addToPolicy(imageLayers(s3));
  }
}

/** Adds the endpoints that are billed by the hour, zone and volume. @param alerts whether the consumer sends any */
export function interfaceEndpoints(
  vpc: IVpc,
  subnets: SubnetSelection,
  users: EndpointUsers,
  securityGroup: ISecurityGroup,
  alerts: boolean,
): void {
  const services = alerts ? { ...interfaceServices, ...alertServices } : interfaceServices;
  const endpoints = Object.entries(services).map(([id, service]) =>
    vpc.addInterfaceEndpoint(id, { service, subnets, securityGroups: [securityGroup], open: false }),
  );
  restrict(endpoints, users);
}

/** An endpoint with a statement lets nothing else through, one without any lets everything. */
function restrict(endpoints: readonly VpcEndpoint[], users: EndpointUsers): void {
  if (users === 'this account') {
    endpoints.forEach((endpoint) => endpoint.addToPolicy(ownAccountOnly()));
  }
}
