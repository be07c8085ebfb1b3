import { AwsError, notSupported } from '../http/aws-error';
import { invalid, type Members } from './shapes';

/** One input channel, downloaded in File mode. */
export interface Channel {
  readonly name: string;
  /** `s3://bucket/prefix` */
  readonly s3Uri: string;
  readonly contentType?: string;
}

/** What a CreateTrainingJob call asks for, checked. */
export interface TrainingRequest {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly channels: readonly Channel[];
  readonly outputPath: string;
  readonly roleArn: string;
  readonly instanceType: string;
  readonly maxRuntimeSeconds: number;
  /** EnableManagedSpotTraining. */
  readonly isSpot: boolean;
  /** The members as they came, for DescribeTrainingJob. */
  readonly input: Readonly<Record<string, unknown>>;
}

const namePattern = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const maxRuntimeLimitSeconds = 28 * 24 * 3600;

/** Members that are honoured, or that change nothing on one machine and are kept to be described: keys, tags, network, spot, retries. */
const members: Readonly<Record<string, readonly string[]>> = {
  '': [
    'TrainingJobName',
    'HyperParameters',
    'AlgorithmSpecification',
    'RoleArn',
    'InputDataConfig',
    'OutputDataConfig',
    'ResourceConfig',
    'StoppingCondition',
    'Tags',
    'EnableNetworkIsolation',
    'EnableInterContainerTrafficEncryption',
    'EnableManagedSpotTraining',
    'CheckpointConfig',
    'VpcConfig',
    'RetryStrategy',
  ],
  AlgorithmSpecification: ['TrainingImage', 'TrainingInputMode', 'EnableSageMakerMetricsTimeSeries'],
  OutputDataConfig: ['S3OutputPath', 'KmsKeyId'],
  ResourceConfig: ['InstanceType', 'InstanceCount', 'VolumeSizeInGB', 'VolumeKmsKeyId'],
  StoppingCondition: ['MaxRuntimeInSeconds', 'MaxWaitTimeInSeconds'],
  CheckpointConfig: ['S3Uri', 'LocalPath'],
  VpcConfig: ['Subnets', 'SecurityGroupIds'],
  RetryStrategy: ['MaximumRetryAttempts'],
};
const optionalMembers: readonly string[] = ['CheckpointConfig', 'VpcConfig', 'RetryStrategy'];
const maxRetryAttempts = 30;

/**
 * Checks a CreateTrainingJob call as the API does.
 * @throws AwsError ValidationException; NotImplementedException naming a member or value that exists in AWS and not here
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export function parseTrainingRequest(input: Members): TrainingRequest {
  for (const [parent, known] of Object.entries(members)) {
    const given = parent === '' ? input : object(input, parent, optionalMembers.includes(parent));
    const unknown = Object.keys(given).find((name) => !known.includes(name) && given[name] !== undefined);
    if (unknown !== undefined) {
      throw notSupported(`sagemaker: ${parent === '' ? '' : `${parent}.`}${unknown} of CreateTrainingJob`);
    }
  }
  const name = text(input, 'TrainingJobName');
  if (!namePattern.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'trainingJobName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: ${namePattern.source.slice(1, -1)}`,
    );
  }
  checkAlgorithm(object(input, 'AlgorithmSpecification'));
  const resources = object(input, 'ResourceConfig');
  if (integer(resources, 'ResourceConfig.InstanceCount') !== 1) {
    throw notSupported('sagemaker: ResourceConfig.InstanceCount other than 1');
  }
  integer(resources, 'ResourceConfig.VolumeSizeInGB');
  checkNetwork(input);
  checkRetryStrategy(input);
  return {
    name,
    hyperparameters: hyperparameters(input.HyperParameters),
    channels: channels(input.InputDataConfig),
    outputPath: s3Uri(text(object(input, 'OutputDataConfig'), 'OutputDataConfig.S3OutputPath')),
    roleArn: text(input, 'RoleArn'),
    instanceType: text(resources, 'ResourceConfig.InstanceType'),
    maxRuntimeSeconds: stoppingCondition(input),
    isSpot: input.EnableManagedSpotTraining === true,
    input,
  };
}

function checkAlgorithm(algorithm: Members): void {
  const image = text(algorithm, 'AlgorithmSpecification.TrainingImage');
  if (!/(^|\/)sagemaker-xgboost:/.test(image)) {
    throw notSupported(`sagemaker: training image ${image}; only sagemaker-xgboost`);
  }
  const mode = text(algorithm, 'AlgorithmSpecification.TrainingInputMode');
  if (mode !== 'File') {
    throw notSupported(`sagemaker: TrainingInputMode ${mode}; only File`);
  }
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html */
function checkNetwork(input: Members): void {
  if (input.VpcConfig === undefined) {
    return;
  }
  const network = object(input, 'VpcConfig');
  for (const [member, most] of [
    ['Subnets', 16],
    ['SecurityGroupIds', 5],
  ] as const) {
    const ids = network[member];
    if (
      !Array.isArray(ids) ||
      ids.length < 1 ||
      ids.length > most ||
      ids.some((id) => !/^[-0-9a-zA-Z]{1,32}$/.test(String(id)))
    ) {
      throw invalid(`VpcConfig.${member}: from 1 to ${most} ids of letters, digits and hyphens`);
    }
  }
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RetryStrategy.html */
function checkRetryStrategy(input: Members): void {
  if (input.RetryStrategy === undefined) {
    return;
  }
  const attempts = integer(object(input, 'RetryStrategy'), 'RetryStrategy.MaximumRetryAttempts');
  if (attempts > maxRetryAttempts) {
    throw invalid(`RetryStrategy.MaximumRetryAttempts ${attempts} is above the limit of ${maxRetryAttempts}`);
  }
}

function stoppingCondition(input: Members): number {
  const condition = object(input, 'StoppingCondition');
  const maxRuntime = integer(condition, 'StoppingCondition.MaxRuntimeInSeconds');
  if (maxRuntime > maxRuntimeLimitSeconds) {
    throw invalid(`MaxRuntimeInSeconds ${maxRuntime} is above the limit of ${maxRuntimeLimitSeconds}`);
  }
  const maxWait = condition.MaxWaitTimeInSeconds;
  if (input.EnableManagedSpotTraining === true) {
    if (typeof maxWait !== 'number' || maxWait < maxRuntime) {
      throw invalid('Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds');
    }
  } else if (maxWait !== undefined) {
    throw invalid('MaxWaitTimeInSeconds can only be specified when EnableManagedSpotTraining is true');
  }
  return maxRuntime;
}

function hyperparameters(given: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries((given ?? {}) as Members);
  const wrong = entries.find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) {
    throw new AwsError('SerializationException', `HyperParameters.${wrong[0]}: a hyperparameter's value is a string`);
  }
  if (entries.length > 100 || entries.some(([key, value]) => key.length > 256 || String(value).length > 2500)) {
    throw invalid('HyperParameters: at most 100, keys of at most 256 and values of at most 2500 characters');
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function channels(given: unknown): readonly Channel[] {
  const list = Array.isArray(given) ? (given as readonly Members[]) : [];
  const parsed = list.map((channel): Channel => {
    const name = text(channel, 'InputDataConfig.ChannelName');
    if (!/^[A-Za-z0-9.\-_]{1,64}$/.test(name)) {
      throw invalid(`InputDataConfig.ChannelName '${name}' must match [A-Za-z0-9\\.\\-_]+`);
    }
    const source = object(object(channel, 'DataSource'), 'S3DataSource');
    const type = text(source, 'S3DataSource.S3DataType');
    const distribution = source.S3DataDistributionType ?? 'FullyReplicated';
    const compression = channel.CompressionType ?? 'None';
    const mode = channel.InputMode ?? 'File';
    const wrapper = channel.RecordWrapperType ?? 'None';
    if (
      type !== 'S3Prefix' ||
      distribution !== 'FullyReplicated' ||
      compression !== 'None' ||
      mode !== 'File' ||
      wrapper !== 'None'
    ) {
      throw notSupported(
        `sagemaker: channel ${name} with ${[type, distribution, compression, mode, wrapper].map(String).join(', ')}`,
      );
    }
    const contentType = channel.ContentType;
    return {
      name,
      s3Uri: s3Uri(text(source, 'S3DataSource.S3Uri')),
      ...(typeof contentType === 'string' && { contentType }),
    };
  });
  if (new Set(parsed.map(({ name }) => name)).size < parsed.length) {
    throw invalid('InputDataConfig: channel names must be unique');
  }
  return parsed;
}

function s3Uri(value: string): string {
  if (!/^(https|s3):\/\/([^/]+)\/?(.*)$/.test(value) || !value.startsWith('s3://')) {
    throw invalid(`'${value}' is not an s3:// URI`);
  }
  return value;
}

function object(parent: Members, name: string, isOptional = false): Members {
  const value = parent[name];
  if (value === undefined && isOptional) {
    return {};
  }
  if (typeof value !== 'object' || value === null) {
    throw missing(name);
  }
  return value as Members;
}

function text(parent: Members, path: string): string {
  const value = parent[path.slice(path.lastIndexOf('.') + 1)];
  if (typeof value !== 'string' || value === '') {
    throw missing(path);
  }
  return value;
}

function integer(parent: Members, path: string): number {
  const value = parent[path.slice(path.lastIndexOf('.') + 1)];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw missing(path);
  }
  return value;
}

function missing(path: string): AwsError {
  const member = path.charAt(0).toLowerCase() + path.slice(1);
  return invalid(
    `1 validation error detected: Value null or invalid at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
