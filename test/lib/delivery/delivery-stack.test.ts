import type { Stack } from 'aws-cdk-lib';
import { jsonKeys } from '../../../core/json-key';
import { csvToRowsEnvironment } from '../../../core/environment';
import { configurationOf } from '../../../lib/config/read-configuration';
import { serializer } from '../../../lib/delivery/format-conversion';
import { namedQueries } from '../../../lib/delivery/named-queries';
import { deliveryDelaySeconds } from '../../../lib/delivery/transformation';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { fixtureDomain } from '../fixture-domain';
import { readable, roleStatements } from '../policy';

interface DeliveryStream {
  readonly DeliveryStreamType: string;
  readonly DeliveryStreamEncryptionConfigurationInput: unknown;
  readonly ExtendedS3DestinationConfiguration: Readonly<Record<string, unknown>>;
}

const keyArn = (name: string): string => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
const keyArns = { streamKeyArn: keyArn('stream'), lakeKeyArn: keyArn('lake'), operationsKeyArn: keyArn('operations') };
/** Three stacks that differ in everything that can: built once, for all tests. */
const { delivery } = buildFixture();
const { delivery: deliveryOfOrc } = buildFixture({
  settings: {
    encryption: { mode: 'aws-managed' },
    lake: { format: 'orc', compression: 'zlib' },
    delivery: { bufferSizeMiB: 128, bufferIntervalSeconds: 600 },
  },
});
const { delivery: deliveryOfCsv } = buildFixture({
  settings: { encryption: { mode: 'existing', ...keyArns }, delivery: { csvIntake: true } },
});

/** An L1 property as CloudFormation spells it. */
const renamed = (value: object): unknown =>
  JSON.parse(
    JSON.stringify(value).replace(/"(\w)(\w*)":/g, (_, first: string, rest: string) => `"${first.toUpperCase()}${rest}":`),
  );

describe('the delivery stack', () => {
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

  it('lets Firehose take on its roles for this account alone', () => {
    const trusts = Object.values(propertiesOf(delivery, 'AWS::IAM::Role')).map(
      ({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument,
    );
    expect(trusts).toHaveLength(3);
    for (const trust of trusts) {
      expect(trust).toMatchObject({
        Statement: [
          {
            Principal: { Service: 'firehose.amazonaws.com' },
            Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'AWS::AccountId' } } },
          },
        ],
      });
    }
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
      RequesterPaysEnabled: false,
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

  it('saves the domain’s queries in the workgroup, for the database of the lake', () => {
    const saved = Object.values(propertiesOf(delivery, 'AWS::Athena::NamedQuery'));
    const queries = namedQueries(fixtureDomain);
    expect(saved.map((query) => [query['Name'], query['QueryString']])).toEqual(queries.map(({ title, sql }) => [title, sql]));
    for (const query of saved) {
      expect(readable(query['Database'])).toMatch(/^\$\{LakeDatabase\w+\}$/);
      expect(readable(query['WorkGroup'])).toMatch(/^\$\{QueriesWorkgroup\w+\}$/);
    }
  });

  it.each([
    ['parquet', 'gzip', { ParquetSerDe: { Compression: 'GZIP' } }],
    ['parquet', 'none', { ParquetSerDe: { Compression: 'UNCOMPRESSED' } }],
    ['orc', 'snappy', { OrcSerDe: { Compression: 'SNAPPY' } }],
    ['orc', 'zlib', { OrcSerDe: { Compression: 'ZLIB' } }],
    ['orc', 'none', { OrcSerDe: { Compression: 'NONE' } }],
  ] as const)('writes %s with compression %s when that is the configuration', (format, compression, expected) => {
    expect(renamed(serializer({ format, compression }))).toEqual(expected);
  });

  it('refuses a compression that the format does not take', () => {
    expect(() => serializer({ format: 'orc', compression: 'gzip' })).toThrow('orc takes no compression gzip');
  });

  it('buffers and converts as the configuration says', () => {
    const built = onlyOne(deliveryOfOrc, 'AWS::KinesisFirehose::DeliveryStream', 'Deliveryreadings') as unknown as DeliveryStream;
    expect(built.ExtendedS3DestinationConfiguration).toMatchObject({
      BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 600 },
      CompressionFormat: 'UNCOMPRESSED',
      DataFormatConversionConfiguration: { OutputFormatConfiguration: { Serializer: { OrcSerDe: { Compression: 'ZLIB' } } } },
    });
  });

  it('encrypts with existing keys, or leaves it to AWS', () => {
    const of = (stack: Stack) => {
      const streams = Object.values(propertiesOf(stack, 'AWS::KinesisFirehose::DeliveryStream')) as unknown as DeliveryStream[];
      const { WorkGroupConfiguration } = onlyOne(stack, 'AWS::Athena::WorkGroup') as {
        WorkGroupConfiguration: { ResultConfiguration: { EncryptionConfiguration: unknown } };
      };
      return {
        streams: streams.map((each) => each.DeliveryStreamEncryptionConfigurationInput),
        results: WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration,
        logs: onlyOne(stack, 'AWS::Logs::LogGroup', 'Logs')['KmsKeyId'],
        grants: Object.keys(roleStatements(stack, 'DeliveryreadingsRole')).includes('UseKey'),
      };
    };
    expect(of(deliveryOfCsv)).toMatchObject({
      streams: Array.from({ length: 3 }, () => ({ KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: keyArns.lakeKeyArn })),
      results: { EncryptionOption: 'SSE_KMS', KmsKey: keyArns.lakeKeyArn },
      logs: keyArns.operationsKeyArn,
      grants: true,
    });
    expect(of(deliveryOfOrc)).toEqual({
      streams: Array.from({ length: 3 }, () => ({ KeyType: 'AWS_OWNED_CMK' })),
      results: { EncryptionOption: 'SSE_S3' },
      logs: undefined,
      grants: false,
    });
  });

  it('is as it was', () => {
    expect(masked(delivery)).toMatchSnapshot();
  });
});

describe('the delivery stack that takes CSV', () => {
  it('hands the records of each table to a function before they are converted, and those of the quarantine to none', () => {
    const streams = Object.entries(propertiesOf(deliveryOfCsv, 'AWS::KinesisFirehose::DeliveryStream')) as unknown as [
      string,
      DeliveryStream,
    ][];
    for (const [id, { ExtendedS3DestinationConfiguration: destination }] of streams) {
      if (id.startsWith('Quarantine')) {
        expect(destination).not.toHaveProperty('ProcessingConfiguration');
        continue;
      }
      const { Enabled, Processors } = destination['ProcessingConfiguration'] as {
        Enabled: boolean;
        Processors: [{ Type: string; Parameters: { ParameterName: string; ParameterValue: unknown }[] }];
      };
      const [{ Type, Parameters }] = Processors;
      expect([Enabled, Type, Processors.length]).toEqual([true, 'Lambda', 1]);
      const values = Object.fromEntries(Parameters.map((each) => [each.ParameterName, each.ParameterValue]));
      expect(values).toMatchObject({ BufferSizeInMBs: '1', BufferIntervalInSeconds: '60', NumberOfRetries: '3' });
      const table = id.includes('readings') ? 'readings' : 'failures';
      expect(readable(values['LambdaArn'])).toMatch(new RegExp(`^\\$\\{CsvIntake${table}Function\\w+\\.Arn\\}$`));
    }
  });

  it('lets a delivery stream call its own function, of the latest version, and no other', () => {
    expect(roleStatements(deliveryOfCsv, 'DeliveryreadingsRole')['Transform']).toEqual({
      actions: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
      resources: [
        expect.stringMatching(/^\$\{CsvIntakereadingsFunction\w+\.Arn\}$/),
        expect.stringMatching(/^\$\{CsvIntakereadingsFunction\w+\.Arn\}:\$LATEST$/),
      ],
    });
  });

  it('gives the function exactly the environment that it reads, and the right to put records into quarantine', () => {
    const { Environment, Timeout } = onlyOne(deliveryOfCsv, 'AWS::Lambda::Function', 'CsvIntakereadings') as {
      Environment: { Variables: Record<string, unknown> };
      Timeout: number;
    };
    expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(csvToRowsEnvironment).sort());
    expect(Environment.Variables).toMatchObject({ DOMAIN: 'fixture', TABLE: 'readings' });
    // https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
    expect(Timeout).toBeLessThanOrEqual(300);
    expect(roleStatements(deliveryOfCsv, 'CsvIntakereadingsRole')).toEqual({
      Quarantine: {
        actions: ['firehose:PutRecordBatch'],
        resources: [expect.stringMatching(/^\$\{QuarantineStream\w+\.Arn\}$/)],
      },
      WriteLogs: {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [expect.stringMatching(/Logs\w+\.Arn\}$/)],
      },
      DecryptEnvironment: { actions: ['kms:Decrypt'], resources: [keyArns.operationsKeyArn] },
      Trace: { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] },
    });
  });

  it('counts the wait for the function when it says how long a row may be on its way', () => {
    const { delivery: config } = configurationOf('dev', { delivery: { csvIntake: true, bufferIntervalSeconds: 300 } });
    expect([deliveryDelaySeconds(config), deliveryDelaySeconds({ ...config, csvIntake: false })]).toEqual([360, 300]);
  });

  it('has no function unless it is asked to take CSV', () => {
    expect(propertiesOf(delivery, 'AWS::Lambda::Function')).toEqual({});
  });
});
