import type { ApiCall } from '../../../local/aws/http/api-call';
import type { Pipeline } from '../../../local/template/pipeline';
import type { AccessRequest } from './policy';

type Input = ApiCall['input'];

/** Where ARNs are made: the account and region that the local AWS says it is. */
const at = 'us-east-1:000000000000';

/**
 * What IAM is asked when an API is called. One page of the service authorization reference per service says which actions, which
 * resources and which condition keys.
 *
 * @throws RangeError for a call that is not in the table: add it with its page
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function accessOf(call: ApiCall, pipeline: Pipeline): readonly AccessRequest[] {
  const service = Object.hasOwn(services, call.service) ? services[call.service] : undefined;
  const requests = service?.(call.operation, call.input, pipeline);
  if (requests === undefined) {
    throw new RangeError(`which permission ${call.service} ${call.operation} asks for is not known here`);
  }
  return requests;
}

type Service = (operation: string, input: Input, pipeline: Pipeline) => readonly AccessRequest[] | undefined;

const services: Readonly<Record<string, Service>> = {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html
  kinesis: (operation, input, { streams }) => {
    const [stream, ...others] = streams;
    if (stream === undefined || others.length > 0) {
      throw new RangeError('an iterator does not say its stream, so that there must be one alone');
    }
    return operation === 'SubscribeToShard'
      ? [ask('kinesis:SubscribeToShard', String(input.ConsumerARN))]
      : [ask(`kinesis:${operation}`, `arn:aws:kinesis:${at}:stream/${stream.name}`)];
  },
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
  dynamodb: (operation, { RequestItems, TableName }) =>
    // A request for many items names its tables in another place.
    (RequestItems === undefined ? [String(TableName)] : Object.keys(RequestItems as object)).map((table) =>
      ask(`dynamodb:${operation}`, `arn:aws:dynamodb:${at}:table/${table}`),
    ),
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisfirehose.html
  firehose: (operation, { DeliveryStreamName }) => [
    ask(`firehose:${operation}`, `arn:aws:firehose:${at}:deliverystream/${String(DeliveryStreamName)}`),
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
  s3: (operation, { Bucket, Key, Prefix }) => {
    const bucket = `arn:aws:s3:::${String(Bucket)}`;
    switch (operation) {
      case 'ListObjectsV2':
        return [ask('s3:ListBucket', bucket, { 's3:prefix': typeof Prefix === 'string' ? Prefix : '' })];
      case 'GetObject':
      case 'HeadObject':
        return [ask('s3:GetObject', `${bucket}/${String(Key)}`)];
      case 'PutObject':
        return [ask('s3:PutObject', `${bucket}/${String(Key)}`)];
      default:
        return undefined;
    }
  },
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
  lambda: (_operation, { FunctionName }, { functions }) => {
    const found = functions.find(({ name, arn }) => FunctionName === name || FunctionName === arn);
    return found && [ask('lambda:InvokeFunction', found.arn)];
  },
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html: there is no action for a batch
  sns: (operation, { TopicArn }) => [ask(`sns:${operation === 'PublishBatch' ? 'Publish' : operation}`, String(TopicArn))],
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
  eventbridge: (operation, { Entries }) =>
    (Array.isArray(Entries) ? (Entries as readonly { readonly Source?: unknown }[]) : []).map(({ Source }) =>
      ask(`events:${operation}`, `arn:aws:events:${at}:event-bus/default`, { 'events:source': String(Source) }),
    ),
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
  athena: (operation, _input, { workGroups }) =>
    workGroups.map(({ name }) => ask(`athena:${operation}`, `arn:aws:athena:${at}:workgroup/${name}`)),
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
  sagemaker: (operation, input) =>
    registryAccess(operation, input) ??
    servingAccess(operation, input) ??
    tuningAccess(operation, input) ??
    jobAccess(operation, input),
  sagemaker_runtime: (operation, { EndpointName }) => [
    ask(`sagemaker:${operation}`, `arn:aws:sagemaker:${at}:endpoint/${String(EndpointName).toLowerCase()}`),
  ],
};

/** Versions of a group have the group's name in theirs; one that is being made has no number yet. */
function registryAccess(
  operation: string,
  { ModelPackageArn, ModelPackageGroupName, ModelPackageName }: Input,
): readonly AccessRequest[] | undefined {
  switch (operation) {
    case 'ListModelPackages':
      return [ask('sagemaker:ListModelPackages', '*')];
    case 'DescribeModelPackage':
    case 'UpdateModelPackage':
      return [ask(`sagemaker:${operation}`, String(ModelPackageName ?? ModelPackageArn))];
    case 'CreateModelPackage':
      return [`model-package-group/${String(ModelPackageGroupName)}`, `model-package/${String(ModelPackageGroupName)}/1`].map(
        (resource) => ask('sagemaker:CreateModelPackage', `arn:aws:sagemaker:${at}:${resource}`),
      );
    default:
      return undefined;
  }
}

/** To make or change an endpoint asks for the right on its configuration as well. */
function servingAccess(operation: string, input: Input): readonly AccessRequest[] | undefined {
  const { EndpointConfigName, EndpointName, ExecutionRoleArn, ModelName, ProductionVariants, Tags } = input;
  const arn = (resource: string, name: unknown): string => `arn:aws:sagemaker:${at}:${resource}/${String(name).toLowerCase()}`;
  const [model, config, endpoint] = [
    arn('model', ModelName),
    arn('endpoint-config', EndpointConfigName),
    arn('endpoint', EndpointName),
  ];
  const tags = (resource: string): readonly AccessRequest[] =>
    Array.isArray(Tags) && Tags.length > 0 ? [ask('sagemaker:AddTags', resource)] : [];
  switch (operation) {
    case 'ListEndpointConfigs':
    case 'ListModels':
      return [ask(`sagemaker:${operation}`, '*')];
    case 'DescribeModel':
    case 'DeleteModel':
      return [ask(`sagemaker:${operation}`, model)];
    case 'CreateModel':
      return [
        ask('sagemaker:CreateModel', model),
        ask('iam:PassRole', String(ExecutionRoleArn), { 'iam:PassedToService': 'sagemaker.amazonaws.com' }),
        ...tags(model),
      ];
    case 'DescribeEndpointConfig':
    case 'DeleteEndpointConfig':
      return [ask(`sagemaker:${operation}`, config)];
    case 'CreateEndpointConfig':
      return [ask('sagemaker:CreateEndpointConfig', config, serverlessContext(ProductionVariants)), ...tags(config)];
    case 'DescribeEndpoint':
    case 'DeleteEndpoint':
      return [ask(`sagemaker:${operation}`, endpoint)];
    case 'CreateEndpoint':
    case 'UpdateEndpoint':
      return [endpoint, config].map((resource) => ask(`sagemaker:${operation}`, resource)).concat(tags(endpoint));
    default:
      return undefined;
  }
}

/** The keys of a configuration whose variants are serverless; one on instances has none of them. */
function serverlessContext(variants: unknown): AccessRequest['context'] {
  const [variant] = (Array.isArray(variants) ? variants : []) as readonly {
    readonly ServerlessConfig?: { readonly MemorySizeInMB: number; readonly MaxConcurrency: number };
  }[];
  return variant?.ServerlessConfig === undefined
    ? {}
    : {
        'sagemaker:ServerlessMemorySize': String(variant.ServerlessConfig.MemorySizeInMB),
        'sagemaker:ServerlessMaxConcurrency': String(variant.ServerlessConfig.MaxConcurrency),
      };
}

/** Training jobs of a tuning job are launched by SageMaker: what they are to be is asked of who wants the tuning job. */
function tuningAccess(
  operation: string,
  { HyperParameterTuningJobName, TrainingJobDefinition, Tags }: Input,
): readonly AccessRequest[] | undefined {
  const tuning = `arn:aws:sagemaker:${at}:hyper-parameter-tuning-job/${String(HyperParameterTuningJobName).toLowerCase()}`;
  switch (operation) {
    case 'ListHyperParameterTuningJobs':
      return [ask('sagemaker:ListHyperParameterTuningJobs', '*')];
    case 'DescribeHyperParameterTuningJob':
      return [ask('sagemaker:DescribeHyperParameterTuningJob', tuning)];
    case 'CreateHyperParameterTuningJob':
      return creation(operation, tuning, { ...(TrainingJobDefinition as Input), Tags });
    default:
      return undefined;
  }
}

function jobAccess(operation: string, input: Input): readonly AccessRequest[] | undefined {
  const { TrainingJobName } = input;
  const job = `arn:aws:sagemaker:${at}:training-job/${String(TrainingJobName).toLowerCase()}`;
  if (operation === 'ListTrainingJobs') {
    return [ask('sagemaker:ListTrainingJobs', '*')];
  }
  if (operation === 'DescribeTrainingJob' || operation === 'StopTrainingJob') {
    return [ask(`sagemaker:${operation}`, job)];
  }
  return operation === 'CreateTrainingJob' ? creation(operation, job, input) : undefined;
}

/** What a job is asked for that is to run under a role, in a network, with tags. */
function creation(
  operation: string,
  resource: string,
  { RoleArn, Tags, EnableNetworkIsolation, VpcConfig }: Input,
): readonly AccessRequest[] {
  const { Subnets, SecurityGroupIds } = (VpcConfig ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
  return [
    ask(`sagemaker:${operation}`, resource, {
      'sagemaker:NetworkIsolation': String(EnableNetworkIsolation === true),
      ...(Subnets !== undefined && { 'sagemaker:VpcSubnets': Subnets }),
      ...(SecurityGroupIds !== undefined && { 'sagemaker:VpcSecurityGroupIds': SecurityGroupIds }),
    }),
    ask('iam:PassRole', String(RoleArn), { 'iam:PassedToService': 'sagemaker.amazonaws.com' }),
    ...(Array.isArray(Tags) && Tags.length > 0 ? [ask('sagemaker:AddTags', resource)] : []),
  ];
}

function ask(action: string, resource: string, context: AccessRequest['context'] = {}): AccessRequest {
  return { action, resource, context };
}
