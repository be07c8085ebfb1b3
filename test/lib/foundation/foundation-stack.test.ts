import { masked, onlyOne, propertiesOf } from '../build-fixture';
import { readable } from '../policy';
import { buildFoundation } from './build-foundation';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: unknown;
  readonly Principal: { readonly Service?: unknown };
  readonly Condition?: unknown;
}

/** The statements of a resource's policy, by their sids. */
const bySid = (document: unknown): Readonly<Record<string, Statement>> =>
  Object.fromEntries((document as { Statement: Statement[] }).Statement.map((statement) => [statement.Sid ?? '?', statement]));

const thisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

describe('the foundation', () => {
  const foundation = buildFoundation({ monitoring: { emails: ['on-call@example.com', 'team@example.com'] } });

  it('has a key that rotates, which logs and alarms of this account may use', () => {
    const { EnableKeyRotation, RotationPeriodInDays, KeyPolicy } = onlyOne(foundation, 'AWS::KMS::Key');
    expect({ EnableKeyRotation, RotationPeriodInDays }).toEqual({ EnableKeyRotation: true, RotationPeriodInDays: 365 });
    const { EncryptLogs, PublishAlarms, ...others } = bySid(KeyPolicy);
    expect(readable(EncryptLogs?.Principal.Service)).toBe('logs.${AWS::Region}.${AWS::URLSuffix}');
    const { ArnLike } = EncryptLogs?.Condition as { ArnLike: Record<string, unknown> };
    expect(readable(ArnLike['kms:EncryptionContext:aws:logs:arn'])).toBe(
      'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*',
    );
    expect(PublishAlarms).toMatchObject({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: thisAccount });
    // The library's own, which leaves the rest to the policies of roles.
    expect(Object.values(others)).toMatchObject([{ Action: 'kms:*', Effect: 'Allow' }]);
  });

  it('has a topic that alarms of this account may publish to, encrypted, over TLS only', () => {
    expect(readable(onlyOne(foundation, 'AWS::SNS::Topic')['KmsMasterKeyId'])).toMatch(/^\$\{OperationsKey\w+\.Arn\}$/);
    const { AllowPublishThroughSSLOnly, PublishAlarms, ...others } = bySid(
      onlyOne(foundation, 'AWS::SNS::TopicPolicy')['PolicyDocument'],
    );
    expect(AllowPublishThroughSSLOnly).toMatchObject({ Effect: 'Deny' });
    expect(PublishAlarms).toMatchObject({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: thisAccount });
    expect(others).toEqual({});
  });

  it('writes to whoever the configuration names', () => {
    const subscriptions = Object.values(propertiesOf(foundation, 'AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', 'on-call@example.com'],
      ['email', 'team@example.com'],
    ]);
  });

  it('keeps access logs in a bucket that only log delivery of this account writes to, for as long as configured', () => {
    const bucket = onlyOne(foundation, 'AWS::S3::Bucket');
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
    });
    const { DeliverAccessLogs } = bySid(onlyOne(foundation, 'AWS::S3::BucketPolicy')['PolicyDocument']);
    expect(DeliverAccessLogs).toMatchObject({
      Action: 's3:PutObject',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Condition: thisAccount,
    });
  });

  it('names nothing of a later stack: each of those would have to be there before it', () => {
    expect(JSON.stringify(masked(foundation))).not.toContain('Fn::GetStackOutput');
  });

  it('uses the key and the topic that somebody else looks after, and makes none', () => {
    const arn = (service: string, id: string): string => `arn:aws:${service}:eu-west-1:123456789012:${id}`;
    const key = (last: string): string => arn('kms', `key/00000000-0000-4000-8000-00000000000${last}`);
    const borrowed = buildFoundation({
      encryption: { mode: 'existing', streamKeyArn: key('1'), lakeKeyArn: key('2'), operationsKeyArn: key('3') },
      monitoring: { topicArn: arn('sns', 'on-call') },
    });
    expect(propertiesOf(borrowed, 'AWS::KMS::Key')).toEqual({});
    expect(propertiesOf(borrowed, 'AWS::SNS::Topic')).toEqual({});
    expect(propertiesOf(borrowed, 'AWS::SNS::TopicPolicy')).toEqual({});
    expect(borrowed.notifications.topicArn).toBe(arn('sns', 'on-call'));
    expect(onlyOne(borrowed, 'AWS::Logs::LogGroup')).toMatchObject({ KmsKeyId: key('3') });
  });

  it('has no key when AWS’s own are to be used, so that alarms reach the topic still', () => {
    const managed = buildFoundation({ encryption: { mode: 'aws-managed' } });
    expect(propertiesOf(managed, 'AWS::KMS::Key')).toEqual({});
    expect(onlyOne(managed, 'AWS::SNS::Topic')).not.toHaveProperty('KmsMasterKeyId');
    expect(onlyOne(managed, 'AWS::Logs::LogGroup')).not.toHaveProperty('KmsKeyId');
  });

  it('is as it was', () => {
    expect(masked(foundation)).toMatchSnapshot();
  });
});
