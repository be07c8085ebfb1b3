import type { Channel as InputChannel, CreateTrainingJobRequest, TrainingInstanceType } from '@aws-sdk/client-sagemaker';
import { channels, type Channel } from '../../core/training-set';
import type { StartTrainingConfig } from './config';
import { hasLocalStorage } from './local-storage';

/** One training job. */
export interface JobSpecification {
  readonly jobName: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** `s3://` prefix of each channel. */
  readonly channels: Readonly<Record<Channel, string>>;
  /** Whether not to train on spot capacity, though the configuration has it: there was none. */
  readonly onDemand: boolean;
  /** Tags that name its data. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The request for a training job with SageMaker's built-in XGBoost.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html
 */
export function jobRequest(job: JobSpecification, config: StartTrainingConfig): CreateTrainingJobRequest {
  const { domain, lakeBucket, modelPrefix, kmsKeyArn, network } = config;
  const spotMaxWaitSeconds = job.onDemand ? undefined : config.spotMaxWaitSeconds;
  return {
    TrainingJobName: job.jobName,
    AlgorithmSpecification: { TrainingImage: config.trainingImage, TrainingInputMode: 'File' },
    RoleArn: config.trainingRoleArn,
    HyperParameters: { ...job.hyperparameters },
    InputDataConfig: channels.map((name) => channel(name, job.channels[name], config.instanceCount)),
    OutputDataConfig: {
      S3OutputPath: `s3://${lakeBucket}/${modelPrefix.replace(/\/$/, '')}`,
      ...(kmsKeyArn !== undefined && { KmsKeyId: kmsKeyArn }),
    },
    ResourceConfig: {
      InstanceType: config.instanceType as TrainingInstanceType,
      InstanceCount: config.instanceCount,
      VolumeSizeInGB: config.volumeSizeGiB,
      ...(kmsKeyArn !== undefined && !hasLocalStorage(config.instanceType) && { VolumeKmsKeyId: kmsKeyArn }),
    },
    ...(network !== undefined && {
      VpcConfig: { Subnets: [...network.subnetIds], SecurityGroupIds: [network.securityGroupId] },
    }),
    // For faults of SageMaker's own; what fails by its data fails again.
    RetryStrategy: { MaximumRetryAttempts: config.maxAttempts },
    StoppingCondition: {
      MaxRuntimeInSeconds: config.maxRuntimeSeconds,
      ...(spotMaxWaitSeconds !== undefined && { MaxWaitTimeInSeconds: spotMaxWaitSeconds }),
    },
    ...(spotMaxWaitSeconds !== undefined && {
      EnableManagedSpotTraining: true,
      // Without checkpoints an interruption starts the training over.
      CheckpointConfig: { S3Uri: `s3://${lakeBucket}/${modelPrefix}${job.jobName}/checkpoints/` },
    }),
    // The algorithm needs no network; its input and output are carried for it. Instances still reach each other.
    EnableNetworkIsolation: true,
    // A single instance has nobody to talk to. https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
    EnableInterContainerTrafficEncryption: config.instanceCount > 1,
    Tags: Object.entries({ ...config.jobTags, domain: domain.name, ...job.tags }).map(([Key, Value]) => ({ Key, Value })),
  };
}

/**
 * Several instances share the files to train on: with all of them on each, every row would count as often as there are instances.
 * Validation rows go to each, for an instance without any cannot take part in the evaluation.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html (distributed training)
 */
function channel(name: Channel, uri: string, instanceCount: number): InputChannel {
  const isShared = name === 'train' && instanceCount > 1;
  return {
    ChannelName: name,
    ContentType: 'application/x-parquet',
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: uri,
        S3DataDistributionType: isShared ? 'ShardedByS3Key' : 'FullyReplicated',
      },
    },
  };
}
