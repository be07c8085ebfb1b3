import type { Column } from '../../../core/column';

/** A table of the Glue catalog, as far as queries need it. */
export interface AthenaTable {
  readonly name: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  /** What the files are: Parquet, or JSON lines, which may be compressed with gzip. @default 'parquet' */
  readonly format?: 'parquet' | 'json';
  /** The columns in the files, without the partition keys. */
  readonly columns: readonly Column[];
  /** In the order in which they stand in the path: `<location><key>=<value>/…`. */
  readonly partitionKeys: readonly { readonly name: string; readonly type: string }[];
}

/** A database of the Glue catalog. */
export interface AthenaDatabase {
  readonly name: string;
  readonly tables: readonly AthenaTable[];
}

export interface AthenaWorkgroup {
  readonly name: string;
  /** Where results go, `s3://bucket/prefix/`. Enforced: a location that a client names is not used. */
  readonly outputLocation: string;
  /** BytesScannedCutoffPerQuery: a query that would scan more is cancelled. @default - any amount */
  readonly bytesScannedCutoff?: number;
}

/** A place in S3. */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
}

/** @throws RangeError for what is not an S3 URI */
export function parseS3Uri(uri: string): S3Location {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) {
    throw new RangeError(`${uri} is not an S3 location`);
  }
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}
