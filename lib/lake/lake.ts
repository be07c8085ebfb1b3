import { Annotations, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Database, type S3Table } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Domain } from '../../core/domain';
import { predictionsTableName } from '../../core/predictions';
import type { PipelineConfig } from '../config/pipeline-config';
import { encryptionKey } from '../shared/encryption-key';
import { removalOfData } from '../shared/removal';
import { LakeTable } from './lake-table';
import { lakeLifecycle } from './lifecycle';
import { predictionsTable } from './predictions-table';
import { quarantineTable } from './quarantine-table';

export interface LakeProps {
  readonly config: PipelineConfig;
  readonly domain: Domain;
  /** What names start with. The Glue database is called so, with underscores: names in SQL need no quotes then. */
  readonly prefix: string;
  /** Where the bucket logs its access. */
  readonly accessLogs: IBucket;
}

/**
 * The bucket, and the catalogue of what lies in it: a Glue table per table of the domain, one of the quarantine, and one of predictions.
 *
 * The catalogue's own encryption is a setting of the account and region, not of a database, and is left to its owner.
 * https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html
 */
export class Lake extends Construct {
  /** Undefined for AWS's own key of S3. */
  readonly key: IKey | undefined;
  readonly bucket: IBucket;
  /** Whether Lake Formation says who may query the tables, beside IAM. */
  readonly isGoverned: boolean;
  readonly database: Database;
  /** By the name that the domain gives the table. */
  readonly tables: Readonly<Record<string, LakeTable>>;
  readonly quarantineTable: S3Table;
  readonly predictionsTable: S3Table;

  constructor(scope: Construct, id: string, { config, domain, prefix, accessLogs }: LakeProps) {
    super(scope, id);
    this.isGoverned = config.lake.lakeFormation;
    this.key = encryptionKey(this, 'Key', config, 'lake', `Encrypts the lake of ${prefix}`);
    const bucket = new Bucket(this, 'Bucket', {
      ...(this.key === undefined
        ? { encryption: BucketEncryption.KMS_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: this.key }),
      // One call of KMS per bucket and hour, not per object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: config.lake.versioned,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'lake/',
      lifecycleRules: lakeLifecycle(config),
      // A bucket that still holds objects is not deleted, whatever this says: emptying it is left to a person.
      removalPolicy: removalOfData(config),
    });
    Annotations.of(bucket).acknowledgeWarning(
      '@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
      'The bucket of the access logs lets every bucket of the account log: lib/foundation/access-logs.ts.',
    );
    Validations.of(bucket).acknowledge({
      id: 'CloudFormation-Validate::W9003',
      reason: 'A size in bytes of a lifecycle rule: the library writes it as a number, and CloudFormation takes it as a text.',
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
        new LakeTable(this, `Table-${table}`, {
          config: config.lake,
          domain,
          table,
          bucket: this.bucket,
          database: this.database,
        }),
      ]),
    );
    this.quarantineTable = quarantineTable(this, 'QuarantineTable', { bucket: this.bucket, database: this.database });
    this.predictionsTable = predictionsTable(this, 'PredictionsTable', { bucket: this.bucket, database: this.database });
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
      ...tables.map((table) => this.glueTable(table).tableArn),
    ];
  }

  /** The Glue table of that name: one of the domain, or that of predictions. @throws RangeError when there is none */
  glueTable(name: string): S3Table {
    return name === predictionsTableName ? this.predictionsTable : this.table(name).table;
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
