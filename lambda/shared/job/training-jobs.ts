import type { CreateTrainingJobRequest, DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';

/** A training job, as a listing shows it. */
export interface ListedJob {
  readonly name: string;
  /** InProgress, Completed, Failed, Stopping or Stopped. */
  readonly status: string;
}

/** What the training functions need of SageMaker. Rejects with the SDK's errors. */
export interface TrainingJobs {
  /** @throws an error named ResourceInUse when a job has, or had, that name */
  create(request: CreateTrainingJobRequest): Promise<void>;
  describe(name: string): Promise<DescribeTrainingJobResponse>;
  /** Jobs whose name starts with `prefix`. @param createdAfter a time in milliseconds since the epoch. @default - of all times */
  list(prefix: string, createdAfter?: number): Promise<readonly ListedJob[]>;
}
