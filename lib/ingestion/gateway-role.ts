import { Duration } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';
import type { EncryptedStream } from './encrypted-stream';

export interface GatewayRoleProps {
  readonly source: EncryptedStream;
  /** ARNs of who may take the role on, at least one. */
  readonly principals: readonly string[];
}

/** The namespace of the Kinesis Producer Library's metrics. https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-kpl.html */
const kplNamespace = 'KinesisProducerLibrary';

/**
 * The role of gateways that put records on the stream themselves, by PutRecords or the Kinesis Producer Library (KPL), for many devices
 * and without IoT Core in between. It is trusted with the partition key, and so with saying which device a record is from.
 *
 * A session lasts an hour, so that a gateway that was withdrawn from the principals is out within one.
 */
export function gatewayRole(scope: Construct, id: string, { source, principals }: GatewayRoleProps): Role {
  return new Role(scope, id, {
    description: 'Puts records on the stream',
    assumedBy: new CompositePrincipal(...principals.map((arn) => new ArnPrincipal(arn))),
    maxSessionDuration: Duration.hours(1),
    inlinePolicies: {
      Put: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'PutRecords',
            // The KPL looks at the shards before it aggregates. https://docs.aws.amazon.com/streams/latest/dev/tutorial-stock-data-kplkcl2-iam.html
            actions: ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
            resources: [source.stream.streamArn],
          }),
          ...useKey('EncryptRecords', source.key, 'kms:GenerateDataKey'),
          // PutMetricData knows no resources; the namespace is what bounds it.
          new PolicyStatement({
            sid: 'ReportMetrics',
            actions: ['cloudwatch:PutMetricData'],
            resources: ['*'],
            conditions: { StringEquals: { 'cloudwatch:namespace': kplNamespace } },
          }),
        ],
      }),
    },
  });
}
