import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { modelInUse, type ModelRegistry, type RegisteredModel } from '../../../lambda/shared/model-registry';
import { SageMakerRegistry } from '../../../lambda/shared/sagemaker-registry';
import { startSageMaker, type SageMakerService } from '../../../local/aws/sagemaker/service';
import { MemoryRegistry } from '../training-fixtures';

const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/pumps';
let directory: string;
let sagemaker: SageMakerService;
let client: SageMakerClient;
/** The service's clock: each version is a second later than the one before. */
let now = Date.parse('2026-11-20T12:00:00Z');

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'registry-'));
  sagemaker = await startSageMaker({
    directory,
    logDirectory: path.join(directory, 'logs'),
    s3Endpoint: 'http://127.0.0.1:1',
    modelPackageGroups: [{ name: 'pumps', arn }],
    clock: { now: () => (now += 1000) },
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SageMakerClient({ endpoint: sagemaker.endpoint, region: 'us-east-1', credentials });
});
afterEach(async () => {
  client.destroy();
  await sagemaker.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each<[string, () => ModelRegistry]>([
  ['SageMaker', () => new SageMakerRegistry(client, 'pumps')],
  ['memory', () => new MemoryRegistry()],
])('a model registry in %s', (_where, open) => {
  const register = (registry: ModelRegistry, jobName: string, ModelApprovalStatus: RegisteredModel['approval'] = 'Approved') =>
    registry.create({
      ModelApprovalStatus,
      CustomerMetadataProperties: { 'job-name': jobName },
      InferenceSpecification: { Containers: [{ Image: 'image', ModelDataUrl: `s3://lake/${jobName}/model.tar.gz` }] },
    });
  const namesOf = async (registry: ModelRegistry, filter: Parameters<ModelRegistry['versions']>[0]): Promise<string[]> => {
    const names: string[] = [];
    for await (const { metadata } of registry.versions(filter)) {
      names.push(metadata['job-name'] ?? '');
    }
    return names;
  };

  test('counts versions, and describes what was registered', async () => {
    const registry = open();
    await register(registry, 'a');
    expect(await registry.describe(await register(registry, 'b', 'Rejected'))).toMatchObject({
      version: 2,
      approval: 'Rejected',
      metadata: { 'job-name': 'b' },
      modelUri: 's3://lake/b/model.tar.gz',
    });
  });

  test('lists the newest first, all of them, or those that are approved', async () => {
    const registry = open();
    const names = Array.from({ length: 23 }, (_, index) => `job-${index}`);
    for (const [index, name] of names.entries()) {
      await register(registry, name, index % 2 === 0 ? 'Approved' : 'PendingManualApproval');
    }
    expect(await namesOf(registry, {})).toEqual(names.toReversed());
    expect(await namesOf(registry, { approval: 'Approved' })).toEqual(names.filter((_, index) => index % 2 === 0).toReversed());
    expect(await namesOf(registry, { approval: 'Rejected' })).toEqual([]);
  });

  test('keeps why a version is approved, and leaves its approval as it is', async () => {
    const registry = open();
    const registered = await register(registry, 'a');
    expect(await registry.describe(registered)).not.toHaveProperty('approvalDescription');
    await registry.explain(registered, 'It is good.');
    expect(await registry.describe(registered)).toMatchObject({ approval: 'Approved', approvalDescription: 'It is good.' });
  });

  test('has a model in use: the newest one that is approved, but those of a training set that is passed over', async () => {
    const registry = open();
    expect(await modelInUse(registry)).toBeUndefined();
    await register(registry, 'a');
    await register(registry, 'b-2');
    await register(registry, 'c', 'PendingManualApproval');
    expect(await modelInUse(registry)).toMatchObject({ version: 2 });
    expect(await modelInUse(registry, 'b')).toMatchObject({ version: 1 });
    expect(await modelInUse(registry, 'b-2')).toMatchObject({ version: 1 });
    expect(await modelInUse(registry, 'other')).toMatchObject({ version: 2 });
  });
});

test('versions that were registered before a time are not listed by SageMaker', async () => {
  const registry = new SageMakerRegistry(client, 'pumps');
  const create = () => registry.create({ InferenceSpecification: { Containers: [{ Image: 'image' }] } });
  await create();
  const between = now;
  const later = await create();
  const found: string[] = [];
  for await (const model of registry.versions({ createdAfter: between })) {
    found.push(model.arn);
  }
  expect(found).toEqual([later]);
});
