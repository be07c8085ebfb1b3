import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  SageMakerClient,
  UpdateEndpointCommand,
  UpdateModelPackageCommand,
  type CreateEndpointConfigCommandInput,
  type CreateModelCommandInput,
} from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointCommand,
  SageMakerRuntimeClient,
  type InvokeEndpointCommandInput,
} from '@aws-sdk/client-sagemaker-runtime';
import type { ServiceEvent } from '../../../../local/aws/events/event';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';
import { startSageMaker, type SageMakerService } from '../../../../local/aws/sagemaker/service';

const credentials = { accessKeyId: 'scorer', secretAccessKey: 'local' };
const arnPrefix = 'arn:aws:sagemaker:us-east-1:000000000000';
const Image = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';
const ExecutionRoleArn = 'arn:aws:iam::000000000000:role/endpoint';

/** An archive for these tests: its text is a factor, by which the sum of two features is multiplied. */
const loadModel = (archive: Uint8Array) => {
  const factor = Number(Buffer.from(archive).toString());
  if (Number.isNaN(factor)) {
    throw new RangeError('no model in the archive');
  }
  return {
    features: 2,
    predict: ([a = new Float64Array(), b = new Float64Array()]: readonly Float64Array[], rows: number) =>
      Float64Array.from({ length: rows }, (_, row) => factor * ((a[row] ?? 0) + (Number.isNaN(b[row]) ? 100 : (b[row] ?? 0)))),
  };
};

describe('hosting of models', () => {
  let directory: string;
  let s3: S3Service;
  let service: SageMakerService;
  let client: SageMakerClient;
  let runtime: SageMakerRuntimeClient;
  let events: ServiceEvent[];

  const start = async (): Promise<void> => {
    service = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      stateDirectory: path.join(directory, 'state'),
      s3Endpoint: s3.endpoint,
      modelPackageGroups: [{ name: 'factory', arn: `${arnPrefix}:model-package-group/factory` }],
      onEvent: (event) => void events.push(event),
      loadModel,
    });
    client = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    runtime = new SageMakerRuntimeClient({
      endpoint: service.runtime.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    });
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    runtime.destroy();
    await service.close();
  };

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'hosting-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    await s3.store.put('lake', 'one/model.tar.gz', Buffer.from('1'));
    await s3.store.put('lake', 'ten/model.tar.gz', Buffer.from('10'));
    await s3.store.put('lake', 'broken/model.tar.gz', Buffer.from('tar?'));
    events = [];
    await start();
  });
  afterEach(async () => {
    await stop();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  const createModel = (ModelName: string, change: Partial<CreateModelCommandInput> = {}) =>
    client.send(
      new CreateModelCommand({
        ModelName,
        PrimaryContainer: { Image, ModelDataUrl: `s3://lake/${ModelName}/model.tar.gz` },
        ExecutionRoleArn,
        ...change,
      }),
    );
  type Variant = NonNullable<CreateEndpointConfigCommandInput['ProductionVariants']>[number];
  const createConfig = (ModelName: string, change: Partial<Variant> = {}) =>
    client.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: `${ModelName}-config`,
        ProductionVariants: [
          { VariantName: 'all', ModelName, ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 }, ...change },
        ],
      }),
    );
  const deployed = async (ModelName: string): Promise<void> => {
    await createModel(ModelName);
    await createConfig(ModelName);
    await client.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: `${ModelName}-config` }));
    await service.endpointsSettled();
  };
  const describeEndpoint = () => client.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
  const invoke = async (Body: string, more: Partial<InvokeEndpointCommandInput> = {}): Promise<string> => {
    const input = { EndpointName: 'live', ContentType: 'text/csv', Body, ...more };
    const { Body: answer } = await runtime.send(new InvokeEndpointCommand(input));
    return Buffer.from(answer).toString();
  };

  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
  test('an endpoint comes into service with its model, and answers rows', async () => {
    await createModel('one');
    await createConfig('one');
    const created = await client.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'one-config' }));
    expect(created.EndpointArn).toBe(`${arnPrefix}:endpoint/live`);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'Creating' });
    await expect(invoke('1,2')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('live') as string,
    });
    await service.endpointsSettled();
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'one-config',
      ProductionVariants: [{ VariantName: 'all', CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } }],
    });

    expect(await invoke('1,2\n0.5,-2e1\n3,')).toBe('3\n-19.5\n103\n');
    expect(await invoke('1,nan', { Accept: 'application/json' })).toBe('{"predictions":[{"score":101}]}');
    const { InvokedProductionVariant, ContentType } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'live',
        Body: '1,2',
        ContentType: 'text/csv; charset=utf-8',
        Accept: 'text/csv',
      }),
    );
    expect([InvokedProductionVariant, ContentType]).toEqual(['all', 'text/csv']);
    expect(events.map(({ detailType, detail }) => [detailType, detail.EndpointStatus])).toEqual([
      ['SageMaker Endpoint State Change', 'CREATING'],
      ['SageMaker Endpoint State Change', 'IN_SERVICE'],
    ]);
  });

  test('an update takes the place of what served, when it can', async () => {
    await deployed('one');
    await createModel('ten');
    await createConfig('ten');
    await client.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'ten-config' }));
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'one-config',
      PendingDeploymentSummary: { EndpointConfigName: 'ten-config' },
    });
    // What served goes on serving until then.
    expect(['3\n', '30\n']).toContain(await invoke('1,2'));
    await service.endpointsSettled();
    expect(await invoke('1,2')).toBe('30\n');
    expect(await describeEndpoint()).not.toHaveProperty('PendingDeploymentSummary');

    await createModel('broken');
    await createConfig('broken');
    await client.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'broken-config' }));
    await service.endpointsSettled();
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'ten-config',
      FailureReason: 'RangeError: no model in the archive',
    });
    expect(await invoke('1,2')).toBe('30\n');
  });

  test('an endpoint whose model cannot be read, or is not there, fails, and can only be deleted', async () => {
    await deployed('broken');
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: 'RangeError: no model in the archive',
    });
    await expect(
      client.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'broken-config' })),
    ).rejects.toThrow('it has failed, and can only be deleted');
    await client.send(new DeleteEndpointCommand({ EndpointName: 'live' }));
    await deployed('absent');
    expect((await describeEndpoint()).FailureReason).toContain('NoSuchKey');
  });

  test('a deleted endpoint answers no more; nor does one that is deleted while it is made', async () => {
    await deployed('one');
    await client.send(new DeleteEndpointCommand({ EndpointName: 'live' }));
    await expect(invoke('1,2')).rejects.toMatchObject({ message: 'Endpoint live of account 000000000000 not found.' });
    await expect(describeEndpoint()).rejects.toThrow(`Could not find endpoint "${arnPrefix}:endpoint/live".`);
    await client.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'one-config' }));
    await client.send(new DeleteEndpointCommand({ EndpointName: 'live' }));
    await service.endpointsSettled();
    await expect(invoke('1,2')).rejects.toThrow('not found');
    await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'one-config' }));
    await client.send(new DeleteModelCommand({ ModelName: 'one' }));
    await expect(client.send(new DescribeModelCommand({ ModelName: 'one' }))).rejects.toThrow(
      `Could not find model "${arnPrefix}:model/one".`,
    );
  });

  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModels.html
  test('models and configurations are listed, a page at a time', async () => {
    for (const name of ['one', 'ten', 'tenth']) {
      await createModel(name);
      await createConfig(name);
    }
    const byName = { SortBy: 'Name', SortOrder: 'Ascending' } as const;
    const first = await client.send(new ListModelsCommand({ ...byName, MaxResults: 2 }));
    const rest = await client.send(new ListModelsCommand({ ...byName, MaxResults: 2, NextToken: first.NextToken }));
    expect([first, rest].map(({ Models = [] }) => Models.map(({ ModelName }) => ModelName))).toEqual([['one', 'ten'], ['tenth']]);
    expect(rest.NextToken).toBeUndefined();
    const { EndpointConfigs } = await client.send(new ListEndpointConfigsCommand({ ...byName, NameContains: 'ten' }));
    expect(EndpointConfigs).toMatchObject([
      { EndpointConfigName: 'ten-config', EndpointConfigArn: `${arnPrefix}:endpoint-config/ten-config` },
      { EndpointConfigName: 'tenth-config' },
    ]);
  });

  test('is there again for a later process', async () => {
    await deployed('ten');
    await stop();
    await start();
    await service.endpointsSettled();
    expect(await invoke('1,2')).toBe('30\n');
    expect(await client.send(new DescribeModelCommand({ ModelName: 'ten' }))).toMatchObject({
      ModelArn: `${arnPrefix}:model/ten`,
      PrimaryContainer: { Image },
      ExecutionRoleArn,
    });
    expect(await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: 'ten-config' }))).toMatchObject({
      EndpointConfigArn: `${arnPrefix}:endpoint-config/ten-config`,
      ProductionVariants: [{ ModelName: 'ten' }],
    });
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html
  test('a model comes out of the registry, once it is approved', async () => {
    const { ModelPackageArn } = await client.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: 'factory',
        InferenceSpecification: { Containers: [{ Image, ModelDataUrl: 's3://lake/ten/model.tar.gz' }] },
      }),
    );
    const fromPackage = { PrimaryContainer: { ModelPackageName: ModelPackageArn } };
    await expect(createModel('ten', fromPackage)).rejects.toThrow('is not approved');
    await client.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved' }));
    await createModel('ten', fromPackage);
    await createConfig('ten');
    await client.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'ten-config' }));
    await service.endpointsSettled();
    expect(await invoke('1,2')).toBe('30\n');
  });

  test.each<[string, Partial<CreateModelCommandInput>, string]>([
    [
      'another image',
      { PrimaryContainer: { Image: 'sagemaker-pytorch:2', ModelDataUrl: 's3://l/m.tar.gz' } },
      'only sagemaker-xgboost',
    ],
    ['no archive', { PrimaryContainer: { Image, ModelDataUrl: 's3://lake/model' } }, 'tar.gz archive'],
    ['nothing in the container', { PrimaryContainer: {} }, 'a container needs Image and ModelDataUrl'],
    ['no role', { ExecutionRoleArn: undefined }, "'executionRoleArn' failed"],
    ['a pipeline', { Containers: [{ Image }] }, 'Containers of CreateModel is not supported'],
    [
      'a version that is not there',
      { PrimaryContainer: { ModelPackageName: 'factory/7' } },
      'ModelPackage factory/7 does not exist',
    ],
  ])('a model with %s is refused', async (_, change, message) => {
    await expect(createModel('one', change)).rejects.toThrow(message);
  });

  test.each<[string, Partial<Variant>, string]>([
    ['instances', { InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }, 'is not supported'],
    ['no serverless configuration', { ServerlessConfig: undefined }, 'serverlessConfig'],
    ['odd memory', { ServerlessConfig: { MemorySizeInMB: 1500, MaxConcurrency: 1 } }, 'no multiple of 1024'],
    ['much memory', { ServerlessConfig: { MemorySizeInMB: 8192, MaxConcurrency: 1 } }, 'less than or equal to 6144'],
    [
      'more provisioned than allowed',
      { ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1, ProvisionedConcurrency: 2 } },
      'above',
    ],
    ['a model that is not there', { ModelName: 'two' }, 'Could not find model'],
  ])('an endpoint configuration with %s is refused', async (_, change, message) => {
    await createModel('one');
    await expect(createConfig('one', change)).rejects.toThrow(message);
  });

  test('names are taken', async () => {
    await deployed('one');
    await expect(createModel('one')).rejects.toThrow(`Cannot create already existing model "${arnPrefix}:model/one".`);
    await expect(createConfig('one')).rejects.toThrow('Cannot create already existing endpoint configuration');
    await expect(
      client.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'one-config' })),
    ).rejects.toThrow('Cannot create already existing endpoint');
  });

  test.each<[string, string, Partial<InvokeEndpointCommandInput>, object]>([
    [
      'too few values',
      '1,2\n3',
      {},
      { name: 'ModelError', OriginalStatusCode: 400, message: expect.stringContaining('row 2 has 1 values') as string },
    ],
    [
      'text',
      '1,x',
      {},
      { name: 'ModelError', OriginalMessage: expect.stringContaining("could not convert string to float: 'x'") as string },
    ],
    ['another type', '{}', { ContentType: 'application/json' }, { name: 'ModelError', OriginalStatusCode: 415 }],
    ['another answer', '1,2', { Accept: 'text/html' }, { name: 'ModelError', OriginalStatusCode: 406 }],
    ['more than 4 MB', '1,2\n'.repeat(2 ** 20 + 1), {}, { name: 'ValidationError' }],
    ['a variant', '1,2', { TargetVariant: 'all' }, { name: 'NotImplementedException' }],
    ['another endpoint', '1,2', { EndpointName: 'dead' }, { name: 'ValidationError' }],
  ])('rows with %s are refused', async (_, body, more, expected) => {
    await deployed('one');
    await expect(invoke(body, more)).rejects.toMatchObject(expected);
  });
});
