import type { CreateTrainingJobRequest, Tag } from '@aws-sdk/client-sagemaker';
import { jobDefinition, type JobData } from '../shared/job/job-definition';
import type { StartTrainingConfig } from './config';

/** One training job. */
export interface JobSpecification extends Pick<JobData, 'channels' | 'onDemand'> {
  readonly jobName: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

/** The request for a training job. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export function jobRequest(job: JobSpecification, config: StartTrainingConfig): CreateTrainingJobRequest {
  const { lakeBucket, modelPrefix } = config;
  const definition = jobDefinition({ ...job, outputFolder: modelPrefix.replace(/\/$/, '') }, config);
  return {
    TrainingJobName: job.jobName,
    ...definition,
    HyperParameters: { ...job.hyperparameters },
    // Without checkpoints an interruption starts the training over.
    ...(definition.EnableManagedSpotTraining === true && {
      CheckpointConfig: { S3Uri: `s3://${lakeBucket}/${modelPrefix}${job.jobName}/checkpoints/` },
    }),
    Tags: [...job.tags],
  };
}
