import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';
import { anyDevice, deviceLevel, telemetryRuleName, telemetryTopic } from './device-topics';
import type { EncryptedStream } from './encrypted-stream';
import type { UndeliveredMessages } from './undelivered-messages';

export interface TelemetryRuleProps {
  /** The name of the domain, as it stands in the topics. */
  readonly domain: string;
  /** What the rule's name starts with. */
  readonly prefix: string;
  readonly source: EncryptedStream;
  readonly undelivered: UndeliveredMessages;
}

/** Which device a message is from: the level of the topic that the policy lets no other device publish to. */
const device = `\${topic(${deviceLevel})}`;

/** The day on which the rule ran, UTC. https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-parse-time */
const day = '${parse_time("yyyy-MM-dd", timestamp(), "UTC")}';

/**
 * The topic rule that puts what devices publish on the stream.
 *
 * - It selects everything and judges nothing: `SELECT *` passes JSON on as it is, and anything else as raw bytes, which the consumer
 *   then quarantines with a reason. A rule that looked into the payload would drop silently what it cannot parse.
 * - The partition key is the device from the topic. The consumer rejects a message whose device_id is another one's, so a device can
 *   neither speak for another nor disturb its order. `docs/decisions/0017-iot-core-rule.md` says why the check is there and not here.
 * - What could not be put on the stream goes to a bucket with the original payload. A failure of that action too is only in the metrics.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
export class TelemetryRule extends Construct {
  readonly ruleName: string;
  private readonly ruleArn: string;

  constructor(scope: Construct, id: string, { domain, prefix, source, undelivered }: TelemetryRuleProps) {
    super(scope, id);
    this.ruleName = telemetryRuleName(prefix);
    this.ruleArn = Stack.of(this).formatArn({ service: 'iot', resource: 'rule', resourceName: this.ruleName });
    const putRole = this.role('PutRole', [
      new PolicyStatement({ sid: 'PutRecords', actions: ['kinesis:PutRecord'], resources: [source.stream.streamArn] }),
      ...useKey('EncryptRecords', source.key, 'kms:GenerateDataKey'),
    ]);
    const keepRole = this.role('KeepUndeliveredRole', [
      new PolicyStatement({ sid: 'KeepUndelivered', actions: ['s3:PutObject'], resources: [undelivered.objectsArn] }),
      ...useKey('EncryptUndelivered', source.key, 'kms:GenerateDataKey'),
    ]);
    new CfnTopicRule(this, 'Rule', {
      ruleName: this.ruleName,
      topicRulePayload: {
        description: `What devices of ${domain} publish, onto the stream`,
        awsIotSqlVersion: '2016-03-23',
        sql: `SELECT * FROM '${telemetryTopic(domain, anyDevice)}'`,
        ruleDisabled: false,
        actions: [{ kinesis: { streamName: source.stream.streamName, partitionKey: device, roleArn: putRole.roleArn } }],
        errorAction: {
          s3: {
            bucketName: undelivered.bucket.bucketName,
            key: `${undelivered.prefix}date=${day}/${device}/\${timestamp()}-\${newuuid()}.json`,
            roleArn: keepRole.roleArn,
          },
        },
      },
    });
  }

  /** A role that IoT Core takes on for this rule alone. https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html */
  private role(id: string, statements: PolicyStatement[]): Role {
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': this.ruleArn },
        },
      }),
      inlinePolicies: { Rule: new PolicyDocument({ statements }) },
    });
  }
}
