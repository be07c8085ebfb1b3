import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import { EncryptedStream } from './encrypted-stream';
import { gatewayRole } from './gateway-role';
import { IotCore } from './iot-core';

/** Where records come in. Stateful: what is on the stream exists nowhere else. */
export class IngestionStack extends Stack {
  readonly source: EncryptedStream;
  /** How devices publish by MQTT. Undefined when they do not. */
  readonly iotCore: IotCore | undefined;

  constructor(scope: Construct, id: string, props: FoundedStackProps) {
    super(scope, id, props);
    const { config, domain, prefix, foundation } = props;
    const { iotCore, gatewayPrincipals } = config.ingestion;
    this.source = new EncryptedStream(this, 'Source', {
      config,
      description: `Encrypts the records on the stream of ${prefix}`,
    });
    new CfnOutput(this, 'StreamName', { value: this.source.stream.streamName, description: 'Where devices put their records' });
    if (this.source.key !== undefined) {
      new CfnOutput(this, 'StreamKeyArn', {
        value: this.source.key.keyArn,
        description: 'Who puts records needs kms:GenerateDataKey on it',
      });
    }
    if (iotCore) {
      this.iotCore = new IotCore(this, 'IotCore', {
        config,
        domain: domain.name,
        prefix,
        source: this.source,
        accessLogs: foundation.accessLogs,
      });
    }
    if (gatewayPrincipals.length > 0) {
      const { roleArn } = gatewayRole(this, 'GatewayRole', { source: this.source, principals: gatewayPrincipals });
      new CfnOutput(this, 'GatewayRoleArn', { value: roleArn, description: 'Gateways take it on to put records on the stream' });
    }
  }
}
