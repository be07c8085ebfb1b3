import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { recordModelEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerTrainingJobs } from '../shared/job/sagemaker-training-jobs';
import { parseRecordModelEvent } from './event';
import { recordModel, type ModelRecord } from './logic';

const s3 = new S3Client({});
const jobs = new SageMakerTrainingJobs(new SageMakerClient({}));

/** Records an ended training job. Event: as `parseRecordModelEvent` takes it; answers the `ModelRecord`. */
export async function handler(event: unknown): Promise<ModelRecord> {
  const variables = readEnvironment(names, process.env);
  return recordModel(
    new S3Lake(s3, variables.lakeBucket),
    jobs,
    { domain: domainNamed(variables.domain), recordPrefix: folderPrefix(names.recordPrefix, variables.recordPrefix) },
    parseRecordModelEvent(event),
  );
}
