import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnProvisioningTemplate } from 'aws-cdk-lib/aws-iot';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { claimPolicy, devicePolicy } from './device-policies';
import { basicIngestTopic, telemetryTopic } from './device-topics';

export interface DeviceProvisioningProps {
  readonly domain: string;
  readonly stage: string;
  /** What the policies' names start with. */
  readonly prefix: string;
  readonly ruleName: string;
  /** ARN of a function that decides who may become a device. @default - everybody who has a claim certificate, under a name still free */
  readonly hookArn: string | undefined;
}

/** The parameter by which a device says who it is; it becomes the thing's name, and is what device_id has to be in its messages. */
export const deviceParameter = 'DeviceId';

/**
 * How a device becomes a thing: fleet provisioning by claim. The device connects with a claim certificate, has a key of its own
 * signed, and registers under its id; from then on it is held to the device policy.
 *
 * A name that is taken is refused (`OverrideSettings`): a claim can make new devices, but never stand in for one that exists. Who may
 * make new ones is for a hook to decide.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html
 */
export class DeviceProvisioning extends Construct {
  readonly templateName: string;
  readonly devicePolicyName: string;
  readonly claimPolicyName: string;

  constructor(scope: Construct, id: string, { domain, stage, prefix, ruleName, hookArn }: DeviceProvisioningProps) {
    super(scope, id);
    this.devicePolicyName = `${prefix}-device`;
    this.claimPolicyName = `${prefix}-claim`;
    const policy = devicePolicy(this, 'DevicePolicy', { policyName: this.devicePolicyName, domain, ruleName });
    const template = new CfnProvisioningTemplate(this, 'Template', {
      // Without a name, since a prefix may be longer than the 36 characters of one.
      description: `Devices of ${prefix}`,
      enabled: true,
      templateType: 'FLEET_PROVISIONING',
      provisioningRoleArn: this.role().roleArn,
      templateBody: JSON.stringify(templateBody({ domain, stage, ruleName, policyName: this.devicePolicyName })),
      ...(hookArn !== undefined && { preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: hookArn } }),
    });
    template.addResourceDependency(policy);
    if (hookArn !== undefined) {
      template.addResourceDependency(this.permitHook(hookArn));
    }
    this.templateName = template.ref;
    claimPolicy(this, 'ClaimPolicy', { policyName: this.claimPolicyName, templateName: this.templateName });
  }

  /**
   * What the template's resources ask for, a part of AWS's own policy AWSIoTThingsRegistration, which is for every thing, group and
   * policy. Devices and certificates have no names yet, so these cannot be named; the policy that they get can.
   */
  private role(): Role {
    const arn = (resource: string, resourceName: string) => Stack.of(this).formatArn({ service: 'iot', resource, resourceName });
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        // https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:iot:${Aws.REGION}:${Aws.ACCOUNT_ID}:*` },
        },
      }),
      inlinePolicies: {
        Provision: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'RegisterThings',
              actions: ['iot:CreateThing', 'iot:DescribeThing', 'iot:ListThingGroupsForThing', 'iot:ListThingPrincipals'],
              resources: [arn('thing', '*')],
            }),
            new PolicyStatement({
              sid: 'ActivateCertificates',
              actions: [
                'iot:AttachPolicy',
                'iot:AttachPrincipalPolicy',
                'iot:AttachThingPrincipal',
                'iot:DescribeCertificate',
                'iot:ListPrincipalThings',
                'iot:UpdateCertificate',
              ],
              resources: [arn('cert', '*')],
            }),
            new PolicyStatement({
              sid: 'FindPolicy',
              actions: ['iot:GetPolicy'],
              resources: [arn('policy', this.devicePolicyName)],
            }),
          ],
        }),
      },
    });
  }

  /** Lets IoT Core call the hook. https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html */
  private permitHook(hookArn: string): CfnPermission {
    return new CfnPermission(this, 'HookPermission', {
      action: 'lambda:InvokeFunction',
      functionName: hookArn,
      principal: 'iot.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: Stack.of(this).formatArn({ service: 'iot', resource: 'provisioningtemplate', resourceName: '*' }),
    });
  }
}

interface TemplateBodyProps extends Pick<DeviceProvisioningProps, 'domain' | 'stage' | 'ruleName'> {
  readonly policyName: string;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html#fleet-provision-template */
function templateBody({ domain, stage, ruleName, policyName }: TemplateBodyProps): object {
  const device = { Ref: deviceParameter };
  const [before = '', after = ''] = telemetryTopic(domain, '\n').split('\n');
  return {
    Parameters: { [deviceParameter]: { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: device, AttributePayload: { domain, stage } },
        OverrideSettings: { AttributePayload: 'FAIL', ThingTypeName: 'FAIL', ThingGroups: 'FAIL' },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
    // What the device is told in reply: where to publish.
    DeviceConfiguration: {
      topic: { 'Fn::Join': ['', [before, device, after]] },
      basicIngestTopic: { 'Fn::Join': ['', [basicIngestTopic(ruleName, before), device, after]] },
    },
  };
}
