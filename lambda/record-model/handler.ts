import { S3Client } from '@aws-sdk/client-s3';
import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { recordModelEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { S3Lake } from '../shared/s3-lake';
import { parseRecordModelEvent } from './event';
import { recordModel, type ModelRecord } from './logic';

const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});

/** Records an ended training job. Event: a `RecordModelEvent`; answers the `ModelRecord`. */
export async function handler(event: Readonly<Record<string, unknown>>): Promise<ModelRecord> {
  const variables = readEnvironment(names, process.env);
  return recordModel(
    new S3Lake(s3, variables.lakeBucket),
    (jobName) => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: jobName })),
    { domain: domainNamed(variables.domain), recordPrefix: folderPrefix(names.recordPrefix, variables.recordPrefix) },
    parseRecordModelEvent(event),
  );
}
