import type { IngestionConfig, StageSettings } from '../../../lib/config/pipeline-config';
import type { IngestionStack } from '../../../lib/ingestion/ingestion-stack';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { masked, onlyOne, propertiesOf, type TemplateResource } from '../build-fixture';
import { readable, roleStatements } from '../policy';
import { buildIngestion } from './build-ingestion';

const gateways = ['arn:aws:iam::123456789012:role/plant-gateway', 'arn:aws:iam::210987654321:root'];
const keyArn = (id: number): string => `arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-00000000000${id}`;
const encryptions: readonly NonNullable<StageSettings['encryption']>[] = [
  { mode: 'own' },
  { mode: 'existing', streamKeyArn: keyArn(1), lakeKeyArn: keyArn(2), operationsKeyArn: keyArn(3) },
  { mode: 'aws-managed' },
];

/** The role's trust: who may take it on, under what conditions. */
function trustOf(stack: IngestionStack, role: string): Readonly<Record<string, unknown>> {
  const { AssumeRolePolicyDocument } = onlyOne(stack, 'AWS::IAM::Role', role) as {
    AssumeRolePolicyDocument: { Statement: readonly [Readonly<Record<string, unknown>>] };
  };
  expect(AssumeRolePolicyDocument.Statement).toHaveLength(1);
  return AssumeRolePolicyDocument.Statement[0];
}

describe('the stream', () => {
  const streamOf = (ingestion: Partial<IngestionConfig>) =>
    onlyOne(buildIngestion({ ingestion, consumer: { tasks: 1, maxTasks: 1 } }), 'AWS::Kinesis::Stream');

  it('is on demand by default, and keeps records for a day', () => {
    const stream = streamOf({});
    expect(stream).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RetentionPeriodHours: 24 });
    expect(stream).not.toHaveProperty('ShardCount');
  });

  it('has as many shards as asked for when provisioned', () => {
    const stream = streamOf({ capacity: { mode: 'provisioned', shards: 3 } });
    expect(stream).toMatchObject({ StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 3 });
  });

  it('keeps records for as long as a year when asked to', () => {
    expect(streamOf({ retentionHours: 365 * 24 })).toMatchObject({ RetentionPeriodHours: 8_760 });
  });
});

describe('encryption', () => {
  const [own, existing, managed] = encryptions.map((encryption) =>
    buildIngestion({ encryption, ingestion: { gatewayPrincipals: gateways } }),
  ) as [IngestionStack, IngestionStack, IngestionStack];
  const streamKey = (stack: IngestionStack) =>
    readable((onlyOne(stack, 'AWS::Kinesis::Stream')['StreamEncryption'] as { KeyId: unknown }).KeyId);
  const bucketKey = (stack: IngestionStack) => {
    const { BucketEncryption } = onlyOne(stack, 'AWS::S3::Bucket') as {
      BucketEncryption: { ServerSideEncryptionConfiguration: readonly [{ ServerSideEncryptionByDefault: object }] };
    };
    return BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault;
  };

  it('is by a key of its own that rotates, of the stream and of what could not be put on it', () => {
    expect(onlyOne(own, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
    const [key] = Object.keys(propertiesOf(own, 'AWS::KMS::Key'));
    expect(streamKey(own)).toBe(`\${${key ?? ''}.Arn}`);
    expect(bucketKey(own)).toEqual({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [key, 'Arn'] } });
  });

  it('is by an existing key where one is named', () => {
    expect(propertiesOf(existing, 'AWS::KMS::Key')).toEqual({});
    expect(streamKey(existing)).toBe(keyArn(1));
    expect(bucketKey(existing)).toEqual({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn(1) });
  });

  it('is by the keys of AWS where these are to do', () => {
    expect(propertiesOf(managed, 'AWS::KMS::Key')).toEqual({});
    expect(streamKey(managed)).toBe('alias/aws/kinesis');
    expect(bucketKey(managed)).toEqual({ SSEAlgorithm: 'aws:kms' });
  });

  it.each([
    ['own', own, 'Key'],
    ['existing', existing, keyArn(1)],
    ['AWS’s', managed, undefined],
  ] as const)('lets those that write use the key, and not decrypt: %s', (_mode, stack, key) => {
    for (const role of ['IotCoreTelemetryPutRole', 'IotCoreTelemetryKeepUndeliveredRole', 'GatewayRole']) {
      const uses = Object.values(roleStatements(stack, role)).filter(({ actions }) =>
        actions.some((action) => action.startsWith('kms:')),
      );
      expect(uses).toEqual(
        key === undefined ? [] : [{ actions: ['kms:GenerateDataKey'], resources: [expect.stringContaining(key) as string] }],
      );
    }
  });
});

describe('IoT Core', () => {
  const stack = buildIngestion();
  const rule = onlyOne(stack, 'AWS::IoT::TopicRule') as {
    RuleName: string;
    TopicRulePayload: {
      Sql: string;
      AwsIotSqlVersion: string;
      RuleDisabled: boolean;
      Actions: readonly object[];
      ErrorAction: { S3: { BucketName: unknown; Key: string; RoleArn: unknown } };
    };
  };

  it('puts all that devices publish on the stream under the device as partition key', () => {
    const [stream] = Object.keys(propertiesOf(stack, 'AWS::Kinesis::Stream'));
    expect(rule.RuleName).toBe('plant_example_fixture_telemetry');
    expect(rule.TopicRulePayload).toMatchObject({
      Sql: "SELECT * FROM 'dt/fixture/+/telemetry'",
      AwsIotSqlVersion: '2016-03-23',
      RuleDisabled: false,
      Actions: [{ Kinesis: { StreamName: { Ref: stream }, PartitionKey: '${topic(3)}' } }],
    });
  });

  it('keeps what it could not put, by day and device, under a name of its own', () => {
    const [bucket] = Object.keys(propertiesOf(stack, 'AWS::S3::Bucket'));
    expect(rule.TopicRulePayload.ErrorAction.S3).toMatchObject({
      BucketName: { Ref: bucket },
      Key: 'undelivered/date=${parse_time("yyyy-MM-dd", timestamp(), "UTC")}/${topic(3)}/${timestamp()}-${newuuid()}.json',
    });
  });

  it('may put records on this stream and objects under that prefix, and nothing else', () => {
    const [bucket] = Object.keys(propertiesOf(stack, 'AWS::S3::Bucket'));
    const [stream] = Object.keys(propertiesOf(stack, 'AWS::Kinesis::Stream'));
    const [key] = Object.keys(propertiesOf(stack, 'AWS::KMS::Key'));
    const useKey = { actions: ['kms:GenerateDataKey'], resources: [`\${${key ?? ''}.Arn}`] };
    expect(roleStatements(stack, 'IotCoreTelemetryPutRole')).toEqual({
      PutRecords: { actions: ['kinesis:PutRecord'], resources: [`\${${stream ?? ''}.Arn}`] },
      EncryptRecords: useKey,
    });
    expect(roleStatements(stack, 'IotCoreTelemetryKeepUndeliveredRole')).toEqual({
      KeepUndelivered: { actions: ['s3:PutObject'], resources: [`\${${bucket ?? ''}.Arn}/undelivered/*`] },
      EncryptUndelivered: useKey,
    });
  });

  it.each(['IotCoreTelemetryPutRole', 'IotCoreTelemetryKeepUndeliveredRole'])(
    'takes on %s for this rule of this account only',
    (role) => {
      const { Principal, Condition } = trustOf(stack, role) as {
        Principal: object;
        Condition: { StringEquals: object; ArnLike: Record<string, unknown> };
      };
      expect(Principal).toEqual({ Service: 'iot.amazonaws.com' });
      expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
      expect(readable(Condition.ArnLike['aws:SourceArn'])).toBe(
        'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/plant_example_fixture_telemetry',
      );
    },
  );

  it('keeps undelivered messages encrypted, by TLS only, with versions, access logs and an end', () => {
    const kept = buildIngestion({ ingestion: { undeliveredRetentionDays: 12 } });
    expect(onlyOne(kept, 'AWS::S3::Bucket')).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { LogFilePrefix: 'undelivered-messages/' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: {
        Rules: [{ ExpirationInDays: 12, NoncurrentVersionExpiration: { NoncurrentDays: 12 }, Status: 'Enabled' }],
      },
    });
    const { PolicyDocument } = onlyOne(kept, 'AWS::S3::BucketPolicy') as { PolicyDocument: { Statement: readonly object[] } };
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  it('loses no undelivered message with its stack unless data may be destroyed', () => {
    const [bucket] = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket')) as TemplateResource[];
    expect(bucket).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('is left out where devices do not publish by MQTT', () => {
    const without = buildIngestion({ ingestion: { iotCore: false } });
    expect(without.iotCore).toBeUndefined();
    for (const type of [
      'AWS::IoT::TopicRule',
      'AWS::IoT::Policy',
      'AWS::IoT::ProvisioningTemplate',
      'AWS::S3::Bucket',
      'AWS::IAM::Role',
    ]) {
      expect(propertiesOf(without, type)).toEqual({});
    }
  });
});

describe('the gateway role', () => {
  it('is made for the principals that are named and trusts exactly these, for an hour at a time', () => {
    const stack = buildIngestion({ ingestion: { gatewayPrincipals: gateways } });
    expect(trustOf(stack, 'GatewayRole')).toMatchObject({ Action: 'sts:AssumeRole', Principal: { AWS: gateways } });
    expect(onlyOne(stack, 'AWS::IAM::Role', 'GatewayRole')).toMatchObject({ MaxSessionDuration: 3_600 });
  });

  it('may put records by PutRecords and the KPL, and report the metrics of the KPL', () => {
    const stack = buildIngestion({ ingestion: { iotCore: false, gatewayPrincipals: gateways } });
    const [stream] = Object.keys(propertiesOf(stack, 'AWS::Kinesis::Stream'));
    const [key] = Object.keys(propertiesOf(stack, 'AWS::KMS::Key'));
    expect(roleStatements(stack, 'GatewayRole')).toEqual({
      PutRecords: {
        actions: ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
        resources: [`\${${stream ?? ''}.Arn}`],
      },
      EncryptRecords: { actions: ['kms:GenerateDataKey'], resources: [`\${${key ?? ''}.Arn}`] },
      ReportMetrics: { actions: ['cloudwatch:PutMetricData'], resources: ['*'] },
    });
    expect(JSON.stringify(onlyOne(stack, 'AWS::IAM::Role', 'GatewayRole'))).toContain(
      '"Condition":{"StringEquals":{"cloudwatch:namespace":"KinesisProducerLibrary"}}',
    );
  });

  it('is left out when nobody is named', () => {
    expect(Object.keys(propertiesOf(buildIngestion(), 'AWS::IAM::Role')).filter((id) => id.startsWith('Gateway'))).toEqual([]);
  });
});

it('docs/devices.md reads outputs that the stack has', () => {
  const text = readFileSync(join(projectRoot, 'docs', 'devices.md'), 'utf8');
  const read = [...text.matchAll(/output (\w+)\)?["`]/g)].map(([, name]) => name ?? '');
  const outputs = Object.keys(
    Template.fromStack(buildIngestion({ ingestion: { gatewayPrincipals: gateways } })).findOutputs('*'),
  );
  expect(read.filter((name) => !outputs.includes(name))).toEqual([]);
  expect(new Set(read).size).toBeGreaterThan(5);
});

it('the ingestion stack is as it was', () => {
  const hook = 'arn:aws:lambda:eu-west-1:123456789012:function:may-join';
  const stack = buildIngestion({ ingestion: { gatewayPrincipals: gateways, provisioningHookArn: hook } });
  expect(masked(stack)).toMatchSnapshot();
});
