import { S3Client } from '@aws-sdk/client-s3';
import { planTrainingEnvironment as names, tunedPlanEnvironment } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment, textsByName, wholeNumber } from '../shared/environment';
import { S3Lake } from '../shared/s3-lake';
import { parsePlanTrainingEvent } from './event';
import { planTraining, type PlannedTraining } from './logic';

const s3 = new S3Client({});

/**
 * Plans the training on a window that is closed. Event: `{ "window": <the answer of CheckWindow>, "executionName": "<name>" }`; answers
 * `PlannedTraining`.
 */
export async function handler(event: unknown): Promise<PlannedTraining> {
  const variables = readEnvironment(names, process.env);
  const tuningJobs = process.env[tunedPlanEnvironment.tuningJobs];
  return planTraining(
    {
      lake: new S3Lake(s3, variables.lakeBucket),
      now: Date.now,
      domain: domainNamed(variables.domain),
      tablePrefixes: textsByName(names.tablePrefixes, variables.tablePrefixes),
      trainingSetPrefix: folderPrefix(names.trainingSetPrefix, variables.trainingSetPrefix),
      jobNamePrefix: variables.jobNamePrefix,
      codeVersion: variables.codeVersion,
      trainingImage: variables.trainingImage,
      ...(tuningJobs !== undefined && { tuningJobs: wholeNumber(tunedPlanEnvironment.tuningJobs, tuningJobs, 1) }),
      allowedLatenessSeconds: wholeNumber(names.allowedLatenessSeconds, variables.allowedLatenessSeconds),
    },
    parsePlanTrainingEvent(event),
  );
}
