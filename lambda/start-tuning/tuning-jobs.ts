import type { CreateHyperParameterTuningJobRequest, DescribeHyperParameterTuningJobResponse } from '@aws-sdk/client-sagemaker';

/** A tuning job, as a listing shows it. */
export interface ListedTuning {
  readonly name: string;
  /** InProgress, Completed, Failed, Stopping or Stopped. */
  readonly status: string;
  /** Training jobs that it has still to launch; 0 once it has ended. */
  readonly toLaunch: number;
}

/** What the function needs of SageMaker's tuning jobs. Rejects with the SDK's errors. */
export interface TuningJobs {
  /** @throws an error named ResourceInUse when a tuning job has, or had, that name */
  create(request: CreateHyperParameterTuningJobRequest): Promise<void>;
  describe(name: string): Promise<DescribeHyperParameterTuningJobResponse>;
  /** Tuning jobs whose name starts with `prefix`. */
  list(prefix: string): Promise<readonly ListedTuning[]>;
}
