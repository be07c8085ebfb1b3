import { join } from 'node:path';
import { readAssembly, type RawResource } from '../../../local/template/assembly';
import type { Pipeline } from '../../../local/template/pipeline';
import { readPipeline } from '../../../local/template/read-pipeline';
import { assemblyOf, withAssembly } from './assembly-fixture';

const resource = (Type: string, Properties: Record<string, unknown> = {}): RawResource => ({ Type, Properties });
const read = (Resources: Record<string, RawResource>): Pipeline => readPipeline(assemblyOf({ One: { Resources } }));

const lake = resource('AWS::S3::Bucket', { BucketName: 'lake' });
const database = resource('AWS::Glue::Database', { DatabaseInput: { Name: 'factory' } });
const table = (type = 'double'): RawResource =>
  resource('AWS::Glue::Table', {
    DatabaseName: { Ref: 'Database' },
    TableInput: {
      Name: 'readings',
      Parameters: { 'projection.enabled': true },
      PartitionKeys: [{ Name: 'date', Type: 'string' }],
      StorageDescriptor: {
        Location: { 'Fn::Sub': 's3://${Lake}/readings/' },
        Columns: [{ Name: 'temperature', Type: type, Comment: 'How hot.' }],
      },
    },
  });
const conversion = {
  Enabled: true,
  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: { ColumnToJsonKeyMappings: { temperature: 't1' } } } },
  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  SchemaConfiguration: { DatabaseName: { Ref: 'Database' }, TableName: { Ref: 'Table' } },
};
const delivery = (destination: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, RawResource> => ({
  Lake: lake,
  Database: database,
  Table: table(),
  Delivery: resource('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: { BucketARN: { 'Fn::GetAtt': ['Lake', 'Arn'] }, RoleARN: 'r', ...destination },
    ...more,
  }),
});

describe('streams and tables', () => {
  test('a stream on demand starts with four shards', () => {
    const { streams } = read({
      Stream: resource('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RetentionPeriodHours: 168 }),
    });
    expect(streams).toEqual([
      {
        name: 'One-Stream',
        arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/One-Stream',
        mode: 'ON_DEMAND',
        shards: 4,
        retentionHours: 168,
        consumers: [],
      },
    ]);
  });

  test('a provisioned stream has the shards that it names', () => {
    expect(read({ S: resource('AWS::Kinesis::Stream', { ShardCount: 3 }) }).streams).toMatchObject([
      { mode: 'PROVISIONED', shards: 3, retentionHours: 24 },
    ]);
  });

  test('a stream has the consumers that are registered with it, in whichever stack', () => {
    const { streams, ignored } = read({
      One: resource('AWS::Kinesis::Stream', {}),
      Two: resource('AWS::Kinesis::Stream', {}),
      Consumer: resource('AWS::Kinesis::StreamConsumer', {
        ConsumerName: 'app',
        StreamARN: { 'Fn::GetAtt': ['Two', 'Arn'] },
      }),
    });
    const [one, two] = streams;
    expect(one?.consumers).toEqual([]);
    expect(two?.consumers).toEqual([{ name: 'app', arn: `${two?.arn}/consumer/app:1` }]);
    expect(ignored).toEqual([]);
  });

  test('a consumer of a stream that no template has is refused by name', () => {
    const properties = { ConsumerName: 'app', StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/other' };
    expect(() => read({ Consumer: resource('AWS::Kinesis::StreamConsumer', properties) })).toThrow(
      'One/Consumer.StreamARN: no template has the stream arn:aws:kinesis:us-east-1:000000000000:stream/other',
    );
  });

  const keys = { KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }] };
  const attributes = { AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }] };

  test.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])('%s gives its partition key', (type) => {
    expect(read({ Leases: resource(type, { ...keys, ...attributes }) }).tables).toEqual([
      { name: 'One-Leases', arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/One-Leases', partitionKey: 'leaseKey' },
    ]);
  });

  test('a table with a secondary index is refused by name', () => {
    const properties = { ...keys, ...attributes, GlobalSecondaryIndexes: [{ IndexName: 'i' }] };
    expect(() => read({ Leases: resource('AWS::DynamoDB::Table', properties) })).toThrow(
      'One/Leases.GlobalSecondaryIndexes: a secondary index is not supported',
    );
  });
});

describe('the lake', () => {
  test('databases hold their tables with columns, partitions and projection', () => {
    const { databases, buckets } = read({ Lake: lake, Database: database, Table: table() });
    expect(buckets).toEqual([{ name: 'lake' }]);
    expect(databases).toEqual([
      {
        name: 'factory',
        tables: [
          {
            name: 'readings',
            location: 's3://lake/readings/',
            columns: [{ name: 'temperature', type: 'double', doc: 'How hot.' }],
            partitionKeys: [{ name: 'date', type: 'string', doc: '' }],
            parameters: { 'projection.enabled': 'true' },
          },
        ],
      },
    ]);
  });

  test('a column type that is not converted here is refused by name', () => {
    expect(() => read({ Lake: lake, Database: database, Table: table('decimal(10,2)') })).toThrow(
      'One/Table.TableInput.StorageDescriptor.Columns.0.Type: column type decimal(10,2) is not supported',
    );
  });

  test('a table of JSON lines is told from Parquet, and one of ORC is refused by name', () => {
    const of = (SerializationLibrary: string) =>
      read({
        Lake: lake,
        Database: database,
        Table: resource('AWS::Glue::Table', {
          DatabaseName: { Ref: 'Database' },
          TableInput: { Name: 'readings', StorageDescriptor: { Location: 's3://lake/r/', SerdeInfo: { SerializationLibrary } } },
        }),
      }).databases[0]?.tables;
    expect(of('org.openx.data.jsonserde.JsonSerDe')).toMatchObject([{ format: 'json' }]);
    expect(of('org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe')?.[0]).not.toHaveProperty('format');
    expect(() => of('org.apache.hadoop.hive.ql.io.orc.OrcSerde')).toThrow(
      "One/Table.TableInput.StorageDescriptor.SerdeInfo.SerializationLibrary: the table's SerDe org.apache.hadoop.hive.ql.io.orc.OrcSerde is not supported",
    );
  });

  test('a work group has its output location and its cut-off', () => {
    const configuration = {
      BytesScannedCutoffPerQuery: 1e9,
      ResultConfiguration: { OutputLocation: { 'Fn::Join': ['', ['s3://', { Ref: 'Lake' }, '/results/']] } },
    };
    const { workGroups } = read({
      Lake: lake,
      Group: resource('AWS::Athena::WorkGroup', { Name: 'group', WorkGroupConfiguration: configuration }),
    });
    expect(workGroups).toEqual([{ name: 'group', outputLocation: 's3://lake/results/', bytesScannedCutoff: 1e9 }]);
  });
});

describe('a delivery stream', () => {
  test('that converts has the columns of the Glue table that its schema names', () => {
    const { deliveryStreams } = read(
      delivery({
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
        Prefix: 'readings/date=!{timestamp:yyyy-MM-dd}/',
        ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
        DataFormatConversionConfiguration: conversion,
      }),
    );
    expect(deliveryStreams).toEqual([
      {
        name: 'One-Delivery',
        arn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/One-Delivery',
        bucket: 'lake',
        prefix: 'readings/date=!{timestamp:yyyy-MM-dd}/',
        errorOutputPrefix: 'errors/!{firehose:error-output-type}/',
        bufferSizeMiB: 64,
        bufferIntervalSeconds: 60,
        compression: 'UNCOMPRESSED',
        conversion: {
          columns: [{ name: 'temperature', type: 'double', doc: 'How hot.' }],
          jsonKeys: { temperature: 't1' },
          compression: 'SNAPPY',
        },
      },
    ]);
  });

  test('has the buffering of the service when the template says nothing', () => {
    expect(read(delivery({ CompressionFormat: 'GZIP' })).deliveryStreams).toMatchObject([
      { bufferSizeMiB: 5, bufferIntervalSeconds: 300, compression: 'GZIP', prefix: '' },
    ]);
    expect(read(delivery({ DataFormatConversionConfiguration: conversion })).deliveryStreams).toMatchObject([
      { bufferSizeMiB: 128 },
    ]);
  });

  const processing = (parameters: Record<string, unknown>, ...more: object[]) => ({
    Enabled: true,
    Processors: [
      {
        Type: 'Lambda',
        Parameters: Object.entries({ LambdaArn: 'arn:f', ...parameters }).map(([ParameterName, ParameterValue]) => ({
          ParameterName,
          ParameterValue,
        })),
      },
      ...more,
    ],
  });

  test('has the function that its records pass through, with the buffering of the service when the template says nothing', () => {
    expect(read(delivery({ ProcessingConfiguration: processing({}) })).deliveryStreams).toMatchObject([
      { processing: { functionArn: 'arn:f', bufferSizeMiB: 1, bufferIntervalSeconds: 60, retries: 3 } },
    ]);
    const parameters = { BufferSizeInMBs: '0.5', BufferIntervalInSeconds: '30', NumberOfRetries: '1' };
    expect(read(delivery({ ProcessingConfiguration: processing(parameters) })).deliveryStreams).toMatchObject([
      { processing: { functionArn: 'arn:f', bufferSizeMiB: 0.5, bufferIntervalSeconds: 30, retries: 1 } },
    ]);
    const [switchedOff] = read(delivery({ ProcessingConfiguration: { ...processing({}), Enabled: false } })).deliveryStreams;
    expect(switchedOff).not.toHaveProperty('processing');
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['DynamicPartitioningConfiguration is not supported', { DynamicPartitioningConfiguration: { Enabled: true } }, {}],
    [
      'processor type Decompression is not supported',
      { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Decompression' }] } },
      {},
    ],
    ['a second processor is not supported', { ProcessingConfiguration: processing({}, { Type: 'Lambda' }) }, {}],
    [
      'processor parameter SubRecordType is not supported',
      { ProcessingConfiguration: processing({ SubRecordType: 'JSON' }) },
      {},
    ],
    [
      'One/Delivery.ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration.OutputFormatConfiguration.Serializer.OrcSerDe: the file format ORC is not supported',
      {
        DataFormatConversionConfiguration: {
          ...conversion,
          OutputFormatConfiguration: { Serializer: { OrcSerDe: { Compression: 'ZLIB' } } },
        },
      },
      {},
    ],
    [
      'Parquet compression BROTLI is not supported',
      {
        DataFormatConversionConfiguration: {
          ...conversion,
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'BROTLI' } } },
        },
      },
      {},
    ],
    ['compression format ZIP is not supported', { CompressionFormat: 'ZIP' }, {}],
    ['FileExtension is not supported', { FileExtension: '.x' }, {}],
    ['time zone Europe/Berlin is not supported', { CustomTimeZone: 'Europe/Berlin' }, {}],
    ['delivery stream type KinesisStreamAsSource is not supported', {}, { DeliveryStreamType: 'KinesisStreamAsSource' }],
    ['RedshiftDestinationConfiguration is not supported', {}, { RedshiftDestinationConfiguration: {} }],
    [
      'HiveJsonSerDe is not supported',
      {
        DataFormatConversionConfiguration: {
          ...conversion,
          InputFormatConfiguration: { Deserializer: { HiveJsonSerDe: {} } },
        },
      },
      {},
    ],
    [
      'no template has the Glue table factory.gone',
      {
        DataFormatConversionConfiguration: {
          ...conversion,
          SchemaConfiguration: { DatabaseName: 'factory', TableName: 'gone' },
        },
      },
      {},
    ],
  ])('is refused: %s', (message, destination, more) => {
    expect(() => read(delivery(destination, more))).toThrow(message);
  });
});

describe('code', () => {
  const code = { Code: { S3Bucket: 'b', S3Key: 'code-us-east-1.zip' }, Handler: 'index.handler', Runtime: 'nodejs22.x' };
  const uri = '000000000000.dkr.ecr.us-east-1.amazonaws.com/assets:image-tag';

  test('a function has the directory of its asset, its settings and its environment', () => {
    const Resources = {
      Stream: resource('AWS::Kinesis::Stream'),
      Plan: resource('AWS::Lambda::Function', {
        ...code,
        Timeout: 30,
        Environment: { Variables: { STREAM: { Ref: 'Stream' }, COUNT: 3 } },
      }),
    };
    withAssembly({ Resources }, (assembly, directory) => {
      expect(readPipeline(assembly).functions).toEqual([
        {
          name: 'One-Plan',
          arn: 'arn:aws:lambda:us-east-1:000000000000:function:One-Plan',
          assetDirectory: join(directory, 'asset.code'),
          handler: 'index.handler',
          timeoutSeconds: 30,
          memoryMiB: 128,
          environment: { STREAM: 'One-Stream', COUNT: '3' },
        },
      ]);
    });
  });

  test('a function that cannot run here is listed with the reason', () => {
    const { functions, ignored } = read({
      Python: resource('AWS::Lambda::Function', { ...code, Runtime: 'python3.13' }),
      Inline: resource('AWS::Lambda::Function', { ...code, Code: { ZipFile: 'x' } }),
    });
    expect(functions).toEqual([]);
    expect(ignored.map(({ logicalId, reason }) => [logicalId, reason])).toEqual([
      ['Python', 'its runtime is python3.13, not Node.js'],
      ['Inline', 'its code stands in the template'],
    ]);
  });

  test('a service has its container, with the directory of its image', () => {
    const container = {
      Name: 'consumer',
      Image: uri,
      Environment: [{ Name: 'STREAM_NAME', Value: { Ref: 'Stream' } }],
      StopTimeout: 120,
      Command: ['node', 'main.js'],
    };
    const Resources = {
      Stream: resource('AWS::Kinesis::Stream'),
      Task: resource('AWS::ECS::TaskDefinition', { Memory: '512', ContainerDefinitions: [container] }),
      Service: resource('AWS::ECS::Service', { TaskDefinition: { Ref: 'Task' }, DesiredCount: 2 }),
    };
    withAssembly({ Resources }, (assembly, directory) => {
      expect(readPipeline(assembly).services).toEqual([
        {
          name: 'One-Service',
          containerName: 'consumer',
          imageDirectory: join(directory, 'asset.image'),
          dockerfile: 'Dockerfile',
          command: ['node', 'main.js'],
          environment: { STREAM_NAME: 'One-Stream' },
          stopTimeoutSeconds: 120,
          desiredCount: 2,
          memoryMiB: 512,
        },
      ]);
    });
  });

  describe('a service that scales', () => {
    const scaling = (properties: Record<string, unknown> = {}): RawResource =>
      resource('AWS::ApplicationAutoScaling::ScalableTarget', {
        ResourceId: { 'Fn::Join': ['/', ['service', { Ref: 'Cluster' }, { 'Fn::GetAtt': ['Service', 'Name'] }]] },
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 3,
        MaxCapacity: 8,
        ...properties,
      });
    const tasksOf = (target: RawResource, service: Record<string, unknown> = {}): number | undefined => {
      const Resources = {
        Cluster: resource('AWS::ECS::Cluster'),
        Task: resource('AWS::ECS::TaskDefinition', { Memory: 512, ContainerDefinitions: [{ Name: 'c', Image: uri }] }),
        Service: resource('AWS::ECS::Service', { Cluster: { Ref: 'Cluster' }, TaskDefinition: { Ref: 'Task' }, ...service }),
        Target: target,
      };
      return withAssembly({ Resources }, (assembly) => readPipeline(assembly).services[0]?.desiredCount);
    };

    test('runs as many tasks as scaling keeps up at least', () => {
      expect(tasksOf(scaling())).toBe(3);
    });

    test('runs more when it begins with more', () => {
      expect(tasksOf(scaling(), { DesiredCount: 5 })).toBe(5);
    });

    test('is not meant by what scales something else', () => {
      expect(tasksOf(scaling({ ResourceId: 'service/other/other' }))).toBe(1);
      expect(tasksOf(scaling({ ScalableDimension: 'dynamodb:table:ReadCapacityUnits' }))).toBe(1);
    });
  });

  test('a service whose image is not built from the assembly is refused', () => {
    const Resources = {
      Task: resource('AWS::ECS::TaskDefinition', { Memory: 512, ContainerDefinitions: [{ Name: 'c', Image: 'nginx:1' }] }),
      Service: resource('AWS::ECS::Service', { TaskDefinition: { Ref: 'Task' } }),
    };
    expect(() => read(Resources)).toThrow('One/Task.ContainerDefinitions.0.Image: image nginx:1, which is not built');
  });
});

describe('training', () => {
  const definition = { StartAt: 'A', States: { A: { Type: 'Task', Resource: '${Plan}', End: true } } };

  test('a state machine has its definition with every substitution made', () => {
    const { stateMachines, schedules } = read({
      Machine: resource('AWS::StepFunctions::StateMachine', {
        DefinitionString: JSON.stringify(definition),
        DefinitionSubstitutions: { Plan: { 'Fn::Sub': 'arn:${AWS::Partition}:x' } },
      }),
      Daily: resource('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 day)',
        State: 'DISABLED',
        Target: { Arn: { Ref: 'Machine' }, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
      }),
    });
    const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:One-Machine';
    expect(stateMachines).toEqual([
      {
        name: 'One-Machine',
        arn,
        definition: { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:x', End: true } } },
      },
    ]);
    expect(schedules).toMatchObject([
      { stateMachineArn: arn, input: '{"at":"<aws.scheduler.scheduled-time>"}', expression: 'rate(1 day)', enabled: false },
    ]);
  });

  test('a schedule of something else is listed with the reason', () => {
    const { schedules, ignored } = read({
      Other: resource('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 day)', Target: { Arn: 'arn:aws:sqs:q' } }),
    });
    expect(schedules).toEqual([]);
    expect(ignored).toMatchObject([{ logicalId: 'Other', reason: expect.stringContaining('arn:aws:sqs:q') as string }]);
  });
});

test('what has no local counterpart is listed, a resource whose condition fails is not', () => {
  const { ignored } = readPipeline(
    assemblyOf({
      One: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: {
          Vpc: resource('AWS::EC2::VPC', { Broken: { 'Fn::Unknown': 1 } }),
          Meta: resource('AWS::CDK::Metadata'),
          Gone: { ...resource('AWS::IAM::Role'), Condition: 'Never' },
        },
      },
    }),
  );
  expect(ignored).toEqual([{ type: 'AWS::EC2::VPC', stack: 'One', logicalId: 'Vpc' }]);
});

test('a directory that is no cloud assembly is an error that says what to do', () => {
  expect(() => readAssembly('/nowhere')).toThrow(
    expect.objectContaining({ code: 'InvalidAssembly', message: expect.stringContaining('cdk synth') as string }) as Error,
  );
});
