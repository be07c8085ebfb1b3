import { CfnOutput } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { DeviceProvisioning } from './device-provisioning';
import type { EncryptedStream } from './encrypted-stream';
import { TelemetryRule } from './telemetry-rule';
import { UndeliveredMessages } from './undelivered-messages';

export interface IotCoreProps {
  readonly config: PipelineConfig;
  /** The name of the domain, as it stands in the topics. */
  readonly domain: string;
  readonly prefix: string;
  readonly source: EncryptedStream;
  /** Where buckets log their access. */
  readonly accessLogs: IBucket;
}

/** Devices that publish by MQTT: the rule that puts their messages on the stream, and how one becomes a device. */
export class IotCore extends Construct {
  readonly rule: TelemetryRule;
  readonly undelivered: UndeliveredMessages;
  readonly provisioning: DeviceProvisioning;

  constructor(scope: Construct, id: string, { config, domain, prefix, source, accessLogs }: IotCoreProps) {
    super(scope, id);
    this.undelivered = new UndeliveredMessages(this, 'Undelivered', { config, key: source.key, accessLogs });
    this.rule = new TelemetryRule(this, 'Telemetry', { domain, prefix, source, undelivered: this.undelivered });
    this.provisioning = new DeviceProvisioning(this, 'Provisioning', {
      domain,
      stage: config.stage,
      prefix,
      ruleName: this.rule.ruleName,
      hookArn: config.ingestion.provisioningHookArn,
    });
    const outputs: readonly (readonly [name: string, value: string, description: string])[] = [
      ['RuleName', this.rule.ruleName, 'The topic rule, as it stands in basic ingest topics'],
      ['DevicePolicyName', this.provisioning.devicePolicyName, 'The policy of every device'],
      ['ClaimPolicyName', this.provisioning.claimPolicyName, 'The policy of claim certificates'],
      ['ProvisioningTemplateName', this.provisioning.templateName, 'By which a claim becomes a device'],
      ['UndeliveredBucketName', this.undelivered.bucket.bucketName, 'Messages that could not be put on the stream'],
    ];
    for (const [name, value, description] of outputs) {
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}
