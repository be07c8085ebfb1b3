import { jsonKeys } from '../../../core/json-key';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { fixtureDomain } from '../fixture-domain';
import { readable, roleStatements } from '../policy';

interface DeliveryStream {
  readonly DeliveryStreamType: string;
  readonly DeliveryStreamEncryptionConfigurationInput: unknown;
  readonly ExtendedS3DestinationConfiguration: Readonly<Record<string, unknown>>;
}

describe('the delivery stack', () => {
  const { delivery } = buildFixture();
  const stream = (id: string) => onlyOne(delivery, 'AWS::KinesisFirehose::DeliveryStream', id) as unknown as DeliveryStream;

  it('has a delivery stream per table and one for quarantine, by direct put, encrypted with the key of the lake', () => {
    const streams = Object.values(propertiesOf(delivery, 'AWS::KinesisFirehose::DeliveryStream')) as unknown as DeliveryStream[];
    expect(streams).toHaveLength(Object.keys(fixtureDomain.tables).length + 1);
    for (const each of streams) {
      expect(each.DeliveryStreamType).toBe('DirectPut');
      expect(each.DeliveryStreamEncryptionConfigurationInput).toMatchObject({ KeyType: 'CUSTOMER_MANAGED_CMK' });
      expect(each.ExtendedS3DestinationConfiguration).toMatchObject({
        CloudWatchLoggingOptions: { Enabled: true },
        EncryptionConfiguration: { KMSEncryptionConfig: {} },
      });
    }
  });

  it('converts JSON to Parquet with Snappy by the columns of the Glue table', () => {
    const { ExtendedS3DestinationConfiguration: destination } = stream('Deliveryreadings');
    expect(destination).toMatchObject({
      CompressionFormat: 'UNCOMPRESSED',
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
      DataFormatConversionConfiguration: {
        Enabled: true,
        InputFormatConfiguration: {
          Deserializer: { OpenXJsonSerDe: { ColumnToJsonKeyMappings: jsonKeys(fixtureDomain, 'readings') } },
        },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } },
        SchemaConfiguration: { VersionId: 'LATEST', Region: { Ref: 'AWS::Region' } },
      },
    });
    const { SchemaConfiguration } = destination['DataFormatConversionConfiguration'] as {
      SchemaConfiguration: { TableName: unknown; DatabaseName: unknown };
    };
    expect(readable(SchemaConfiguration.TableName)).toContain('LakeTablereadings');
    expect(readable(SchemaConfiguration.DatabaseName)).toContain('LakeDatabase');
  });

  it('writes a folder per table and day, and errors apart from it', () => {
    expect(stream('Deliveryreadings').ExtendedS3DestinationConfiguration).toMatchObject({
      Prefix: 'tables/readings/date=!{timestamp:yyyy-MM-dd}/',
      ErrorOutputPrefix: 'errors/readings/!{firehose:error-output-type}/date=!{timestamp:yyyy-MM-dd}/',
    });
  });

  it('keeps quarantined records as they are, compressed', () => {
    const { ExtendedS3DestinationConfiguration: destination } = stream('Quarantine');
    expect(destination).toMatchObject({
      Prefix: 'quarantine/date=!{timestamp:yyyy-MM-dd}/',
      ErrorOutputPrefix: 'errors/quarantine/!{firehose:error-output-type}/date=!{timestamp:yyyy-MM-dd}/',
      CompressionFormat: 'GZIP',
    });
    expect(destination).not.toHaveProperty('DataFormatConversionConfiguration');
  });

  it('lets a delivery stream write its own prefixes and read its own schema, nothing else', () => {
    expect(roleStatements(delivery, 'DeliveryreadingsRole')).toEqual({
      WriteObjects: {
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [
          expect.stringMatching(/^\$\{LakeBucket\w+Arn\}\/errors\/readings\/\*$/),
          expect.stringMatching(/^\$\{LakeBucket\w+Arn\}\/tables\/readings\/\*$/),
        ],
      },
      FindBucket: {
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [expect.stringMatching(/^\$\{LakeBucket\w+Arn\}$/)],
      },
      UseKey: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [expect.stringMatching(/^\$\{LakeKey\w+Arn\}$/)] },
      WriteLogs: { actions: ['logs:PutLogEvents'], resources: [expect.stringMatching(/^\$\{Logs\w+\.Arn\}$/)] },
      ReadSchema: {
        actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
        resources: [
          expect.stringMatching(/:catalog$/),
          expect.stringMatching(/:database\/\$\{LakeDatabase\w+\}$/),
          expect.stringMatching(/:table\/\$\{LakeDatabase\w+\}\/\$\{LakeTablereadings\w+\}$/),
        ],
      },
    });
  });

  it('lets the quarantine read no schema', () => {
    expect(Object.keys(roleStatements(delivery, 'QuarantineRole'))).toEqual([
      'WriteObjects',
      'FindBucket',
      'UseKey',
      'WriteLogs',
    ]);
  });

  it('has a workgroup whose settings no client can change', () => {
    const { Name, WorkGroupConfiguration } = onlyOne(delivery, 'AWS::Athena::WorkGroup') as {
      Name: string;
      WorkGroupConfiguration: { ResultConfiguration: { OutputLocation: unknown } };
    };
    expect(Name).toBe('iot-to-model-dev-fixture');
    expect(WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
    });
    expect(readable(WorkGroupConfiguration.ResultConfiguration.OutputLocation)).toMatch(
      /^s3:\/\/\$\{LakeBucket\w+\}\/athena-results\/$/,
    );
  });

  it('can be deleted with the queries that ran in its workgroup, but not in prod', () => {
    expect(onlyOne(delivery, 'AWS::Athena::WorkGroup')).toMatchObject({ RecursiveDeleteOption: true });
    const prod = buildFixture({ context: { stage: 'prod' } }).delivery;
    expect(onlyOne(prod, 'AWS::Athena::WorkGroup')).toMatchObject({ RecursiveDeleteOption: false });
  });

  it('is as it was', () => {
    expect(masked(delivery)).toMatchSnapshot();
  });
});
