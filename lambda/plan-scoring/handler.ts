import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { planScoringEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment, wholeNumber } from '../shared/environment';
import { EventReader } from '../shared/event-reader';
import { readLeaseTable } from '../shared/lease-table';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerRegistry } from '../shared/sagemaker-registry';
import { planScoring, type PlannedScoring } from './logic';
import { metricsLine } from './metrics';

const s3 = new S3Client({});
const dynamoDb = new DynamoDBClient({});
const sagemaker = new SageMakerClient({});

/** Decides which rows are scored next. Event: `{ "executionName": "<name>" }`; answers a `PlannedScoring`. */
export async function handler(event: unknown): Promise<PlannedScoring> {
  const variables = readEnvironment(names, process.env);
  const planned = await planScoring(
    {
      lake: new S3Lake(s3, variables.lakeBucket),
      registry: new SageMakerRegistry(sagemaker, variables.modelPackageGroup),
      readLeases: () => readLeaseTable(dynamoDb, variables.leaseTableName),
      now: Date.now,
      config: {
        domain: domainNamed(variables.domain),
        scoringPrefix: folderPrefix(names.scoringPrefix, variables.scoringPrefix),
        backfillHours: wholeNumber(names.backfillHours, variables.backfillHours),
      },
    },
    new EventReader(event).text('executionName'),
  );
  const line = metricsLine(planned, variables.pipeline, Date.now());
  if (line !== undefined) {
    process.stdout.write(`${line}\n`);
  }
  return planned;
}
