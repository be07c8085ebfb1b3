import type { Column } from '../../../core/column';
import type { LambdaProcessing } from './processing';

/**
 * One delivery stream, as far as a run on this machine needs it: what a template's AWS::KinesisFirehose::DeliveryStream says.
 * Direct put, one S3 destination (`ExtendedS3DestinationConfiguration`).
 *
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
 */
export interface LocalDeliveryStream {
  /** DeliveryStreamName. */
  readonly name: string;
  /** The bucket's name, from BucketARN. */
  readonly bucket: string;
  /**
   * Prefix, expressions included: `telemetry/date=!{timestamp:yyyy-MM-dd}/`. Empty means Firehose's default, `yyyy/MM/dd/HH/`.
   * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
   */
  readonly prefix: string;
  /** ErrorOutputPrefix, expressions included. Empty means that errors go under `<prefix><error type>/yyyy/MM/dd/HH/`. */
  readonly errorOutputPrefix: string;
  /** BufferingHints.SizeInMBs: an object is delivered when this much has come in, in MiB. */
  readonly bufferSizeMiB: number;
  /** BufferingHints.IntervalInSeconds: or when the oldest record in the buffer is this old. */
  readonly bufferIntervalSeconds: number;
  /** CompressionFormat. UNCOMPRESSED when records are converted: Parquet compresses inside. */
  readonly compression: 'UNCOMPRESSED' | 'GZIP';
  /** DataFormatConversionConfiguration: JSON in, Parquet out. @default - objects hold the records as they came, one after the other */
  readonly conversion?: FormatConversion;
  /** ProcessingConfiguration: a function that records pass through first. @default - records stay as they come */
  readonly processing?: LambdaProcessing;
}

/** JSON in (OpenX JSON SerDe), Parquet out. */
export interface FormatConversion {
  /** The columns of the Glue table that SchemaConfiguration names, without its partition keys. */
  readonly columns: readonly Column[];
  /** OpenXJsonSerDe.ColumnToJsonKeyMappings: the JSON key of a column, by column. @default - every column goes by its name */
  readonly jsonKeys?: Readonly<Record<string, string>>;
  /** ParquetSerDe.Compression. */
  readonly compression: ParquetCompression;
}

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ParquetSerDe.html */
export const parquetCompressions = ['SNAPPY', 'GZIP', 'UNCOMPRESSED'] as const;
export type ParquetCompression = (typeof parquetCompressions)[number];
