import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';

/** How a job ended: with a model; for want of spot capacity, so that it may be started again without; or without a model. */
export type TrainingOutcome = 'trained' | 'no-spot' | 'failed';

/** The members of a job's description that say how it ended. */
export type EndedJob = Pick<DescribeTrainingJobResponse, 'TrainingJobStatus' | 'SecondaryStatus' | 'FailureReason'> &
  Partial<Pick<DescribeTrainingJobResponse, 'EnableManagedSpotTraining' | 'StoppingCondition'>>;

/**
 * How an ended job ended. Spot capacity was wanting when a job that trains on it was stopped because it waited too long, or failed with
 * a reason that begins with `CapacityError`. A job that was interrupted starts again by itself, so an interruption ends no job. Such a
 * job without spot has failed: there is nothing to fall back on.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html (SecondaryStatus)
 * @see https://docs.aws.amazon.com/batch/latest/userguide/sm_job_stuck_in_runnable_capacity.html (the two signs of missing capacity)
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
 */
export function outcomeOf({
  TrainingJobStatus,
  SecondaryStatus,
  FailureReason,
  EnableManagedSpotTraining,
}: EndedJob): TrainingOutcome {
  if (TrainingJobStatus === 'Completed') {
    return 'trained';
  }
  const isWithoutCapacity =
    (TrainingJobStatus === 'Stopped' && SecondaryStatus === 'MaxWaitTimeExceeded') ||
    (TrainingJobStatus === 'Failed' && FailureReason?.startsWith('CapacityError') === true);
  return isWithoutCapacity && EnableManagedSpotTraining === true ? 'no-spot' : 'failed';
}

/** Why there is no model, for a person. */
export function failureReasonOf({ TrainingJobStatus, SecondaryStatus, FailureReason, StoppingCondition }: EndedJob): string {
  if (FailureReason !== undefined && FailureReason !== '') {
    return FailureReason;
  }
  if (TrainingJobStatus !== 'Stopped') {
    return 'The training job failed and gave no reason; its log is in /aws/sagemaker/TrainingJobs.';
  }
  switch (SecondaryStatus) {
    case 'MaxRuntimeExceeded':
      return `The training job was stopped because it ran longer than it may, ${secondsOf(StoppingCondition?.MaxRuntimeInSeconds)}.`;
    case 'MaxWaitTimeExceeded':
      return `The training job was stopped because it waited for spot capacity, and ran, longer than it may, ${secondsOf(StoppingCondition?.MaxWaitTimeInSeconds)}.`;
    default:
      return 'The training job was stopped: by a person, or by a program that may.';
  }
}

function secondsOf(value: number | undefined): string {
  return value === undefined ? 'a time that it does not tell' : `${value} seconds`;
}
