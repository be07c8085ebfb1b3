import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Database } from 'aws-cdk-lib/aws-glue';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Domain } from '../../core/domain';
import type { PipelineConfig } from '../config/pipeline-config';
import { removalOfData } from '../shared/removal';
import { lakeLayout } from './lake-layout';
import { LakeTable } from './lake-table';

export interface LakeProps {
  readonly config: PipelineConfig;
  readonly domain: Domain;
  /** What names start with. The Glue database is called so, with underscores: names in SQL need no quotes then. */
  readonly prefix: string;
}

/** The bucket under its own key, and the catalogue of what lies in it: a Glue table per table of the domain. */
export class Lake extends Construct {
  readonly key: Key;
  readonly bucket: IBucket;
  readonly database: Database;
  /** By the name that the domain gives the table. */
  readonly tables: Readonly<Record<string, LakeTable>>;

  constructor(scope: Construct, id: string, { config, domain, prefix }: LakeProps) {
    super(scope, id);
    const removalPolicy = removalOfData(config);
    this.key = new Key(this, 'Key', { description: `Encrypts the lake of ${prefix}`, enableKeyRotation: true, removalPolicy });
    const expire = (id: string, days: number) => ({ id, expiration: Duration.days(days) });
    const { queryResultRetentionDays, quarantineRetentionDays } = config.delivery;
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      // One call of KMS per bucket and hour, not per object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        { ...expire('query-results', queryResultRetentionDays), prefix: lakeLayout.queryResults },
        { ...expire('unconverted-rows', quarantineRetentionDays), prefix: lakeLayout.allErrors },
        { ...expire('quarantine', quarantineRetentionDays), prefix: lakeLayout.quarantine },
        {
          id: 'superseded-versions-and-broken-uploads',
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      // A bucket that still holds objects is not deleted, whatever this says: emptying it is left to a person.
      removalPolicy,
    });
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.bucket = bucket as IBucket;
    this.database = new Database(this, 'Database', {
      databaseName: databaseName(prefix),
      description: domain.doc,
      // Schemas, no data: all of it is in the template. Retained, its name would be taken when the stack is deployed again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.tables = Object.fromEntries(
      Object.keys(domain.tables).map((table) => [
        table,
        new LakeTable(this, `Table-${table}`, { domain, table, bucket: this.bucket, database: this.database }),
      ]),
    );
  }

  /** ARN of every object under one of the prefixes of `lakeLayout`. */
  objectsUnder(prefix: string): string {
    return this.bucket.arnForObjects(`${prefix}*`);
  }

  /** ARNs to name when reading the schema of these tables: Glue asks for rights on catalogue and database too. */
  catalogueArns(tables: readonly string[]): string[] {
    const stack = Stack.of(this);
    return [
      stack.formatArn({ service: 'glue', resource: 'catalog' }),
      this.database.databaseArn,
      ...tables.map((table) => this.table(table).table.tableArn),
    ];
  }

  /** @throws RangeError for a table that the domain does not have */
  table(name: string): LakeTable {
    const found = this.tables[name];
    if (found === undefined) {
      throw new RangeError(`the lake has no table ${name}; it has ${Object.keys(this.tables).join(', ')}`);
    }
    return found;
  }
}

/** The name of the Glue database for a prefix. */
export function databaseName(prefix: string): string {
  return prefix.replaceAll('-', '_');
}
