import type { Channel as JobChannel, CreateTrainingJobRequest, TrainingInstanceType } from '@aws-sdk/client-sagemaker';
import { channels, type Channel } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import type { ReadyPlan } from '../shared/plan';
import { TrainingError } from '../shared/training-error';
import type { StartTrainingConfig } from './config';
import { hasLocalStorage } from './local-storage';

/**
 * The request that trains a plan's training set with SageMaker's built-in XGBoost.
 * @throws TrainingError TrainingInputInvalid for a balance of classes that it cannot weigh
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html
 */
export function jobRequest(plan: ReadyPlan, config: StartTrainingConfig): CreateTrainingJobRequest {
  const { domain, lakeBucket, modelPrefix, spotMaxWaitSeconds, kmsKeyArn, network } = config;
  const { classBalance = 'as-is' } = domain.trainingSet;
  if (classBalance !== 'as-is') {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `classBalance '${classBalance}' of domain ${domain.name} is not supported by this workflow, which does not count labels`,
    );
  }
  return {
    TrainingJobName: plan.jobName,
    AlgorithmSpecification: { TrainingImage: config.trainingImage, TrainingInputMode: 'File' },
    RoleArn: config.trainingRoleArn,
    HyperParameters: { ...domain.trainingSet.hyperparameters },
    InputDataConfig: channels.map((name) => channel(name, plan.trainingSet[name], config.instanceCount)),
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
      CheckpointConfig: { S3Uri: `s3://${lakeBucket}/${modelPrefix}${plan.jobName}/checkpoints/` },
    }),
    // The algorithm needs no network; its input and output are carried for it. Instances still reach each other.
    EnableNetworkIsolation: true,
    // A single instance has nobody to talk to. https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
    EnableInterContainerTrafficEncryption: config.instanceCount > 1,
    Tags: Object.entries({
      ...config.jobTags,
      domain: domain.name,
      'manifest-uri': plan.manifestUri,
      'manifest-sha256': plan.manifestHash,
      'window-start': plan.window.start,
      'window-end': plan.window.end,
    }).map(([Key, Value]) => ({ Key, Value })),
  };
}

/**
 * Several instances share the files to train on: with all of them on each, every row would count as often as there are instances.
 * Validation rows go to each, for an instance without any cannot take part in the evaluation.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html (distributed training)
 */
function channel(name: Channel, uri: string, instanceCount: number): JobChannel {
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
