import { Template } from 'aws-cdk-lib/assertions';
import type { PipelineConfig } from '../../../lib/config/pipeline-config';
import { buildFixture, masked, onlyOne } from '../build-fixture';

describe('the ingestion stack', () => {
  const { ingestion } = buildFixture();

  it('has a stream on demand by default, kept for a day in dev', () => {
    const stream = onlyOne(ingestion, 'AWS::Kinesis::Stream');
    expect(stream).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RetentionPeriodHours: 24 });
    expect(stream).not.toHaveProperty('ShardCount');
  });

  it('has as many shards as asked for when provisioned', () => {
    const stream = onlyOne(buildFixture({ context: { shards: '3' } }).ingestion, 'AWS::Kinesis::Stream');
    expect(stream).toMatchObject({ StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 3 });
  });

  it('keeps records for a week in prod', () => {
    const stream = onlyOne(buildFixture({ context: { stage: 'prod' } }).ingestion, 'AWS::Kinesis::Stream');
    expect(stream).toMatchObject({ RetentionPeriodHours: 168 });
  });

  it('keeps records for as long as a year when asked to', () => {
    const change = (config: PipelineConfig): PipelineConfig => ({
      ...config,
      ingestion: { ...config.ingestion, retentionHours: 365 * 24 },
    });
    expect(onlyOne(buildFixture({ change }).ingestion, 'AWS::Kinesis::Stream')).toMatchObject({ RetentionPeriodHours: 8_760 });
  });

  it('encrypts the stream with a key of its own that rotates', () => {
    expect(onlyOne(ingestion, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
    const key = Object.keys(Template.fromStack(ingestion).findResources('AWS::KMS::Key'))[0];
    expect(onlyOne(ingestion, 'AWS::Kinesis::Stream')).toMatchObject({
      StreamEncryption: { EncryptionType: 'KMS', KeyId: { 'Fn::GetAtt': [key, 'Arn'] } },
    });
  });

  it('is as it was', () => {
    expect(masked(ingestion)).toMatchSnapshot();
  });
});
