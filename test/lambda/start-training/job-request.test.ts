import { parseStartTrainingConfig } from '../../../lambda/start-training/config';
import { jobRequest, type JobSpecification } from '../../../lambda/start-training/job-request';
import { domain } from '../fixtures';
import { trainingPlan } from '../training-fixtures';
import { config, environment, network } from './environment';

const job: JobSpecification = {
  jobName: 'pumps-1-2',
  hyperparameters: { objective: 'reg:squarederror', num_round: '5' },
  channels: trainingPlan.channels,
  onDemand: false,
  tags: [{ Key: 'cutoff', Value: trainingPlan.cutoff }],
};
const configured = (change: Readonly<Record<string, string>>) =>
  parseStartTrainingConfig({ ...environment, ...change }, () => domain);

describe('the request for a training job', () => {
  test('has all that the job needs', () => {
    expect(jobRequest(job, config)).toEqual({
      TrainingJobName: 'pumps-1-2',
      AlgorithmSpecification: { TrainingImage: environment.TRAINING_IMAGE, TrainingInputMode: 'File' },
      RoleArn: environment.TRAINING_ROLE_ARN,
      HyperParameters: { objective: 'reg:squarederror', num_round: '5' },
      InputDataConfig: (['train', 'validation'] as const).map((name) => ({
        ChannelName: name,
        ContentType: 'application/x-parquet',
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: trainingPlan.channels[name],
            S3DataDistributionType: 'FullyReplicated',
          },
        },
      })),
      OutputDataConfig: { S3OutputPath: 's3://lake/models', KmsKeyId: environment.KMS_KEY_ARN },
      ResourceConfig: {
        InstanceType: 'ml.m5.xlarge',
        InstanceCount: 1,
        VolumeSizeInGB: 10,
        VolumeKmsKeyId: environment.KMS_KEY_ARN,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      RetryStrategy: { MaximumRetryAttempts: 3 },
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: false,
      Tags: [{ Key: 'cutoff', Value: trainingPlan.cutoff }],
    });
  });

  test('names no key when AWS has them', () => {
    const { KMS_KEY_ARN, ...withoutKey } = environment;
    expect(KMS_KEY_ARN).toBeDefined();
    const request = jobRequest(
      job,
      parseStartTrainingConfig(withoutKey, () => domain),
    );
    expect(request.OutputDataConfig).toEqual({ S3OutputPath: 's3://lake/models' });
    expect(request.ResourceConfig).not.toHaveProperty('VolumeKmsKeyId');
  });

  test('asks for no key for disks that the instance has of its own', () => {
    const request = jobRequest(job, configured({ INSTANCE_TYPE: 'ml.m5d.large' }));
    expect(request.ResourceConfig).not.toHaveProperty('VolumeKmsKeyId');
    expect(request.OutputDataConfig).toMatchObject({ KmsKeyId: environment.KMS_KEY_ARN });
  });

  test('trains in the network that it is given, and in none otherwise', () => {
    expect(jobRequest(job, configured(network)).VpcConfig).toEqual({
      Subnets: ['subnet-1', 'subnet-2'],
      SecurityGroupIds: ['sg-1'],
    });
    expect(jobRequest(job, config)).not.toHaveProperty('VpcConfig');
  });

  test('trains on spot capacity with checkpoints of the attempt and a longer wait', () => {
    expect(jobRequest(job, configured({ USE_SPOT: 'true' }))).toMatchObject({
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: 's3://lake/models/pumps-1-2/checkpoints/' },
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    });
  });

  test('does without spot capacity when there was none', () => {
    const request = jobRequest({ ...job, onDemand: true }, configured({ USE_SPOT: 'true' }));
    expect(request).not.toHaveProperty('EnableManagedSpotTraining');
    expect(request).not.toHaveProperty('CheckpointConfig');
    expect(request.StoppingCondition).toEqual({ MaxRuntimeInSeconds: 3600 });
  });

  test('shares the files to train on among several instances, and gives each all validation rows', () => {
    const request = jobRequest(job, configured({ INSTANCE_COUNT: '3' }));
    const distribution = request.InputDataConfig?.map((each) => each.DataSource?.S3DataSource?.S3DataDistributionType);
    expect(distribution).toEqual(['ShardedByS3Key', 'FullyReplicated']);
    expect(request.EnableInterContainerTrafficEncryption).toBe(true);
  });
});
