import { parseTrainingRequest } from '../../../../local/aws/sagemaker/training-request';
import { trainingRequest } from './fixtures';

const parse = (change: Readonly<Record<string, unknown>>): ReturnType<typeof parseTrainingRequest> =>
  parseTrainingRequest({ ...trainingRequest(), ...change });

describe('a CreateTrainingJob request', () => {
  test('is read into what the job needs', () => {
    expect(parse({})).toMatchObject({
      name: 'job-1',
      channels: [
        { name: 'train', s3Uri: 's3://lake/sets/train/', contentType: 'application/x-parquet' },
        { name: 'validation', s3Uri: 's3://lake/sets/validation/', contentType: 'application/x-parquet' },
      ],
      outputPath: 's3://lake/models',
      maxRuntimeSeconds: 60,
    });
  });

  test('may carry keys, tags, network, isolation, retries and spot, which change nothing here', () => {
    const spot = {
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 },
      CheckpointConfig: { S3Uri: 's3://lake/checkpoints/' },
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-0123456789abcdef0'] },
      RetryStrategy: { MaximumRetryAttempts: 30 },
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    expect(parse(spot).input).toMatchObject(spot);
  });

  test.each([
    [{ TrainingJobName: 'a_b' }, "'a_b' at 'trainingJobName'"],
    [{ TrainingJobName: 'a'.repeat(64) }, 'trainingJobName'],
    [{ TrainingJobName: 'a-' }, 'trainingJobName'],
    [{ RoleArn: undefined }, 'roleArn'],
    [{ AlgorithmSpecification: undefined }, 'algorithmSpecification'],
    [{ ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 } }, 'resourceConfig.VolumeSizeInGB'],
    [{ OutputDataConfig: { S3OutputPath: 'lake/models' } }, "'lake/models' is not an s3:// URI"],
    [{ StoppingCondition: { MaxRuntimeInSeconds: 28 * 24 * 3600 + 1 } }, 'MaxRuntimeInSeconds'],
    [{ EnableManagedSpotTraining: true }, 'Invalid MaxWaitTimeInSeconds'],
    [
      { EnableManagedSpotTraining: true, StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 59 } },
      'Invalid MaxWaitTimeInSeconds',
    ],
    [{ StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 } }, 'EnableManagedSpotTraining'],
    [{ VpcConfig: { Subnets: [], SecurityGroupIds: ['sg-1'] } }, 'VpcConfig.Subnets'],
    [{ VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['1', '2', '3', '4', '5', '6'] } }, 'VpcConfig.SecurityGroupIds'],
    [{ VpcConfig: { Subnets: ['subnet_1'], SecurityGroupIds: ['sg-1'] } }, 'VpcConfig.Subnets'],
    [{ RetryStrategy: { MaximumRetryAttempts: 31 } }, 'MaximumRetryAttempts 31'],
    [{ RetryStrategy: {} }, 'retryStrategy.MaximumRetryAttempts'],
    [{ HyperParameters: { long: 'x'.repeat(2501) } }, 'HyperParameters'],
    [{ InputDataConfig: [...(trainingRequest().InputDataConfig ?? []), trainingRequest().InputDataConfig?.[0]] }, 'unique'],
  ])('is refused as invalid with %j', (change, message) => {
    expect(() => parse(change)).toThrow(expect.objectContaining({ code: 'ValidationException' }) as Error);
    expect(() => parse(change)).toThrow(message);
  });

  test('is refused with a hyperparameter that is no text', () => {
    expect(() => parse({ HyperParameters: { num_round: 5 } })).toThrow(/HyperParameters.num_round/);
  });

  const [first] = trainingRequest().InputDataConfig ?? [];
  const source = (change: object): Readonly<Record<string, unknown>> => ({
    InputDataConfig: [{ ...first, DataSource: { S3DataSource: { ...first?.DataSource?.S3DataSource, ...change } } }],
  });
  test.each([
    [{ VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'], Zone: 'a' } }, 'VpcConfig.Zone'],
    [{ RetryStrategy: { MaximumRetryAttempts: 1, Backoff: 2 } }, 'RetryStrategy.Backoff'],
    [{ DebugHookConfig: {} }, 'DebugHookConfig'],
    [{ ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 1 } }, 'InstanceCount'],
    [
      { ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1, KeepAlivePeriodInSeconds: 1 } },
      'KeepAlive',
    ],
    [{ AlgorithmSpecification: { TrainingImage: 'x/my-image:1', TrainingInputMode: 'File' } }, 'training image x/my-image:1'],
    [{ AlgorithmSpecification: { TrainingImage: 'x/sagemaker-xgboost:1', TrainingInputMode: 'Pipe' } }, 'TrainingInputMode Pipe'],
    [source({ S3DataType: 'ManifestFile' }), 'channel train with ManifestFile'],
    [source({ S3DataDistributionType: 'ShardedByS3Key' }), 'ShardedByS3Key'],
  ])('names what is not supported here: %j', (change, message) => {
    expect(() => parse(change)).toThrow(expect.objectContaining({ code: 'NotImplementedException' }) as Error);
    expect(() => parse(change)).toThrow(message);
  });
});
