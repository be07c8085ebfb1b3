import { Template } from 'aws-cdk-lib/assertions';
import { tableColumns } from '../../../core/common-columns';
import { buildFixture, masked, onlyOne, propertiesOf, type TemplateResource } from '../build-fixture';
import { fixtureDomain } from '../fixture-domain';

interface GlueTable {
  readonly TableInput: {
    readonly Name: string;
    readonly Parameters: Readonly<Record<string, unknown>>;
    readonly PartitionKeys: readonly { readonly Name: string; readonly Type: string }[];
    readonly StorageDescriptor: {
      readonly Location: unknown;
      readonly InputFormat: string;
      readonly Columns: readonly { readonly Name: string; readonly Type: string; readonly Comment: string }[];
    };
  };
}

describe('the lake stack', () => {
  const { lake } = buildFixture();
  const tables = Object.values(propertiesOf(lake, 'AWS::Glue::Table')) as unknown as GlueTable[];

  it.each(Object.keys(fixtureDomain.tables))('has a Glue table %s with the columns of the domain, in their order', (name) => {
    const table = tables.find(({ TableInput }) => TableInput.Name === name);
    const columns = table?.TableInput.StorageDescriptor.Columns.map((column) => [column.Name, column.Type]);
    expect(columns).toEqual(tableColumns(fixtureDomain, name).map((column) => [column.name, column.type]));
  });

  it('says in the comment of a column what it means and in which unit', () => {
    const comments = tables.flatMap(({ TableInput }) => TableInput.StorageDescriptor.Columns).map((column) => column.Comment);
    expect(comments).toContain('Pressure at the outlet. [kPa]');
  });

  it('projects a partition per day, so that no crawler is needed', () => {
    for (const { TableInput } of tables) {
      expect(TableInput.PartitionKeys).toMatchObject([{ Name: 'date', Type: 'string' }]);
      expect(TableInput.Parameters).toMatchObject({
        'projection.enabled': 'true',
        'projection.date.type': 'date',
        'projection.date.format': 'yyyy-MM-dd',
      });
      expect(TableInput.StorageDescriptor.InputFormat).toContain('parquet');
    }
  });

  it('keeps the tables where Firehose writes them', () => {
    const location = JSON.stringify(tables.map(({ TableInput }) => TableInput.StorageDescriptor.Location));
    expect(location).toContain('tables/readings/');
    expect(location).toContain('tables/failures/');
  });

  it('has a bucket that is private, versioned, and encrypted with a rotating key through a bucket key', () => {
    expect(onlyOne(lake, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
    expect(onlyOne(lake, 'AWS::S3::Bucket')).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
    });
  });

  it('refuses requests without TLS', () => {
    const { PolicyDocument } = onlyOne(lake, 'AWS::S3::BucketPolicy') as { PolicyDocument: { Statement: unknown[] } };
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  it('lets query results, unconverted rows and quarantine go after their time, and never tables, training sets or models', () => {
    const { LifecycleConfiguration } = onlyOne(lake, 'AWS::S3::Bucket') as {
      LifecycleConfiguration: { Rules: { Prefix?: string; ExpirationInDays?: number }[] };
    };
    const expiring = LifecycleConfiguration.Rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring.map((rule) => [rule.Prefix, rule.ExpirationInDays])).toEqual([
      ['athena-results/', 1],
      ['errors/', 30],
      ['quarantine/', 30],
    ]);
  });

  it('is as it was', () => {
    expect(masked(lake)).toMatchSnapshot();
  });
});

describe('data when a stack is deleted', () => {
  const stateful = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::Kinesis::Stream', 'AWS::DynamoDB::Table'];
  const policies = (context: { stage?: string; destroyData?: string }): unknown => {
    const { ingestion, lake, consumer } = buildFixture({ context });
    const templates = [ingestion, lake, consumer].map((stack) => Template.fromStack(stack));
    const policiesOf = (type: string): unknown[] =>
      templates.flatMap((template) =>
        (Object.values(template.findResources(type)) as TemplateResource[]).map((each) => each.DeletionPolicy),
      );
    return Object.fromEntries(stateful.map((type) => [type, policiesOf(type)]));
  };

  it.each(['dev', 'prod'])('is retained in %s, but for what a failed first deployment made', (stage) => {
    expect(policies({ stage })).toEqual({
      'AWS::KMS::Key': ['RetainExceptOnCreate', 'RetainExceptOnCreate'],
      'AWS::S3::Bucket': ['RetainExceptOnCreate'],
      'AWS::Kinesis::Stream': ['RetainExceptOnCreate'],
      // Protected against deletion, so that CloudFormation could not delete it either.
      'AWS::DynamoDB::Table': ['Retain'],
    });
  });

  it('is deleted in dev when the command line names the stage too', () => {
    expect(policies({ destroyData: 'dev' })).toEqual({
      'AWS::KMS::Key': ['Delete', 'Delete'],
      'AWS::S3::Bucket': ['Delete'],
      'AWS::Kinesis::Stream': ['Delete'],
      'AWS::DynamoDB::Table': ['Delete'],
    });
  });

  it('leaves no name behind that would be in the way of the next deployment', () => {
    const { lake } = buildFixture();
    for (const type of ['AWS::Glue::Database', 'AWS::Glue::Table']) {
      for (const { DeletionPolicy } of Object.values(Template.fromStack(lake).findResources(type)) as TemplateResource[]) {
        expect(DeletionPolicy ?? 'Delete').toBe('Delete');
      }
    }
  });

  it('cannot be reached by deleting a stateful stack of prod by mistake', () => {
    const prod = buildFixture({ context: { stage: 'prod' } });
    expect([prod.ingestion.terminationProtection, prod.lake.terminationProtection]).toEqual([true, true]);
  });
});
