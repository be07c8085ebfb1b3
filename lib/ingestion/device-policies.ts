import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { basicIngestTopic, telemetryTopic } from './device-topics';

/** The thing whose certificate opened the connection. https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html */
const thisThing = '${iot:Connection.Thing.ThingName}';

/** True when the certificate is attached to the thing that the client id names. */
const attached = { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } };

/** What the client ids of devices start with that still have a claim certificate only: they must not be able to take a device's place. */
export const claimClientPrefix = 'claim-';

export interface DevicePolicyProps {
  readonly policyName: string;
  readonly domain: string;
  readonly ruleName: string;
}

/**
 * What a device may do: connect under the name of its own thing, and publish to its own topic, through the broker or by basic ingest.
 * Nothing else; it can neither subscribe nor retain a message. One policy serves every device, because it speaks of the thing that the
 * connection's certificate is attached to.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
 */
export function devicePolicy(scope: Construct, id: string, { policyName, domain, ruleName }: DevicePolicyProps): CfnPolicy {
  const topic = telemetryTopic(domain, thisThing);
  return new CfnPolicy(scope, id, {
    policyName,
    policyDocument: policy([
      { Sid: 'ConnectAsItself', Action: 'iot:Connect', Resource: arn(scope, 'client', thisThing), Condition: attached },
      {
        Sid: 'PublishAsItself',
        Action: 'iot:Publish',
        Resource: [arn(scope, 'topic', topic), arn(scope, 'topic', basicIngestTopic(ruleName, topic))],
        Condition: attached,
      },
    ]),
  });
}

export interface ClaimPolicyProps {
  readonly policyName: string;
  /** The template by which a claim becomes a device. */
  readonly templateName: string;
}

/**
 * What a claim certificate may do: have a certificate signed, and become a device by the template. The private key is made on the
 * device: the variant in which IoT Core makes it and sends it out is not granted.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html#claim-based
 */
export function claimPolicy(scope: Construct, id: string, { policyName, templateName }: ClaimPolicyProps): CfnPolicy {
  const topics = ['$aws/certificates/create-from-csr/*', `$aws/provisioning-templates/${templateName}/provision/*`];
  return new CfnPolicy(scope, id, {
    policyName,
    policyDocument: policy([
      { Sid: 'ConnectAsClaim', Action: 'iot:Connect', Resource: arn(scope, 'client', `${claimClientPrefix}*`) },
      {
        Sid: 'AskAndHear',
        Action: ['iot:Publish', 'iot:Receive'],
        Resource: topics.map((topic) => arn(scope, 'topic', topic)),
      },
      { Sid: 'ListenForReplies', Action: 'iot:Subscribe', Resource: topics.map((topic) => arn(scope, 'topicfilter', topic)) },
    ]),
  });
}

interface IotStatement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

function policy(statements: readonly IotStatement[]): object {
  return { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) };
}

function arn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'iot', resource, resourceName });
}
