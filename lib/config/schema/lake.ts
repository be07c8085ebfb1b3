import { z } from 'zod';
import { integer, userArn } from './shared';

const days = (min: number) => integer(min, 36_500);

/** The bucket where everything comes to rest, and its catalogue. */
export const lakeSchema = z
  .strictObject({
    format: z
      .enum(['parquet', 'orc'])
      .default('parquet')
      .describe('File format of the tables. The local run writes Parquet only.'),
    compression: z
      .enum(['snappy', 'gzip', 'zlib', 'none'])
      .default('snappy')
      .describe('Compression inside the files: snappy, gzip or none in Parquet; snappy, zlib or none in ORC.'),
    versioned: z
      .boolean()
      .default(true)
      .describe('Whether an object that is overwritten or deleted can be had back, for supersededVersionDays.'),
    supersededVersionDays: days(1).default(30).meta({ unit: 'days', description: 'How long superseded versions are kept.' }),
    infrequentAccessAfterDays: days(30).exactOptional().meta({
      unit: 'days',
      description: 'When files of tables move to S3 Standard-IA, which is cheaper to keep and dearer to read. Left out: never.',
    }),
    expireAfterDays: days(1)
      .exactOptional()
      .meta({ unit: 'days', description: 'When files of tables are deleted. Left out: never.' }),
    trainingSetRetentionDays: days(1).default(7).meta({
      unit: 'days',
      description:
        'How long the large files of a training set are kept: it can be built again of what is pinned. Data cards, manifests and closings stay.',
    }),
    accessLogRetentionDays: days(1)
      .default(90)
      .meta({ unit: 'days', description: 'How long it is kept who read and wrote the bucket.' }),
    lakeFormation: z
      .boolean()
      .default(false)
      .describe(
        'Whether the account’s catalogue is governed by Lake Formation: grants are made for the pipeline’s roles and for readers. The deploying role must be a data lake administrator.',
      ),
    readers: z.array(userArn).default([]).meta({
      source: 'https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_DataLakePrincipal.html',
      description: 'Who else is granted to query the tables, by Lake Formation: roles and users. Needs lakeFormation.',
    }),
  })
  .readonly();

export type LakeConfig = z.output<typeof lakeSchema>;
