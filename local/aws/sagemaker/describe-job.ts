import type { Members } from './shapes';
import { isOver, type TrainingJob } from './training-job';

/** AWS JSON 1.1 carries times as seconds since the epoch. */
const seconds = (epochMs: number): number => epochMs / 1000;

/** Where a job's model lies: `<S3OutputPath>/<job>/output/model.tar.gz`. */
export function modelUri({ outputPath, name }: { readonly outputPath: string; readonly name: string }): string {
  return `${outputPath.replace(/\/$/, '')}/${name}/output/model.tar.gz`;
}

/**
 * The answer of DescribeTrainingJob.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
export function describeJob(job: TrainingJob): Members {
  const { request } = job;
  const { input } = request;
  const trainingSeconds =
    job.trainingStartedAt === undefined
      ? undefined
      : Math.ceil(((job.trainingEndedAt ?? job.modifiedAt) - job.trainingStartedAt) / 1000);
  return {
    TrainingJobName: request.name,
    TrainingJobArn: job.arn,
    ...(job.tuningJobArn !== undefined && { TuningJobArn: job.tuningJobArn }),
    ModelArtifacts: { S3ModelArtifacts: modelUri(request) },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.transitions.at(-1)?.status,
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    HyperParameters: request.hyperparameters,
    AlgorithmSpecification: input.AlgorithmSpecification,
    RoleArn: input.RoleArn,
    InputDataConfig: input.InputDataConfig,
    OutputDataConfig: input.OutputDataConfig,
    ResourceConfig: input.ResourceConfig,
    StoppingCondition: input.StoppingCondition,
    CheckpointConfig: input.CheckpointConfig,
    VpcConfig: input.VpcConfig,
    RetryStrategy: input.RetryStrategy,
    CreationTime: seconds(job.createdAt),
    ...(job.trainingStartedAt !== undefined && { TrainingStartTime: seconds(job.trainingStartedAt) }),
    ...(isOver(job) && { TrainingEndTime: seconds(job.modifiedAt) }),
    LastModifiedTime: seconds(job.modifiedAt),
    SecondaryStatusTransitions: job.transitions.map(({ status, startedAt, endedAt, message }) => ({
      Status: status,
      StartTime: seconds(startedAt),
      ...(endedAt !== undefined && { EndTime: seconds(endedAt) }),
      StatusMessage: message,
    })),
    ...(job.metrics.length > 0 && {
      FinalMetricDataList: job.metrics.map(({ name, value, at }) => ({ MetricName: name, Value: value, Timestamp: seconds(at) })),
    }),
    EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: input.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: input.EnableManagedSpotTraining ?? false,
    ...(trainingSeconds !== undefined && { TrainingTimeInSeconds: trainingSeconds, BillableTimeInSeconds: trainingSeconds }),
  };
}

/** One entry of ListTrainingJobs. */
export function summarizeJob(job: TrainingJob): Members {
  return {
    TrainingJobName: job.request.name,
    TrainingJobArn: job.arn,
    CreationTime: seconds(job.createdAt),
    LastModifiedTime: seconds(job.modifiedAt),
    ...(isOver(job) && { TrainingEndTime: seconds(job.modifiedAt) }),
    TrainingJobStatus: job.status,
    SecondaryStatus: job.transitions.at(-1)?.status,
  };
}

/**
 * The detail of the event "SageMaker Training Job State Change": times are text of milliseconds since the epoch.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-training
 */
export function jobEventDetail(job: TrainingJob): Members {
  const { request } = job;
  const { input } = request;
  return {
    TrainingJobName: request.name,
    TrainingJobArn: job.arn,
    TrainingJobStatus: job.status,
    SecondaryStatus: job.transitions.at(-1)?.status,
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    ...(job.status === 'Completed' && { ModelArtifacts: { S3ModelArtifacts: modelUri(request) } }),
    HyperParameters: request.hyperparameters,
    AlgorithmSpecification: input.AlgorithmSpecification,
    RoleArn: input.RoleArn,
    InputDataConfig: input.InputDataConfig,
    OutputDataConfig: input.OutputDataConfig,
    ResourceConfig: input.ResourceConfig,
    ...(input.VpcConfig !== undefined && { VpcConfig: input.VpcConfig }),
    StoppingCondition: input.StoppingCondition,
    CreationTime: String(job.createdAt),
    ...(job.trainingStartedAt !== undefined && { TrainingStartTime: String(job.trainingStartedAt) }),
    ...(isOver(job) && { TrainingEndTime: String(job.modifiedAt) }),
    LastModifiedTime: String(job.modifiedAt),
    SecondaryStatusTransitions: job.transitions.map(({ status, startedAt, endedAt, message }) => ({
      Status: status,
      StartTime: startedAt,
      ...(endedAt !== undefined && { EndTime: endedAt }),
      StatusMessage: message,
    })),
    Tags: tagsOf(input.Tags),
  };
}

/** Tags of a request by their keys, as events have them. */
function tagsOf(tags: unknown): Members {
  const list = Array.isArray(tags) ? (tags as readonly { readonly Key: string; readonly Value: string }[]) : [];
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}
