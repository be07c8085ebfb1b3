import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateModelPackageCommand,
  DescribeEndpointConfigCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
  type ModelApprovalStatus,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { DeployModelConfig } from '../../../lambda/deploy-model/config';
import { deployModel, type Deployment } from '../../../lambda/deploy-model/logic';
import { servedName } from '../../../lambda/deploy-model/names';
import { SageMakerHosting } from '../../../lambda/deploy-model/sagemaker-hosting';
import { featuresHash } from '../../../lambda/shared/features-hash';
import { packageMetadata } from '../../../lambda/shared/model-registry';
import { SageMakerRegistry } from '../../../lambda/shared/sagemaker-registry';
import { startS3, type S3Service } from '../../../local/aws/s3/service';
import { startSageMaker, type SageMakerService } from '../../../local/aws/sagemaker/service';
import { domain } from '../fixtures';

const arnPrefix = 'arn:aws:sagemaker:us-east-1:000000000000';
const group = 'pumps';
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'deployer', secretAccessKey: 'local' }, maxAttempts: 1 };
const config: DeployModelConfig = {
  domain,
  modelPackageGroup: group,
  serving: {
    endpointName: 'pumps-live',
    memoryMiB: 3_072,
    maxConcurrency: 7,
    modelRoleArn: 'arn:aws:iam::000000000000:role/model',
    kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    tags: { domain: 'pumps' },
  },
  limitMs: 60_000,
};

/** A model says its archive's text, whatever it is asked. */
const loadModel = (archive: Uint8Array) => {
  const answer = Number(Buffer.from(archive).toString());
  if (Number.isNaN(answer)) {
    throw new RangeError('no model in the archive');
  }
  return { features: 1, predict: (_: readonly Float64Array[], rows: number) => new Float64Array(rows).fill(answer) };
};

describe('serving the model in use, by the SDK over the local SageMaker', () => {
  let directory: string;
  let s3: S3Service;
  let service: SageMakerService;
  let sagemaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'deploy-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    service = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      s3Endpoint: s3.endpoint,
      modelPackageGroups: [{ name: group, arn: `${arnPrefix}:model-package-group/${group}` }],
      loadModel,
    });
    sagemaker = new SageMakerClient({ ...settings, endpoint: service.endpoint });
    runtime = new SageMakerRuntimeClient({ ...settings, endpoint: service.runtime.endpoint });
  });
  afterEach(async () => {
    sagemaker.destroy();
    runtime.destroy();
    await service.close();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Registers an approved version. @returns its ARN */
  const register = async (answer: string): Promise<string> => {
    await s3.store.put('lake', `${answer}/model.tar.gz`, Buffer.from(answer));
    const { ModelPackageArn = '' } = await sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: group,
        ModelApprovalStatus: 'Approved',
        InferenceSpecification: {
          Containers: [
            {
              Image: '1.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0',
              ModelDataUrl: `s3://lake/${answer}/model.tar.gz`,
            },
          ],
        },
        CustomerMetadataProperties: {
          [packageMetadata.jobName]: `job-${answer}`,
          [packageMetadata.featuresHash]: featuresHash(domain.trainingSet.features),
        },
      }),
    );
    return ModelPackageArn;
  };
  const decide = (ModelPackageArn: string, ModelApprovalStatus: ModelApprovalStatus) =>
    sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus }));
  const run = async (): Promise<Deployment> => {
    const props = {
      config,
      registry: new SageMakerRegistry(sagemaker, group),
      hosting: new SageMakerHosting(sagemaker),
      now: () => 0,
    };
    let last = await deployModel(props, { startedAt: 0, begun: { kind: 'nothing' } });
    while (last.status === 'in-progress') {
      await service.endpointsSettled();
      last = await deployModel(props, { startedAt: 0, begun: last.begun });
    }
    return last;
  };
  const answers = async (): Promise<string> => {
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({ EndpointName: 'pumps-live', ContentType: 'text/csv', Body: '1' }),
    );
    return Buffer.from(Body).toString();
  };

  test('one version after the other answers, and the one before again when the newer is rejected', async () => {
    await register('1');
    expect(await run()).toMatchObject({ status: 'in-service', modelVersion: 1 });
    expect(await answers()).toBe('1\n');
    expect(await run()).toMatchObject({ status: 'unchanged', left: [] });

    const second = await register('2');
    expect(await run()).toMatchObject({ status: 'in-service', modelVersion: 2, left: [] });
    expect(await answers()).toBe('2\n');
    const [one, two] = [servedName(1, config.serving), servedName(2, config.serving)];
    await expect(sagemaker.send(new DescribeModelCommand({ ModelName: one }))).rejects.toThrow('Could not find');
    await expect(sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: one }))).rejects.toThrow('Could not');
    expect(await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: two }))).toMatchObject({
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName: two, ServerlessConfig: { MemorySizeInMB: 3_072, MaxConcurrency: 7 } },
      ],
      KmsKeyId: config.serving.kmsKeyArn,
    });

    await decide(second, 'Rejected');
    expect(await run()).toMatchObject({ status: 'in-service', modelVersion: 1 });
    expect(await answers()).toBe('1\n');
  });

  test('a version that cannot be loaded leaves the one before, and an endpoint that never came up is made anew', async () => {
    const broken = await register('broken');
    expect(await run()).toMatchObject({
      status: 'failed',
      reason: 'the endpoint cannot serve version 1: RangeError: no model in the archive',
    });
    await decide(broken, 'Rejected');
    await register('2');
    expect(await run()).toMatchObject({ status: 'in-service', modelVersion: 2 });
    const worse = await register('worse');
    expect(await run()).toMatchObject({ status: 'failed', reason: expect.stringContaining('goes on: RangeError') as string });
    expect(await answers()).toBe('2\n');
    await decide(worse, 'Rejected');
    expect(await run()).toMatchObject({ status: 'unchanged', modelVersion: 2, left: [] });
  });

  test('without an approved version there is no endpoint, and nothing is left of it', async () => {
    expect(await run()).toMatchObject({ status: 'nothing-to-serve' });
    await decide(await register('1').then(async (arn) => (await run(), arn)), 'Rejected');
    expect(await run()).toMatchObject({ status: 'taken-down' });
    await expect(sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'pumps-live' }))).rejects.toThrow('Could not find');
    expect(await new SageMakerHosting(sagemaker).namesWith('pumps')).toEqual([]);
  });

  test('two runs at once make one endpoint', async () => {
    await register('1');
    const [one, other] = await Promise.all([run(), run()]);
    expect([one.status, other.status].sort()).toEqual(['in-service', 'unchanged']);
  });
});
