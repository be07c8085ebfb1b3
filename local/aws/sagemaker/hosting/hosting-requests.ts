import { entityName, integer, list, oneOf, roleArn, structure, time, type Shape } from '../shapes';

const modelName: Shape = { kind: 'text', max: 63, pattern: /[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?/ };
const tags = list(
  structure({ Key: { kind: 'text', min: 1, max: 128 }, Value: { kind: 'text', max: 256 } }, 'Key', 'Value'),
  0,
  50,
);
const ids = (most: number): Shape => list({ kind: 'text', max: 32, pattern: /[-0-9a-zA-Z]+/ }, 1, most);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html */
const container = structure({
  Image: { kind: 'text', max: 255, pattern: /\S+/ },
  ModelDataUrl: { kind: 'text', max: 1024, pattern: /(https|s3):\/\/([^/]+)\/?(.*)/ },
  ModelPackageName: { kind: 'text', min: 1, max: 176, pattern: /(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z-]*\/)?\S+/ },
  Environment: { kind: 'map', key: { kind: 'text', max: 1024 }, value: { kind: 'text', max: 1024 }, max: 16 },
});

/**
 * One container; pipelines of several, and models of several files, exist in AWS and not here.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
 */
export const createModel = structure(
  {
    ModelName: modelName,
    PrimaryContainer: container,
    ExecutionRoleArn: roleArn,
    Tags: tags,
    VpcConfig: structure({ Subnets: ids(16), SecurityGroupIds: ids(5) }, 'Subnets', 'SecurityGroupIds'),
    EnableNetworkIsolation: { kind: 'boolean' },
  },
  'ModelName',
  'PrimaryContainer',
  'ExecutionRoleArn',
);

/**
 * A serverless endpoint has one variant. Instances, shadow variants, data capture and the like exist in AWS and not here.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
 */
export const createEndpointConfig = structure(
  {
    EndpointConfigName: entityName,
    ProductionVariants: list(
      structure(
        {
          VariantName: entityName,
          ModelName: modelName,
          InitialVariantWeight: { kind: 'number', min: 0 },
          ServerlessConfig: structure(
            { MemorySizeInMB: integer(1024, 6144), MaxConcurrency: integer(1, 200), ProvisionedConcurrency: integer(1, 200) },
            'MemorySizeInMB',
            'MaxConcurrency',
          ),
        },
        'VariantName',
        'ModelName',
        'ServerlessConfig',
      ),
      1,
      1,
    ),
    KmsKeyId: { kind: 'text', max: 2048, pattern: /[a-zA-Z0-9:/_-]*/ },
    Tags: tags,
  },
  'EndpointConfigName',
  'ProductionVariants',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html */
export const createEndpoint = structure(
  { EndpointName: entityName, EndpointConfigName: entityName, Tags: tags },
  'EndpointName',
  'EndpointConfigName',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html */
export const updateEndpoint = structure(
  { EndpointName: entityName, EndpointConfigName: entityName },
  'EndpointName',
  'EndpointConfigName',
);

/**
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModels.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpointConfigs.html
 */
export const listed = structure({
  SortBy: oneOf('Name', 'CreationTime'),
  SortOrder: oneOf('Ascending', 'Descending'),
  NextToken: { kind: 'text', max: 8192 },
  MaxResults: integer(1, 100),
  NameContains: { kind: 'text', max: 63, pattern: /[a-zA-Z0-9-]+/ },
  CreationTimeBefore: time,
  CreationTimeAfter: time,
});

/** A request that says nothing but a name. */
export const named = (member: 'ModelName' | 'EndpointConfigName' | 'EndpointName') =>
  structure({ [member]: member === 'ModelName' ? modelName : entityName }, member);
