import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
  type CreateModelPackageCommandInput,
  type ListModelPackagesCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceEvent } from '../../../../local/aws/events/event';
import { startSageMaker, type SageMakerService } from '../../../../local/aws/sagemaker/service';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const arnPrefix = 'arn:aws:sagemaker:us-east-1:000000000000';
const groups = ['factory', 'turbofan'].map((name) => ({ name, arn: `${arnPrefix}:model-package-group/${name}` }));
const arnOf = (version: number, group = 'factory'): string => `${arnPrefix}:model-package/${group}/${version}`;

/** A request that is right; tests change what they are about. */
function packageRequest(change: Partial<CreateModelPackageCommandInput> = {}): CreateModelPackageCommandInput {
  return {
    ModelPackageGroupName: 'factory',
    ModelPackageDescription: 'Fails within a day',
    InferenceSpecification: {
      Containers: [
        {
          Image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0',
          ModelDataUrl: 's3://lake/models/job-1/output/model.tar.gz',
        },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    },
    CustomerMetadataProperties: { 'validation:auc': '0.84', job: 'job-1' },
    ModelMetrics: {
      ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: 's3://lake/models/job-1/metrics.json' } },
    },
    ...change,
  };
}

describe('the Model Registry', () => {
  let directory: string;
  let service: SageMakerService;
  let client: SageMakerClient;
  let now: number;
  let events: ServiceEvent[];

  const start = async (): Promise<void> => {
    service = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      stateDirectory: path.join(directory, 'state'),
      s3Endpoint: 'http://127.0.0.1:1',
      modelPackageGroups: groups,
      clock: { now: () => (now += 1000) },
      onEvent: (event) => void events.push(event),
    });
    client = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await service.close();
  };
  const create = async (change: Partial<CreateModelPackageCommandInput> = {}): Promise<string | undefined> =>
    (await client.send(new CreateModelPackageCommand(packageRequest(change)))).ModelPackageArn;
  const describePackage = (name: string) => client.send(new DescribeModelPackageCommand({ ModelPackageName: name }));
  const listed = async (input: ListModelPackagesCommandInput): Promise<readonly unknown[]> => {
    const { ModelPackageSummaryList } = await client.send(new ListModelPackagesCommand(input));
    return ModelPackageSummaryList?.map(({ ModelPackageArn }) => ModelPackageArn) ?? [];
  };

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'registry-'));
    now = Date.parse('2026-11-20T08:00:00Z');
    events = [];
    await start();
  });
  afterEach(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html
  test('numbers the versions of each group, and describes one as it was registered', async () => {
    expect(await create()).toBe(arnOf(1));
    expect(await create({ ModelPackageGroupName: groups[0]?.arn })).toBe(arnOf(2));
    expect(await create({ ModelPackageGroupName: 'turbofan' })).toBe(arnOf(1, 'turbofan'));
    const described = await describePackage(arnOf(2));
    expect(described).toMatchObject({
      ModelPackageGroupName: 'factory',
      ModelPackageVersion: 2,
      ModelPackageArn: arnOf(2),
      ModelPackageDescription: 'Fails within a day',
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [] },
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: packageRequest().InferenceSpecification,
      CustomerMetadataProperties: { 'validation:auc': '0.84', job: 'job-1' },
      ModelMetrics: packageRequest().ModelMetrics,
    });
    expect(described.CreationTime).toBeInstanceOf(Date);
    expect(described.ModelPackageName).toBeUndefined();
    expect((await describePackage('factory/2')).ModelPackageArn).toBe(arnOf(2));
  });

  test('approves a version, says why, and changes what is known of it', async () => {
    await create();
    await client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: arnOf(1),
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: 'better than the model in use',
        CustomerMetadataProperties: { 'test:auc': '0.81' },
        CustomerMetadataPropertiesToRemove: ['job'],
      }),
    );
    const described = await describePackage(arnOf(1));
    expect(described).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'better than the model in use',
      CustomerMetadataProperties: { 'validation:auc': '0.84', 'test:auc': '0.81' },
    });
    expect(described.LastModifiedTime?.getTime()).toBeGreaterThan(described.CreationTime?.getTime() ?? Infinity);
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
  test('tells of every version that is new or changed', async () => {
    await create({ ModelApprovalStatus: 'Rejected' });
    await client.send(new UpdateModelPackageCommand({ ModelPackageArn: arnOf(1), ModelApprovalStatus: 'Approved' }));
    expect(events).toMatchObject([
      {
        source: 'aws.sagemaker',
        detailType: 'SageMaker Model Package State Change',
        resources: [arnOf(1)],
        detail: {
          ModelPackageGroupName: 'factory',
          ModelPackageVersion: 1,
          ModelPackageArn: arnOf(1),
          ModelPackageStatus: 'Completed',
          ModelApprovalStatus: 'Rejected',
          CreationTime: expect.stringMatching(/^2026-11-20T08:00:\d\dZ$/) as string,
        },
      },
      { detail: { ModelApprovalStatus: 'Approved' } },
    ]);
  });

  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html
  test('lists a group by approval, time and page, the oldest first unless told otherwise', async () => {
    for (const ModelApprovalStatus of ['Approved', 'Rejected', 'Approved'] as const) {
      await create({ ModelApprovalStatus });
    }
    await create({ ModelPackageGroupName: 'turbofan' });
    const group = { ModelPackageGroupName: 'factory' };
    expect(await listed(group)).toEqual([arnOf(1), arnOf(2), arnOf(3)]);
    expect(
      await listed({ ...group, ModelApprovalStatus: 'Approved', SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 1 }),
    ).toEqual([arnOf(3)]);
    const { CreationTime: second } = await describePackage(arnOf(2));
    expect(await listed({ ...group, CreationTimeAfter: second })).toEqual([arnOf(3)]);
    expect(await listed({ ...group, CreationTimeBefore: second })).toEqual([arnOf(1)]);
    expect(await listed({})).toEqual([]);
    expect(await listed({ ModelPackageType: 'Versioned', SortBy: 'Name' })).toHaveLength(4);
    expect(await listed({ ModelPackageType: 'Both', NameContains: 'turbo' })).toEqual([arnOf(1, 'turbofan')]);

    const first = await client.send(new ListModelPackagesCommand({ ...group, MaxResults: 2 }));
    expect(first.ModelPackageSummaryList).toMatchObject([
      { ModelPackageVersion: 1, ModelApprovalStatus: 'Approved', ModelPackageStatus: 'Completed' },
      { ModelPackageVersion: 2 },
    ]);
    expect(await listed({ ...group, MaxResults: 2, NextToken: first.NextToken })).toEqual([arnOf(3)]);
    await expect(listed({ ...group, NextToken: 'other' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('registers once what is asked for twice under one token', async () => {
    expect(await create({ ClientToken: 'job-1' })).toBe(arnOf(1));
    expect(await create({ ClientToken: 'job-1' })).toBe(arnOf(1));
    expect(events).toHaveLength(1);
    await expect(create({ ClientToken: 'job-1', ModelPackageDescription: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    expect(await create({ ClientToken: 'job-2' })).toBe(arnOf(2));
  });

  test('is the same for a later process: versions, approvals and tokens', async () => {
    await create({ ClientToken: 'job-1' });
    await client.send(new UpdateModelPackageCommand({ ModelPackageArn: arnOf(1), ModelApprovalStatus: 'Approved' }));
    const before = await describePackage(arnOf(1));
    await stop();
    await start();
    expect({ ...(await describePackage(arnOf(1))), $metadata: undefined }).toEqual({ ...before, $metadata: undefined });
    expect(await create({ ClientToken: 'job-1' })).toBe(arnOf(1));
    expect(await create()).toBe(arnOf(2));
  });

  test('does not start on a state that it has not written', async () => {
    const name = 'factory.000001.json';
    await create();
    const folder = path.join(directory, 'state/model-packages');
    expect(await readdir(folder)).toEqual([name]);
    await writeFile(path.join(folder, name), '{"version":1}');
    await stop();
    await expect(start()).rejects.toThrow('factory.000001.json holds nothing that this service has written');
    await rm(folder, { recursive: true });
    await start();
  });

  test('describes a group of the template', async () => {
    expect(await client.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'factory' }))).toMatchObject({
      ModelPackageGroupName: 'factory',
      ModelPackageGroupArn: groups[0]?.arn,
      ModelPackageGroupStatus: 'Completed',
    });
  });

  test.each<[string, Partial<CreateModelPackageCommandInput>, string]>([
    ['an unknown group', { ModelPackageGroupName: 'other' }, 'ModelPackageGroup other does not exist.'],
    ['neither name nor group', { ModelPackageGroupName: undefined }, 'Missing ARN.'],
    ['name and group', { ModelPackageName: 'one' }, 'Both ModelPackageName and ModelPackageGroupName are provided in the input'],
    ['a name that is none', { ModelPackageGroupName: 'under_score' }, "Value 'under_score' at 'modelPackageGroupName' failed"],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'Tags cannot be given with ModelPackageGroupName'],
    ['no container', { InferenceSpecification: { Containers: [] } }, "at 'inferenceSpecification.containers' failed"],
    [
      'an image with a space',
      { InferenceSpecification: { Containers: [{ Image: 'an image' }] } },
      "Value 'an image' at 'inferenceSpecification.containers.1.member.image' failed",
    ],
    [
      'a model that is no archive',
      { InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://lake/model' }] } },
      'ModelDataUrl s3://lake/model must point to a single gzip compressed tar archive',
    ],
    [
      'metrics without their place',
      { ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: undefined } } } },
      "Value null at 'modelMetrics.modelQuality.statistics.s3Uri' failed to satisfy constraint: Member must not be null",
    ],
    ['a status that is none', { ModelApprovalStatus: 'Good' as 'Approved' }, 'enum value set: [Approved, Rejected,'],
    [
      'a metadata value of 257 characters',
      { CustomerMetadataProperties: { a: 'x'.repeat(257) } },
      "at 'customerMetadataProperties.a.member' failed to satisfy constraint: Member must have length less than or equal to 256",
    ],
    [
      'metadata with a brace',
      { CustomerMetadataProperties: { a: '{}' } },
      "at 'customerMetadataProperties.a.member' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      '51 entries of metadata',
      { CustomerMetadataProperties: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key-${index}`, 'x'])) },
      'Member must have length less than or equal to 50',
    ],
    ['a long token', { ClientToken: 'x'.repeat(37) }, 'Member must have length less than or equal to 36'],
  ])('refuses %s', async (_, change, message) => {
    await expect(create(change)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    });
    expect(events).toEqual([]);
  });

  test('refuses by name what exists in AWS and not here', async () => {
    await expect(create({ ModelPackageGroupName: undefined, ModelPackageName: 'one' })).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: 'sagemaker: a model package outside of a group is not supported by the local AWS',
    });
    await expect(create({ ModelLifeCycle: { Stage: 'a', StageStatus: 'b' } })).rejects.toThrow(
      'sagemaker: ModelLifeCycle of CreateModelPackage is not supported',
    );
    await expect(client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'new' }))).rejects.toThrow(
      'SageMaker.CreateModelPackageGroup is not supported',
    );
  });

  test('does not know a version that was never registered', async () => {
    await expect(describePackage(arnOf(7))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `ModelPackage ${arnOf(7)} does not exist.`,
    });
    await expect(client.send(new UpdateModelPackageCommand({ ModelPackageArn: arnOf(7) }))).rejects.toThrow('does not exist');
    await create({ CustomerMetadataProperties: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key-${n}`, 'x'])) });
    await expect(
      client.send(new UpdateModelPackageCommand({ ModelPackageArn: arnOf(1), CustomerMetadataProperties: { one: 'more' } })),
    ).rejects.toThrow('Member must have length less than or equal to 50');
  });
});
