import type { Channel as InputChannel, CreateTrainingJobRequest, TrainingInstanceType } from '@aws-sdk/client-sagemaker';
import { channels, type Channel } from '../../../core/training-set';
import type { JobConfig } from './job-config';
import { hasLocalStorage } from './local-storage';

/** What a training job is given and where it writes. */
export interface JobData {
  /** `s3://` prefix of each channel. */
  readonly channels: Readonly<Record<Channel, string>>;
  /** Key prefix in the lake, without a slash at its end; a folder for the job is made below it. */
  readonly outputFolder: string;
  /** Whether not to train on spot capacity, though the configuration has it: there was none. */
  readonly onDemand: boolean;
}

/** The members that a request for a training job and a tuning job's definition of its training jobs have in common. */
export type JobDefinition = Pick<
  CreateTrainingJobRequest,
  | 'AlgorithmSpecification'
  | 'RoleArn'
  | 'InputDataConfig'
  | 'OutputDataConfig'
  | 'ResourceConfig'
  | 'VpcConfig'
  | 'RetryStrategy'
  | 'StoppingCondition'
  | 'EnableManagedSpotTraining'
  | 'EnableNetworkIsolation'
  | 'EnableInterContainerTrafficEncryption'
>;

/**
 * A training job with SageMaker's built-in XGBoost, but for its name and its hyperparameters.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html
 */
export function jobDefinition(data: JobData, config: JobConfig): JobDefinition {
  const { kmsKeyArn, lakeBucket, network } = config;
  const spotMaxWaitSeconds = data.onDemand ? undefined : config.spotMaxWaitSeconds;
  return {
    AlgorithmSpecification: { TrainingImage: config.trainingImage, TrainingInputMode: 'File' },
    RoleArn: config.trainingRoleArn,
    InputDataConfig: channels.map((name) => channel(name, data.channels[name], config.instanceCount)),
    OutputDataConfig: {
      S3OutputPath: `s3://${lakeBucket}/${data.outputFolder}`,
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
    ...(spotMaxWaitSeconds !== undefined && { EnableManagedSpotTraining: true }),
    // The algorithm needs no network; its input and output are carried for it. Instances still reach each other.
    EnableNetworkIsolation: true,
    // A single instance has nobody to talk to. https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
    EnableInterContainerTrafficEncryption: config.instanceCount > 1,
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
