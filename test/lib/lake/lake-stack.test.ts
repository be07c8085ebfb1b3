import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { tableColumns } from '../../../core/common-columns';
import { buildFixture, masked, onlyOne, propertiesOf, type TemplateResource } from '../build-fixture';
import { quarantineColumns } from '../../../core/quarantine';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import type { Pipeline } from '../../../lib/pipeline';
import { fixtureDomain } from '../fixture-domain';
import { readable, roleStatements } from '../policy';

type LakeSettings = NonNullable<StageSettings['lake']>;

const keyArn = (name: string): string => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
const existing = {
  mode: 'existing',
  streamKeyArn: keyArn('stream'),
  lakeKeyArn: keyArn('lake'),
  operationsKeyArn: keyArn('operations'),
} as const;

interface BucketProperties {
  readonly BucketEncryption: unknown;
  readonly VersioningConfiguration?: unknown;
  readonly LoggingConfiguration: { readonly DestinationBucketName: unknown; readonly LogFilePrefix: string };
  readonly LifecycleConfiguration: { readonly Rules: readonly (Readonly<Record<string, unknown>> & { readonly Id: string })[] };
}

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

/** Three lakes that differ in everything that can: built once, for all tests. */
const { lake, delivery: plainDelivery, training: plainTraining } = buildFixture();
const lifetimes: LakeSettings = { infrequentAccessAfterDays: 90, expireAfterDays: 400, supersededVersionDays: 5 };
const { lake: lakeWithLifetimes } = buildFixture({ settings: { encryption: existing, lake: lifetimes } });
const { lake: lakeOfOrc } = buildFixture({
  settings: { encryption: { mode: 'aws-managed' }, lake: { format: 'orc', compression: 'zlib', versioned: false } },
});

describe('the lake stack', () => {
  const tables = Object.values(propertiesOf(lake, 'AWS::Glue::Table')) as unknown as GlueTable[];

  const bucketOf = (stack: Stack) => onlyOne(stack, 'AWS::S3::Bucket') as unknown as BucketProperties;

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
    }
    const formats = Object.fromEntries(
      tables.map(({ TableInput }) => [TableInput.Name, TableInput.StorageDescriptor.InputFormat]),
    );
    expect(formats).toEqual({
      readings: expect.stringContaining('parquet') as string,
      failures: expect.stringContaining('parquet') as string,
      predictions: expect.stringContaining('parquet') as string,
      quarantine: 'org.apache.hadoop.mapred.TextInputFormat',
    });
  });

  it('has a table of the quarantine with the fields of a quarantined record, as compressed JSON lines', () => {
    const quarantine = tables.find(({ TableInput }) => TableInput.Name === 'quarantine')?.TableInput.StorageDescriptor;
    expect(quarantine).toMatchObject({
      Compressed: true,
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    });
    expect(quarantine?.Columns.map(({ Name }) => Name)).toEqual(quarantineColumns.map(({ name }) => name));
    expect(readable(quarantine?.Location)).toMatch(/^s3:\/\/\$\{LakeBucket\w+\}\/quarantine\/$/);
  });

  it('reads the tables as ORC when that is their format', () => {
    const inputs = Object.values(propertiesOf(lakeOfOrc, 'AWS::Glue::Table')).map(
      ({ TableInput }) => (TableInput as GlueTable['TableInput']).StorageDescriptor.InputFormat,
    );
    expect(inputs.filter((format) => format.includes('.orc.'))).toHaveLength(Object.keys(fixtureDomain.tables).length);
  });

  it('does not say that clients have encrypted the files: S3 does', () => {
    expect(tables.map(({ TableInput }) => String(TableInput.Parameters['has_encrypted_data']))).toEqual(
      tables.map(() => 'false'),
    );
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

  it('refuses requests without TLS, or with one before 1.2', () => {
    const { PolicyDocument } = onlyOne(lake, 'AWS::S3::BucketPolicy') as { PolicyDocument: { Statement: unknown[] } };
    for (const Condition of [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': 1.2 } }]) {
      expect(PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Condition }),
      );
    }
  });

  it('logs its access to the bucket of the foundation, which the library need not be warned about', () => {
    const { LoggingConfiguration } = bucketOf(lake);
    expect(LoggingConfiguration.LogFilePrefix).toBe('lake/');
    expect(readable(LoggingConfiguration.DestinationBucketName)).toMatch(/^\$\{AccessLogs/);
    expect(Annotations.fromStack(lake).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it.each([
    ['a key of its own', lake, /^\$\{LakeKey\w+\.Arn\}$/, 'aws:kms'],
    ['an existing key', lakeWithLifetimes, /^arn:aws:kms:eu-west-1:123456789012:key\/lake$/, 'aws:kms'],
    ['the key of S3', lakeOfOrc, /^$/, 'aws:kms'],
  ] as const)('is encrypted with %s through a bucket key', (_name, stack, key, algorithm) => {
    const { BucketEncryption } = bucketOf(stack);
    expect(BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }],
    });
    const [rule] = (
      BucketEncryption as { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID?: unknown } }] }
    ).ServerSideEncryptionConfiguration;
    const id = rule.ServerSideEncryptionByDefault.KMSMasterKeyID;
    expect(id === undefined ? '' : readable(id)).toMatch(key);
  });

  it('lets query results, unconverted rows, quarantine and rows of training sets go after their time, and never tables or models', () => {
    const { LifecycleConfiguration } = onlyOne(lake, 'AWS::S3::Bucket') as {
      LifecycleConfiguration: { Rules: { Prefix?: string; ExpirationInDays?: number; ObjectSizeGreaterThan?: number }[] };
    };
    const expiring = LifecycleConfiguration.Rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring.map((rule) => [rule.Prefix, rule.ExpirationInDays])).toEqual([
      ['athena-results/', 1],
      ['errors/', 30],
      ['scoring/rows/', 30],
      ['quarantine/', 30],
      ['training-sets/', 7],
    ]);
    // Data cards, manifests, closings and lists of pinned files are smaller.
    expect(expiring.at(-1)?.ObjectSizeGreaterThan).toBe(16 * 1024 * 1024);
  });

  it('moves and deletes files of tables when the configuration says so; small ones are not moved, but deleted', () => {
    const { LifecycleConfiguration } = bucketOf(lakeWithLifetimes);
    const rules = Object.fromEntries(LifecycleConfiguration.Rules.map((rule) => [rule.Id, rule]));
    expect(rules['old-files-of-tables']).toMatchObject({
      Prefix: 'tables/',
      ObjectSizeGreaterThan: 131_072,
      Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }],
    });
    expect(rules['files-of-tables']).toMatchObject({ Prefix: 'tables/', ExpirationInDays: 400 });
    expect(rules['files-of-tables']).not.toHaveProperty('ObjectSizeGreaterThan');
    expect(rules['superseded-versions-and-broken-uploads']).toMatchObject({
      NoncurrentVersionExpiration: { NoncurrentDays: 5 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
  });

  it('keeps no versions when it is not to, and lets those go that it has from before', () => {
    const { VersioningConfiguration, LifecycleConfiguration } = bucketOf(lakeOfOrc);
    expect(VersioningConfiguration).toBeUndefined();
    expect(LifecycleConfiguration.Rules.at(-1)).toMatchObject({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } });
  });

  it('is as it was', () => {
    expect(masked(lake)).toMatchSnapshot();
  });
});

describe('the lake under Lake Formation', () => {
  const readers = ['arn:aws:iam::123456789012:role/scientist', 'arn:aws:iam::123456789012:role/engineer'];
  const { lake: governed, delivery, training } = buildFixture({ settings: { lake: { lakeFormation: true, readers } } });
  interface Grant {
    readonly Principal: { readonly DataLakePrincipalIdentifier: unknown };
    readonly Resource: { readonly Table?: { readonly Name: unknown }; readonly Database?: { readonly Name: unknown } };
    readonly Permissions: readonly string[];
  }
  /** Who is granted what on which tables. */
  const grants = (stack: Stack): string[] =>
    (Object.values(propertiesOf(stack, 'AWS::LakeFormation::PrincipalPermissions')) as unknown as Grant[])
      .map(({ Principal, Resource, Permissions }) => {
        const on = Resource.Table === undefined ? `database` : readable(Resource.Table.Name);
        return `${readable(Principal.DataLakePrincipalIdentifier)} ${Permissions.join('+')} ${on}`.replace(
          /[0-9A-F]{8}(?=[.}])/g,
          '',
        );
      })
      .sort();

  it('registers the files of the tables under a role that may read them and nothing else', () => {
    const location = onlyOne(governed, 'AWS::LakeFormation::Resource');
    expect(readable(location['ResourceArn'])).toMatch(/^\$\{LakeBucket\w+\.Arn\}\/tables$/);
    expect(location).toMatchObject({ UseServiceLinkedRole: false, HybridAccessEnabled: false });
    expect(readable(location['RoleArn'])).toMatch(/^\$\{GovernanceDataLocationRole/);
    expect(roleStatements(governed, 'GovernanceDataLocationRole')).toMatchObject({
      ReadTables: { actions: ['s3:GetObject'], resources: [expect.stringMatching(/\/tables\/\*$/)] },
      ListTables: { actions: ['s3:ListBucket'] },
      UseKey: { actions: ['kms:Decrypt'] },
    });
  });

  it('opens new tables to nobody by default', () => {
    expect(onlyOne(governed, 'AWS::Glue::Database')).toMatchObject({ DatabaseInput: { CreateTableDefaultPermissions: [] } });
  });

  it('grants the tables and the predictions to the readers, and the quarantine to nobody', () => {
    expect(grants(governed)).toEqual(
      readers
        .flatMap((reader) => [
          `${reader} DESCRIBE database`,
          `${reader} DESCRIBE+SELECT \${LakeTablereadingsTable}`,
          `${reader} DESCRIBE+SELECT \${LakeTablefailuresTable}`,
          `${reader} DESCRIBE+SELECT \${LakePredictionsTable}`,
        ])
        .sort(),
    );
  });

  it('grants each delivery stream its own table, and the workflow all of them', () => {
    expect(grants(delivery).filter((grant) => !grant.endsWith('database'))).toEqual([
      '${DeliveryfailuresRole.Arn} DESCRIBE+SELECT ${LakeTablefailuresTable}',
      '${DeliveryreadingsRole.Arn} DESCRIBE+SELECT ${LakeTablereadingsTable}',
    ]);
    expect(grants(training)).toEqual([
      expect.stringMatching(/^\$\{WorkflowRole\.Arn\} DESCRIBE database$/),
      expect.stringMatching(/^\$\{WorkflowRole\.Arn\} DESCRIBE\+SELECT \$\{LakeTablefailures\w*\}$/),
      expect.stringMatching(/^\$\{WorkflowRole\.Arn\} DESCRIBE\+SELECT \$\{LakeTablereadings\w*\}$/),
    ]);
    expect(roleStatements(training, 'WorkflowRole')).toMatchObject({
      UseTableGrants: { actions: ['lakeformation:GetDataAccess'], resources: ['*'] },
    });
  });

  it('makes no grant unless it is asked to', () => {
    for (const stack of [lake, plainDelivery, plainTraining]) {
      expect(propertiesOf(stack, 'AWS::LakeFormation::PrincipalPermissions')).toEqual({});
    }
    expect(propertiesOf(lake, 'AWS::LakeFormation::Resource')).toEqual({});
  });
});

describe('data when a stack is deleted', () => {
  const stateful = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::Kinesis::Stream', 'AWS::DynamoDB::Table'];
  const prod = buildFixture({ context: { stage: 'prod' } });
  /** What becomes of each kind of stateful resource, over all stacks. */
  const policies = (pipeline: Pipeline): unknown => {
    const templates = Object.values<Stack>({ ...pipeline }).map((stack) => Template.fromStack(stack));
    const policiesOf = (type: string): unknown[] => {
      const found = templates.flatMap((template) => Object.values(template.findResources(type)) as TemplateResource[]);
      return [...new Set(found.map((each) => each.DeletionPolicy))];
    };
    return Object.fromEntries(stateful.map((type) => [type, policiesOf(type)]));
  };

  it.each([
    ['dev', buildFixture()],
    ['prod', prod],
  ])('is retained in %s, but for what a failed first deployment made', (_stage, pipeline) => {
    expect(policies(pipeline)).toEqual({
      'AWS::KMS::Key': ['RetainExceptOnCreate'],
      'AWS::S3::Bucket': ['RetainExceptOnCreate'],
      'AWS::Kinesis::Stream': ['RetainExceptOnCreate'],
      // Protected against deletion, so that CloudFormation could not delete it either.
      'AWS::DynamoDB::Table': ['Retain'],
    });
  });

  it('is deleted in dev when the command line names the stage too', () => {
    expect(policies(buildFixture({ context: { destroyData: 'dev' } }))).toEqual({
      'AWS::KMS::Key': ['Delete'],
      'AWS::S3::Bucket': ['Delete'],
      'AWS::Kinesis::Stream': ['Delete'],
      'AWS::DynamoDB::Table': ['Delete'],
    });
  });

  it('leaves no name behind that would be in the way of the next deployment', () => {
    for (const type of ['AWS::Glue::Database', 'AWS::Glue::Table']) {
      for (const { DeletionPolicy } of Object.values(Template.fromStack(lake).findResources(type)) as TemplateResource[]) {
        expect(DeletionPolicy ?? 'Delete').toBe('Delete');
      }
    }
  });

  it('cannot be reached by deleting a stateful stack of prod by mistake', () => {
    expect([prod.ingestion.terminationProtection, prod.lake.terminationProtection]).toEqual([true, true]);
  });
});
