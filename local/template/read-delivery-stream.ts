import { parquetCompressions, type FormatConversion } from '../aws/firehose/delivery-stream';
import type { LambdaProcessing } from '../aws/firehose/processing';
import type { PipelineDeliveryStream } from './pipeline';
import { readColumns } from './read-lake';
import type { TemplateResource, TemplateValue } from './resource';

/** Firehose's buffering when the template says nothing. @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const defaultBuffer = { sizeMiB: 5, convertingSizeMiB: 128, intervalSeconds: 300 } as const;

/** Properties of the delivery stream that are read, or that change nothing on this machine: access, encryption, tags. */
const understood = [
  'DeliveryStreamEncryptionConfigurationInput',
  'DeliveryStreamName',
  'DeliveryStreamType',
  'ExtendedS3DestinationConfiguration',
  'Tags',
];

/** The same of its S3 destination: logs, roles and keys. */
const understoodInDestination = [
  'BucketARN',
  'BufferingHints',
  'CloudWatchLoggingOptions',
  'CompressionFormat',
  'DataFormatConversionConfiguration',
  'EncryptionConfiguration',
  'ErrorOutputPrefix',
  'Prefix',
  'ProcessingConfiguration',
  'RoleARN',
];

/**
 * A delivery stream with direct put and one S3 destination. Whatever else the template asks of it stops the run by name.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html
 */
export function readDeliveryStream(stream: TemplateResource, glueTables: readonly TemplateResource[]): PipelineDeliveryStream {
  const type = stream.get('DeliveryStreamType').text('DirectPut');
  if (type !== 'DirectPut') {
    return stream.get('DeliveryStreamType').notSupported(`delivery stream type ${type}`);
  }
  refuseOthers(stream, understood);
  const destination = stream.get('ExtendedS3DestinationConfiguration');
  if (destination.get('DynamicPartitioningConfiguration', 'Enabled').boolean(false)) {
    return destination.get('DynamicPartitioningConfiguration').notSupported('DynamicPartitioningConfiguration');
  }
  if (destination.get('S3BackupMode').text('Disabled') !== 'Disabled') {
    return destination.get('S3BackupMode').notSupported('a backup of the source records');
  }
  const zone = destination.get('CustomTimeZone').text('UTC');
  if (zone !== 'UTC') {
    return destination.get('CustomTimeZone').notSupported(`time zone ${zone}`);
  }
  const harmless = ['CustomTimeZone', 'DynamicPartitioningConfiguration', 'S3BackupMode'];
  refuseOthers(destination, [...understoodInDestination, ...harmless]);
  const format = destination.get('DataFormatConversionConfiguration');
  const conversion = format.present && format.get('Enabled').boolean(true) ? readConversion(format, glueTables) : undefined;
  const processing = readProcessing(destination.get('ProcessingConfiguration'));
  const hints = destination.get('BufferingHints');
  return {
    name: stream.name,
    arn: stream.attribute('Arn'),
    bucket: bucketName(destination.get('BucketARN')),
    prefix: destination.get('Prefix').text(''),
    errorOutputPrefix: destination.get('ErrorOutputPrefix').text(''),
    bufferSizeMiB: hints
      .get('SizeInMBs')
      .number(conversion === undefined ? defaultBuffer.sizeMiB : defaultBuffer.convertingSizeMiB),
    bufferIntervalSeconds: hints.get('IntervalInSeconds').number(defaultBuffer.intervalSeconds),
    compression: readCompression(destination.get('CompressionFormat'), conversion !== undefined),
    ...(conversion === undefined ? {} : { conversion }),
    ...(processing === undefined ? {} : { processing }),
  };
}

function refuseOthers(value: TemplateValue, names: readonly string[]): void {
  const other = value.entries().find(([name]) => !names.includes(name));
  other?.[1].notSupported(other[0]);
}

function bucketName(arn: TemplateValue): string {
  const text = arn.text();
  return /^arn:[^:]+:s3:::([^/]+)$/.exec(text)?.[1] ?? arn.invalid(`${text} is not the ARN of a bucket`);
}

function readCompression(compression: TemplateValue, converts: boolean): 'UNCOMPRESSED' | 'GZIP' {
  const written = compression.text('UNCOMPRESSED');
  if (written !== 'UNCOMPRESSED' && written !== 'GZIP') {
    return compression.notSupported(`compression format ${written}`);
  }
  return converts && written !== 'UNCOMPRESSED'
    ? compression.invalid('records that are converted take no other compression than that of their format')
    : written;
}

/** Parameters of a processor that are read, or that change nothing here: the role that calls it. */
const processorParameters = ['LambdaArn', 'BufferSizeInMBs', 'BufferIntervalInSeconds', 'NumberOfRetries', 'RoleArn'];

/** What Firehose does when the template says nothing. https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const defaultProcessing = { bufferSizeMiB: 1, bufferIntervalSeconds: 60, retries: 3 } as const;

/** One Lambda processor, or none. */
function readProcessing(configuration: TemplateValue): LambdaProcessing | undefined {
  const [first, second] = configuration.get('Processors').list();
  if (!configuration.get('Enabled').boolean(false) || first === undefined) {
    return undefined;
  }
  if (second !== undefined) {
    return second.notSupported('a second processor');
  }
  const type = first.get('Type').text();
  if (type !== 'Lambda') {
    return first.get('Type').notSupported(`processor type ${type}`);
  }
  const parameters = new Map(
    first
      .get('Parameters')
      .list()
      .map((one) => [one.get('ParameterName').text(), one.get('ParameterValue')] as const),
  );
  for (const [name, value] of parameters) {
    if (!processorParameters.includes(name)) {
      return value.notSupported(`processor parameter ${name}`);
    }
  }
  return {
    functionArn: parameters.get('LambdaArn')?.text() ?? first.get('Parameters').invalid('a Lambda processor has a LambdaArn'),
    bufferSizeMiB: parameters.get('BufferSizeInMBs')?.number() ?? defaultProcessing.bufferSizeMiB,
    bufferIntervalSeconds: parameters.get('BufferIntervalInSeconds')?.number() ?? defaultProcessing.bufferIntervalSeconds,
    retries: parameters.get('NumberOfRetries')?.number() ?? defaultProcessing.retries,
  };
}

/** OpenX JSON in, Parquet out; the columns are those of the Glue table that the schema names. */
function readConversion(format: TemplateValue, glueTables: readonly TemplateResource[]): FormatConversion {
  const deserializer = format.get('InputFormatConfiguration', 'Deserializer');
  refuseOthers(deserializer, ['OpenXJsonSerDe']);
  const openX = deserializer.get('OpenXJsonSerDe');
  if (!openX.get('CaseInsensitive').boolean(true)) {
    return openX.get('CaseInsensitive').notSupported('a JSON deserializer that minds case');
  }
  refuseOthers(openX, ['CaseInsensitive', 'ColumnToJsonKeyMappings']);
  const jsonKeys = openX.get('ColumnToJsonKeyMappings');
  const serializer = format.get('OutputFormatConfiguration', 'Serializer');
  if (serializer.get('OrcSerDe').present) {
    return serializer.get('OrcSerDe').notSupported('the file format ORC');
  }
  refuseOthers(serializer, ['ParquetSerDe']);
  const written = serializer.get('ParquetSerDe', 'Compression').text('SNAPPY');
  const compression =
    parquetCompressions.find((one) => one === written) ??
    serializer.get('ParquetSerDe', 'Compression').notSupported(`Parquet compression ${written}`);
  const schema = format.get('SchemaConfiguration');
  const [database, table] = [schema.get('DatabaseName').text(), schema.get('TableName').text()];
  const glueTable =
    glueTables.find((one) => one.name === table && one.get('DatabaseName').text() === database) ??
    schema.invalid(`no template has the Glue table ${database}.${table}`);
  return {
    columns: readColumns(glueTable.get('TableInput', 'StorageDescriptor', 'Columns')),
    ...(jsonKeys.present ? { jsonKeys: Object.fromEntries(jsonKeys.entries().map(([name, key]) => [name, key.text()])) } : {}),
    compression,
  };
}
