import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { checkWindowEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment, wholeNumber } from '../shared/environment';
import { readLeaseTable } from '../shared/lease-table';
import { S3Lake } from '../shared/s3-lake';
import { parseCheckWindowEvent } from './event';
import { checkWindow, type CheckedWindow } from './logic';
import { metricsLine } from './metrics';

const s3 = new S3Client({});
const dynamoDb = new DynamoDBClient({});

/**
 * Decides whether the window of a run is closed. Event: `{ "input": <the execution's input>, "executionName": "<name>", "startedAt":
 * "<ISO 8601>" }`; answers a `CheckedWindow`.
 */
export async function handler(event: unknown): Promise<CheckedWindow> {
  const variables = readEnvironment(names, process.env);
  const seconds = (key: 'allowedLatenessSeconds' | 'deliveryBufferSeconds' | 'windowLimitSeconds'): number =>
    wholeNumber(names[key], variables[key]);
  const checked = await checkWindow(
    {
      lake: new S3Lake(s3, variables.lakeBucket),
      readLeases: () => readLeaseTable(dynamoDb, variables.leaseTableName),
      now: Date.now,
      config: {
        domain: domainNamed(variables.domain),
        trainingSetPrefix: folderPrefix(names.trainingSetPrefix, variables.trainingSetPrefix),
        allowedLatenessSeconds: seconds('allowedLatenessSeconds'),
        deliveryBufferSeconds: seconds('deliveryBufferSeconds'),
        windowLimitSeconds: seconds('windowLimitSeconds'),
      },
    },
    parseCheckWindowEvent(event),
  );
  const line = metricsLine(checked, variables.pipeline, Date.now());
  if (line !== undefined) {
    process.stdout.write(`${line}\n`);
  }
  return checked;
}
