import {
  planTrainingEnvironment,
  startTrainingEnvironment,
  startTuningEnvironment,
  trainingKeyEnvironment,
  trainingNetworkEnvironment,
  tunedJobEnvironment,
  tunedPlanEnvironment,
} from '../../../core/environment';
import { tuningNamePrefix } from '../../../lib/training/tuning';
import { buildFixture, onlyOne, propertiesOf } from '../build-fixture';
import { readable, roleStatements } from '../policy';

const tuningSettings = { maxJobs: 6, maxParallelJobs: 3 } as const;
const prefix = 'iot-to-model-example-fixture';
const trials = tuningNamePrefix(prefix);
const jobs = expect.stringMatching(new RegExp(`:training-job/${prefix}-\\*$`)) as string;
const trialJobs = expect.stringMatching(new RegExp(`:training-job/${trials}-\\*$`)) as string;
const tunings = expect.stringMatching(new RegExp(`:hyper-parameter-tuning-job/${trials}-\\*$`)) as string;

describe('the names of tuning jobs', () => {
  it('start as the pipeline is called where there is room, so that attempts fit into 32 characters', () => {
    expect(tuningNamePrefix('iot-to-model-dev-x')).toBe('iot-to-model-dev-x');
    expect(tuningNamePrefix('a'.repeat(21))).toHaveLength(21);
    expect(trials).toMatch(/^iot-to-model-e-[0-9a-f]{6}$/);
    expect(trials.length).toBeLessThanOrEqual(21);
  });

  it('start otherwise for every pipeline', () => {
    const pipelines = ['iot-to-model-dev-factory', 'iot-to-model-dev-turbofan', 'iot-to-model-devel-factory'];
    expect(new Set(pipelines.map(tuningNamePrefix)).size).toBe(3);
    expect(tuningNamePrefix('abcdefghijklm-dev-factory')).toMatch(/^abcdefghijklm-[0-9a-f]{6}$/);
  });
});

describe('the training stack with tuning', () => {
  const { lake, training } = buildFixture({ settings: { training: { tuning: tuningSettings } } });
  const variables = (id: string): Readonly<Record<string, unknown>> =>
    (onlyOne(training, 'AWS::Lambda::Function', id) as { Environment: { Variables: Record<string, unknown> } }).Environment
      .Variables;
  const conditions = (role: string): unknown => (onlyOne(training, 'AWS::IAM::Role', role) as { Policies: unknown[] }).Policies;

  it.each([
    ['PlanTrainingFunction', { ...planTrainingEnvironment, ...tunedPlanEnvironment }],
    ['StartTuningFunction', { ...startTuningEnvironment, ...trainingKeyEnvironment, ...trainingNetworkEnvironment }],
    [
      'StartTrainingFunction',
      { ...startTrainingEnvironment, ...tunedJobEnvironment, ...trainingKeyEnvironment, ...trainingNetworkEnvironment },
    ],
  ])('gives %s exactly the variables that it reads', (id, names) => {
    expect(Object.keys(variables(id)).sort()).toEqual(Object.values(names).sort());
  });

  it('tells how many jobs search, how many at a time, and under which names', () => {
    expect(variables('StartTuningFunction')).toMatchObject({
      TUNING_JOBS: '6',
      PARALLEL_TUNING_JOBS: '3',
      TUNING_NAME_PREFIX: trials,
      TRIAL_PREFIX: 'trials/',
      JOB_NAME_PREFIX: prefix,
    });
    expect(variables('PlanTrainingFunction')).toMatchObject({ TUNING_JOBS: '6' });
  });

  it('lets the start of the tuning look for jobs and tuning jobs, start those of this pipeline, and no training job', () => {
    expect(roleStatements(training, 'StartTuningFunctionRole')).toMatchObject({
      ListJobs: { actions: ['sagemaker:ListHyperParameterTuningJobs', 'sagemaker:ListTrainingJobs'], resources: ['*'] },
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [trialJobs, jobs] },
      DescribeTunings: { actions: ['sagemaker:DescribeHyperParameterTuningJob'], resources: [tunings] },
      StartTunings: { actions: ['sagemaker:CreateHyperParameterTuningJob'], resources: [tunings] },
      TagTunings: { actions: ['sagemaker:AddTags'], resources: [tunings] },
      PassTrainingRole: { actions: ['iam:PassRole'], resources: [expect.stringMatching(/^\$\{JobRole\w+\.Arn\}$/)] },
    });
    expect(JSON.stringify(conditions('StartTuningFunctionRole'))).not.toContain('sagemaker:CreateTrainingJob');
  });

  it('lets it start isolated jobs only, and only in the network of the pipeline', () => {
    const [{ PolicyDocument }] = conditions('StartTuningFunctionRole') as [
      { PolicyDocument: { Statement: { Sid: string; Condition?: unknown }[] } },
    ];
    const condition = (sid: string) => PolicyDocument.Statement.find(({ Sid }) => Sid === sid)?.Condition;
    expect(condition('StartTunings')).toMatchObject({
      Bool: { 'sagemaker:NetworkIsolation': 'true' },
      Null: { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
    });
    expect(condition('PassTrainingRole')).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  });

  it('lets the start of the training count what trials have cost', () => {
    expect(roleStatements(training, 'StartTrainingFunctionRole')).toMatchObject({
      DescribeJobs: { resources: [trialJobs, jobs] },
      StartJobs: { resources: [jobs] },
    });
  });

  it('lets the workflow ask how a tuning job goes', () => {
    const statements = roleStatements(training, 'WorkflowRole');
    expect(statements['DescribeTunings']).toEqual({
      actions: ['sagemaker:DescribeHyperParameterTuningJob'],
      resources: [tunings],
    });
    expect(statements['CallFunctions']?.resources).toHaveLength(8);
  });

  it('lets trials log, and write models of this pipeline where they are deleted again, for tuning jobs of this pipeline', () => {
    expect(roleStatements(training, 'JobRole')).toMatchObject({
      WriteTrials: {
        actions: ['s3:AbortMultipartUpload', 's3:PutObject'],
        resources: [expect.stringMatching(new RegExp(`/trials/${prefix}-\\*$`))],
      },
      WriteLogs: {
        resources: [
          expect.stringMatching(new RegExp(`:log-stream:${trials}-\\*$`)),
          expect.stringMatching(new RegExp(`:log-stream:${prefix}-\\*$`)),
        ],
      },
    });
    const role = readable(onlyOne(training, 'AWS::IAM::Role', 'JobRole')['AssumeRolePolicyDocument']);
    for (const source of [`training-job/${prefix}-*`, `training-job/${trials}-*`, `hyper-parameter-tuning-job/${trials}-*`]) {
      expect(role).toContain(source);
    }
    const [bucket] = Object.values(propertiesOf(lake, 'AWS::S3::Bucket')).filter((each) =>
      JSON.stringify(each).includes('rows-of-training-sets'),
    );
    const { Rules } = bucket?.['LifecycleConfiguration'] as { Rules: Record<string, unknown>[] };
    expect(Rules).toContainEqual(
      expect.objectContaining({ Id: 'models-of-trials', Prefix: 'trials/', ExpirationInDays: 7, Status: 'Enabled' }),
    );
  });
});
