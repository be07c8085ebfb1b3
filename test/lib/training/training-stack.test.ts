import { planTrainingEnvironment, recordModelEnvironment, startTrainingEnvironment } from '../../../core/environment';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { readable, roleStatements } from '../policy';

const bucket = expect.stringMatching(/^\$\{LakeBucket\w+Arn\}$/) as string;
const key = expect.stringMatching(/^\$\{LakeKey\w+Arn\}$/) as string;
const objects = (prefix: string): string =>
  expect.stringMatching(new RegExp(`^\\$\\{LakeBucket\\w+Arn\\}/${prefix}\\*$`)) as string;
const jobs = expect.stringMatching(/:training-job\/iot-to-model-dev-fixture-\*$/) as string;
const logs = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [expect.stringMatching(/Logs\w+\.Arn\}$/)] };
const trace = { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] };

describe('the training stack', () => {
  const { training } = buildFixture();
  const variables = (id: string): Readonly<Record<string, unknown>> =>
    (onlyOne(training, 'AWS::Lambda::Function', id) as { Environment: { Variables: Record<string, unknown> } }).Environment
      .Variables;

  it.each([
    ['PlanTrainingFunction', planTrainingEnvironment],
    ['StartTrainingFunction', startTrainingEnvironment],
    ['RecordModelFunction', recordModelEnvironment],
  ])('gives %s exactly the variables that it reads', (id, names) => {
    expect(Object.keys(variables(id)).sort()).toEqual(Object.values(names).sort());
  });

  it('tells the plan where the tables lie and how late rows may be', () => {
    expect(variables('PlanTrainingFunction')).toMatchObject({
      TABLE_PREFIXES: JSON.stringify({ readings: 'tables/readings/', failures: 'tables/failures/' }),
      TRAINING_SET_PREFIX: 'training-sets/',
      JOB_NAME_PREFIX: 'iot-to-model-dev-fixture',
      ALLOWED_LATENESS_SECONDS: '600',
      DELIVERY_BUFFER_SECONDS: '60',
    });
  });

  it("trains in SageMaker's own XGBoost 3.2 of whichever region it is deployed to", () => {
    const { TRAINING_IMAGE } = variables('StartTrainingFunction');
    expect(readable(TRAINING_IMAGE)).toMatch(/\.dkr\.ecr\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/sagemaker-xgboost:3\.2-0$/);
    expect(JSON.stringify(TRAINING_IMAGE)).toContain('"Fn::FindInMap":["ImageAccounts');
  });

  it('trains in another image when one is configured, and lets the job pull that one only', () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror/xgboost:3.2-0';
    const { training: other } = buildFixture({ change: (config) => ({ ...config, training: { ...config.training, image } }) });
    expect(JSON.stringify(propertiesOf(other, 'AWS::Lambda::Function'))).toContain(image);
    expect(roleStatements(other, 'JobRole')['PullImage']?.resources).toEqual([
      'arn:${AWS::Partition}:ecr:eu-west-1:123456789012:repository/mirror/xgboost',
    ]);
  });

  it('runs the functions on ARM64 and a current Node.js', () => {
    for (const each of Object.values(propertiesOf(training, 'AWS::Lambda::Function'))) {
      expect(each).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', Handler: 'index.handler' });
    }
  });

  it('lets the plan list tables and write manifests', () => {
    expect(roleStatements(training, 'PlanTrainingFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      WriteManifests: { actions: ['s3:PutObject'], resources: [objects('training-sets/')] },
      UseKey: { actions: ['kms:GenerateDataKey'], resources: [key] },
      WriteLogs: logs,
      Trace: trace,
    });
  });

  it('lets the start read training sets, start jobs of this pipeline, and pass the training role to SageMaker only', () => {
    expect(roleStatements(training, 'StartTrainingFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      ReadTrainingSets: { actions: ['s3:GetObject'], resources: [objects('training-sets/')] },
      UseKey: { actions: ['kms:Decrypt'], resources: [key] },
      StartJobs: { actions: ['sagemaker:AddTags', 'sagemaker:CreateTrainingJob'], resources: [jobs] },
      PassTrainingRole: { actions: ['iam:PassRole'], resources: [expect.stringMatching(/^\$\{JobRole\w+\.Arn\}$/)] },
      WriteLogs: logs,
      Trace: trace,
    });
    expect(JSON.stringify(onlyOne(training, 'AWS::IAM::Role', 'StartTrainingFunctionRole'))).toContain(
      '{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}',
    );
  });

  it('lets the record describe jobs of this pipeline and keep records', () => {
    expect(roleStatements(training, 'RecordModelFunctionRole')).toEqual({
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] },
      KeepRecords: { actions: ['s3:PutObject'], resources: [objects('models/records/')] },
      UseKey: { actions: ['kms:GenerateDataKey'], resources: [key] },
      WriteLogs: logs,
      Trace: trace,
    });
  });

  it('lets the workflow call its functions, query the tables, and write training sets and results', () => {
    const statements = roleStatements(training, 'WorkflowRole');
    expect(statements).toMatchObject({
      CallFunctions: { actions: ['lambda:InvokeFunction'] },
      Query: {
        actions: ['athena:GetDataCatalog', 'athena:GetQueryExecution', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
        resources: [
          expect.stringMatching(/:datacatalog\/AwsDataCatalog$/),
          expect.stringMatching(/:workgroup\/\$\{QueriesWorkgroup\w+\}$/),
        ],
      },
      FindDefaultDatabase: { actions: ['glue:GetDatabase'], resources: [expect.stringMatching(/:database\/default$/)] },
      FindBucket: { actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], resources: [bucket] },
      UseKey: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] },
      Read: { actions: ['s3:GetObject'], resources: [objects('athena-results/'), objects('tables/'), objects('training-sets/')] },
      Write: {
        actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
        resources: [objects('athena-results/'), objects('training-sets/')],
      },
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] },
    });
    expect(statements['CallFunctions']?.resources).toHaveLength(3);
    const everything = Object.entries(statements).filter(([, { resources }]) => resources.includes('*'));
    expect(everything.map(([sid]) => sid)).toEqual(['DeliverLogs', 'Trace']);
  });

  it('lets a job read training sets, write models, and no more of the lake', () => {
    expect(roleStatements(training, 'JobRole')).toMatchObject({
      ReadTrainingSets: { actions: ['s3:GetObject'], resources: [objects('training-sets/')] },
      WriteModels: { actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: [objects('models/')] },
      UseKey: { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [key] },
      EncryptVolume: { actions: ['kms:CreateGrant'], resources: [key] },
      PullImage: { resources: [expect.stringMatching(/:repository\/sagemaker-xgboost$/)] },
    });
    // A folder of the lake, asked for with the slash at its end or without.
    expect(JSON.stringify(onlyOne(training, 'AWS::IAM::Role', 'JobRole'))).toContain(
      '{"StringLike":{"s3:prefix":["training-sets*","models*"]}}',
    );
  });

  it('starts the workflow on a schedule with the time for which it was scheduled', () => {
    expect(onlyOne(training, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      State: 'ENABLED',
      Target: { Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}' },
    });
  });

  it('logs and traces the workflow', () => {
    expect(onlyOne(training, 'AWS::StepFunctions::StateMachine')).toMatchObject({
      LoggingConfiguration: { Level: 'ALL' },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('is as it was', () => {
    expect(masked(training)).toMatchSnapshot();
  });
});
