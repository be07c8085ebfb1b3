import { S3Client } from '@aws-sdk/client-s3';
import { planTrainingEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment, textsByName, wholeNumber } from '../shared/environment';
import { requireText, type Plan } from '../shared/plan';
import { S3Lake } from '../shared/s3-lake';
import { planTraining } from './logic';

const s3 = new S3Client({});

/** Plans a training run. Event: `{ "scheduledTime": "<ISO 8601>", "executionName": "<name>" }`; answers a `Plan`. */
export async function handler(event: Readonly<Record<string, unknown>>): Promise<Plan> {
  const variables = readEnvironment(names, process.env);
  return planTraining(
    new S3Lake(s3, variables.lakeBucket),
    {
      domain: domainNamed(variables.domain),
      tablePrefixes: textsByName(names.tablePrefixes, variables.tablePrefixes),
      trainingSetPrefix: folderPrefix(names.trainingSetPrefix, variables.trainingSetPrefix),
      jobNamePrefix: variables.jobNamePrefix,
      allowedLatenessSeconds: wholeNumber(names.allowedLatenessSeconds, variables.allowedLatenessSeconds),
      deliveryBufferSeconds: wholeNumber(names.deliveryBufferSeconds, variables.deliveryBufferSeconds),
    },
    { scheduledTime: requireText(event, 'scheduledTime'), executionName: requireText(event, 'executionName') },
  );
}
