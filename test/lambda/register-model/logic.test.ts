import { parseRegisterModelEvent, type RegisterModelEvent } from '../../../lambda/register-model/event';
import { registerModel } from '../../../lambda/register-model/logic';
import { domain } from '../fixtures';
import { apiError, MemoryRegistry, trainingCard, trainingPlan } from '../training-fixtures';

const image = '1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0';
const servedBy = { domain, image, codeVersion: 'abc1234' };
const given = {
  plan: trainingPlan,
  card: trainingCard,
  record: {
    jobName: `${trainingPlan.jobName}-2`,
    jobArn: 'arn:job',
    modelUri: 's3://lake/models/job/output/model.tar.gz',
    createdAt: '2026-11-20T12:00:00.000Z',
    status: 'Completed',
  },
  verdict: {
    verdict: 'better',
    approval: 'Approved',
    reason: 'RMSE 13.1 on 12,345 test rows: better than version 3, which is in use, 13.5; baseline 40',
    evaluationUri: 's3://lake/models/job/evaluation.json',
    qualityUri: 's3://lake/models/job/model-quality.json',
    metrics: { rmse: 13.1, 'rmse-baseline': 40 },
  },
};
const event = parseRegisterModelEvent(given);

describe('registering a model', () => {
  test('registers it with all that it is made from, such that it can be deployed, and says why', async () => {
    const registry = new MemoryRegistry();
    expect(await registerModel(registry, servedBy, event)).toEqual({
      modelPackageArn: 'arn:pumps/1',
      version: 1,
      approval: 'Approved',
      created: true,
    });
    expect(registry.requests).toEqual([
      {
        ClientToken: expect.stringMatching(/^[0-9a-f]{36}$/) as string,
        ModelPackageDescription: `A reading. Trained by ${trainingPlan.jobName}-2.`,
        ModelApprovalStatus: 'Approved',
        InferenceSpecification: {
          Containers: [{ Image: image, ModelDataUrl: given.record.modelUri }],
          SupportedContentTypes: ['text/csv', 'text/libsvm'],
          SupportedResponseMIMETypes: ['text/csv', 'application/json', 'application/jsonlines'],
          SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large', 'ml.m5.xlarge', 'ml.m5.2xlarge'],
          SupportedTransformInstanceTypes: ['ml.m5.large', 'ml.m5.xlarge', 'ml.m5.2xlarge'],
        },
        ModelMetrics: {
          ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: given.verdict.qualityUri } },
          ModelDataQuality: { Statistics: { ContentType: 'application/json', S3Uri: trainingPlan.dataCardUri } },
        },
        MetadataProperties: { GeneratedBy: 'arn:job' },
        CustomerMetadataProperties: {
          'job-name': `${trainingPlan.jobName}-2`,
          domain: 'pumps',
          'window-start': trainingPlan.window.start,
          'window-end': trainingPlan.window.end,
          cutoff: trainingPlan.cutoff,
          revision: '1',
          'manifest-uri': trainingPlan.manifestUri,
          'manifest-sha256': trainingPlan.manifestHash,
          'data-card-uri': trainingPlan.dataCardUri,
          'evaluation-uri': given.verdict.evaluationUri,
          'content-hash': '5f3a',
          'code-version': 'abc1234',
          'features-sha256': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          rmse: '13.1',
          'rmse-baseline': '40',
        },
      },
    ]);
    expect(registry.models[0]?.approvalDescription).toBe(given.verdict.reason);
  });

  test('says by what tuning job its hyperparameters were found, and which', async () => {
    const registry = new MemoryRegistry();
    const tuned = { tuningJobName: 'tune-01234567', hyperparameters: { eta: '0.08123456789012345', max_depth: '4' } };
    await registerModel(registry, servedBy, parseRegisterModelEvent({ ...given, record: { ...given.record, tuned } }));
    expect(registry.requests[0]?.CustomerMetadataProperties).toMatchObject({
      'tuning-job': 'tune-01234567',
      'tuned-eta': '0.08123456789012345',
      'tuned-max_depth': '4',
    });
  });

  test('registers it once, and leaves what a person has decided', async () => {
    const registry = new MemoryRegistry();
    const before = await registerModel(registry, servedBy, event);
    registry.models[0] = { ...(await registry.describe('arn:pumps/1')), approval: 'Rejected', approvalDescription: 'Not now.' };
    expect(await registerModel(registry, servedBy, event)).toEqual({ ...before, approval: 'Rejected', created: false });
    expect(registry.models).toMatchObject([{ approval: 'Rejected', approvalDescription: 'Not now.' }]);
  });

  test('says why when an earlier attempt did not come to it', async () => {
    const registry = new MemoryRegistry();
    registry.put({ 'job-name': given.record.jobName });
    expect(await registerModel(registry, servedBy, event)).toMatchObject({ version: 1, created: false });
    expect(registry.models[0]?.approvalDescription).toBe(given.verdict.reason);
  });

  test('finds what was registered by a call whose reply was lost', async () => {
    const registry = new MemoryRegistry();
    registry.failing = apiError('ConflictException');
    expect(await registerModel(registry, servedBy, event)).toMatchObject({ version: 1, created: false });
  });

  test('clips a long reason to what SageMaker keeps', async () => {
    const registry = new MemoryRegistry();
    await registerModel(registry, servedBy, { ...event, verdict: { ...event.verdict, reason: 'x'.repeat(2000) } });
    expect(registry.models[0]?.approvalDescription).toBe(`${'x'.repeat(1023)}…`);
  });

  test.each([
    ['ValidationException', 'RegistrationInvalid'],
    ['ConflictException', 'RegistrationInvalid'],
    ['AccessDeniedException', 'TrainingAccessDenied'],
    ['ThrottlingException', 'ThrottlingException'],
    ['ResourceLimitExceeded', 'ResourceLimitExceeded'],
  ])('ends with %s as %s', async (name, as) => {
    const registry = new MemoryRegistry();
    registry.create = async () => Promise.reject(apiError(name));
    await expect(registerModel(registry, servedBy, event)).rejects.toMatchObject({
      name: as,
      message: `model package group pumps: ${name} it is`,
    });
  });

  test.each<[string, Partial<RegisterModelEvent['verdict']>, string]>([
    ['a value that is too long', { evaluationUri: `s3://lake/${'x'.repeat(260)}` }, 'metadata evaluation-uri'],
    ['a character that SageMaker does not keep', { evaluationUri: 's3://lake/{x}' }, 'metadata evaluation-uri: "s3://lake/{x}"'],
    [
      'more entries than SageMaker keeps',
      { metrics: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m-${index}`, index])) },
      'has 53 entries of metadata: at most 50 are allowed',
    ],
  ])('asks for nothing with %s', async (_what, change, message) => {
    const registry = new MemoryRegistry();
    const changed = { ...event, verdict: { ...event.verdict, ...change } };
    await expect(registerModel(registry, servedBy, changed)).rejects.toMatchObject({
      name: 'RegistrationInvalid',
      message: expect.stringContaining(message) as string,
    });
    expect(registry.models).toEqual([]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ record: undefined }, 'record is missing'],
    [{ record: { ...given.record, modelUri: undefined } }, 'record.modelUri is missing'],
    [
      { verdict: { ...given.verdict, approval: 'Perhaps' } },
      'verdict.approval is not Approved or Rejected or PendingManualApproval',
    ],
    [{ verdict: { ...given.verdict, metrics: { rmse: 'small' } } }, 'verdict.metrics.rmse is not a number'],
  ])('refuses an event with %j', (change, message) => {
    expect(() => parseRegisterModelEvent({ ...given, ...change })).toThrow(message);
  });
});
