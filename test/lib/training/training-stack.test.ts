import {
  checkWindowEnvironment,
  inspectTrainingSetEnvironment,
  judgeModelEnvironment,
  planTrainingEnvironment,
  recordModelEnvironment,
  registerModelEnvironment,
  startTrainingEnvironment,
  trainingKeyEnvironment,
  trainingNetworkEnvironment,
} from '../../../core/environment';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { readable, roleStatements } from '../policy';

const bucket = expect.stringMatching(/^\$\{LakeBucket\w+Arn\}$/) as string;
const key = expect.stringMatching(/^\$\{LakeKey\w+Arn\}$/) as string;
const operationsKey = expect.stringMatching(/^\$\{OperationsKey\w+Arn\}$/) as string;
const objects = (pattern: string): string =>
  expect.stringMatching(new RegExp(`^\\$\\{LakeBucket\\w+Arn\\}/${pattern.replaceAll('*', '\\*')}$`)) as string;
const prefix = 'iot-to-model-dev-fixture';
const jobs = expect.stringMatching(/:training-job\/iot-to-model-dev-fixture-\*$/) as string;
const logs = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [expect.stringMatching(/Logs\w+\.Arn\}$/)] };
const environment = { actions: ['kms:Decrypt'], resources: [operationsKey] };
const bothWays = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] };
const versions = expect.stringMatching(/:model-package\/iot-to-model-dev-fixture\/\*$/) as string;
const readModels = {
  ListModels: { actions: ['sagemaker:ListModelPackages'], resources: ['*'] },
  DescribeModels: { actions: ['sagemaker:DescribeModelPackage'], resources: [versions] },
};
const trace = { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] };

const variablesOf = (stack: Stack, id: string): Readonly<Record<string, unknown>> =>
  (onlyOne(stack, 'AWS::Lambda::Function', id) as { Environment: { Variables: Record<string, unknown> } }).Environment.Variables;

/** The condition of each statement of a role that has one. */
function conditions(stack: Stack, role: string): Readonly<Record<string, unknown>> {
  const { Policies } = onlyOne(stack, 'AWS::IAM::Role', role) as {
    Policies: { PolicyDocument: { Statement: { Sid: string; Condition?: unknown }[] } }[];
  };
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return Object.fromEntries(statements.flatMap(({ Sid, Condition }) => (Condition === undefined ? [] : [[Sid, Condition]])));
}

/** Who may take on a role, and under which condition. */
function trust(stack: Stack, role: string): unknown {
  const { AssumeRolePolicyDocument } = onlyOne(stack, 'AWS::IAM::Role', role) as {
    AssumeRolePolicyDocument: { Statement: { Principal: unknown; Condition?: unknown }[] };
  };
  return AssumeRolePolicyDocument.Statement.map(({ Principal, Condition }) => ({ Principal, Condition }));
}

describe('the training stack', () => {
  const { training } = buildFixture();
  const variables = (id: string): Readonly<Record<string, unknown>> => variablesOf(training, id);

  it.each([
    ['CheckWindowFunction', checkWindowEnvironment],
    ['PlanTrainingFunction', planTrainingEnvironment],
    ['InspectTrainingSetFunction', inspectTrainingSetEnvironment],
    ['StartTrainingFunction', { ...startTrainingEnvironment, ...trainingKeyEnvironment, ...trainingNetworkEnvironment }],
    ['RecordModelFunction', recordModelEnvironment],
    ['JudgeModelFunction', judgeModelEnvironment],
    ['RegisterModelFunction', registerModelEnvironment],
  ])('gives %s exactly the variables that it reads', (id, names) => {
    expect(Object.keys(variables(id)).sort()).toEqual(Object.values(names).sort());
  });

  it('tells the check of the window whose leases prove it, how late rows may be, and for how long to wait', () => {
    expect(variables('CheckWindowFunction')).toMatchObject({
      LEASE_TABLE_NAME: { 'Fn::GetStackOutput': expect.objectContaining({ StackName: `${prefix}-consumer` }) as unknown },
      ALLOWED_LATENESS_SECONDS: '600',
      DELIVERY_BUFFER_SECONDS: '60',
      WINDOW_LIMIT_SECONDS: String(6 * 3_600),
      PIPELINE: prefix,
    });
  });

  it('tells the inspection the limits of the gates, and the judge when a model is approved', () => {
    expect(JSON.parse(String(variables('InspectTrainingSetFunction')['GATES']))).toEqual({
      minimumRows: 1_000,
      minimumDevices: 10,
      minimumPositives: 20,
      maximumMissingShare: 0.95,
      maximumQuarantineShare: 0.05,
      maximumDrift: 0.25,
    });
    expect(variables('JudgeModelFunction')).toMatchObject({ APPROVAL: 'automatic', TOLERANCE: '0' });
  });

  it('tells the plan where the tables lie, how late rows may be, and which code it is', () => {
    expect(variables('PlanTrainingFunction')).toMatchObject({
      TABLE_PREFIXES: JSON.stringify({ readings: 'tables/readings/', failures: 'tables/failures/' }),
      TRAINING_SET_PREFIX: 'training-sets/',
      JOB_NAME_PREFIX: 'iot-to-model-dev-fixture',
      ALLOWED_LATENESS_SECONDS: '600',
      CODE_VERSION: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
    });
  });

  it("trains in SageMaker's own XGBoost 3.2 of whichever region it is deployed to", () => {
    const { TRAINING_IMAGE } = variables('StartTrainingFunction');
    expect(readable(TRAINING_IMAGE)).toMatch(/\.dkr\.ecr\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/sagemaker-xgboost:3\.2-0$/);
    expect(JSON.stringify(TRAINING_IMAGE)).toContain('"Fn::FindInMap":["ImageAccounts');
  });

  it('runs the functions on ARM64 and a current Node.js', () => {
    for (const each of Object.values(propertiesOf(training, 'AWS::Lambda::Function'))) {
      expect(each).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', Handler: 'index.handler' });
    }
  });

  it('lets the check of the window read the leases, and keep closings', () => {
    expect(roleStatements(training, 'CheckWindowFunctionRole')).toEqual({
      ReadLeases: { actions: ['dynamodb:Scan'], resources: [expect.stringMatching(/^\$\{LeasesTable\w+Arn\}$/)] },
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      KeepClosings: {
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [objects('training-sets/windows/*/closing-*.json')],
      },
      UseKey: bothWays,
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
    expect(conditions(training, 'CheckWindowFunctionRole')['List']).toEqual({
      StringLike: { 's3:prefix': ['training-sets/windows/*'] },
    });
  });

  it('lets the inspection read training sets and write data cards', () => {
    expect(roleStatements(training, 'InspectTrainingSetFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      ReadTrainingSets: { actions: ['s3:GetObject'], resources: [objects('training-sets/*')] },
      WriteDataCards: {
        actions: ['s3:PutObject'],
        resources: [objects('training-sets/*/data-card.html'), objects('training-sets/*/data-card.json')],
      },
      ...readModels,
      UseKey: bothWays,
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
  });

  it('lets the judge read what a model has not seen, and write beside the model', () => {
    expect(roleStatements(training, 'JudgeModelFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      ReadTestRows: { actions: ['s3:GetObject'], resources: [objects('training-sets/*')] },
      ReadModels: { actions: ['s3:GetObject'], resources: [objects(`models/${prefix}-*`)] },
      WriteEvaluations: {
        actions: ['s3:PutObject'],
        resources: [objects(`models/${prefix}-*/evaluation.json`), objects(`models/${prefix}-*/model-quality.json`)],
      },
      ...readModels,
      UseKey: bothWays,
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
  });

  it('lets the registration add versions to the group of this pipeline, and delete none', () => {
    expect(roleStatements(training, 'RegisterModelFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      ReadManifests: { actions: ['s3:GetObject'], resources: [objects('training-sets/*/manifest.json')] },
      FindModels: { actions: ['s3:GetObject'], resources: [objects(`models/${prefix}-*`)] },
      ...readModels,
      RegisterModels: {
        actions: ['sagemaker:CreateModelPackage'],
        resources: [expect.stringMatching(/^\$\{ModelsGroup\w+\.ModelPackageGroupArn\}$/), versions],
      },
      ExplainModels: { actions: ['sagemaker:UpdateModelPackage'], resources: [versions] },
      FindImage: {
        actions: ['ecr:BatchGetImage', 'ecr:DescribeImages'],
        resources: [expect.stringMatching(/:repository\/sagemaker-xgboost$/)],
      },
      UseKey: { actions: ['kms:Decrypt'], resources: [key] },
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
  });

  it('keeps the group of models, whatever becomes of the stack', () => {
    const groups = Template.fromStack(training).findResources('AWS::SageMaker::ModelPackageGroup');
    expect(Object.values(groups)).toMatchObject([
      { Properties: { ModelPackageGroupName: prefix }, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
    ]);
  });

  it('lets the plan list and count the files of tables, pin them, and write manifests', () => {
    expect(roleStatements(training, 'PlanTrainingFunctionRole')).toEqual({
      List: { actions: ['s3:ListBucket'], resources: [bucket] },
      ReadRowCounts: { actions: ['s3:GetObject'], resources: [objects('tables/*')] },
      FindTrainingSets: { actions: ['s3:GetObject'], resources: [objects('training-sets/*/data-card.json')] },
      PinInputs: {
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [objects('training-sets/windows/*/inputs-*.json')],
      },
      WriteManifests: { actions: ['s3:PutObject'], resources: [objects('training-sets/*/manifest.json')] },
      UseKey: bothWays,
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
  });

  it('lets the start look for jobs, start those of this pipeline, and pass the training role to SageMaker only', () => {
    expect(roleStatements(training, 'StartTrainingFunctionRole')).toEqual({
      ListJobs: { actions: ['sagemaker:ListTrainingJobs'], resources: ['*'] },
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] },
      StartJobs: { actions: ['sagemaker:CreateTrainingJob'], resources: [jobs] },
      TagJobs: { actions: ['sagemaker:AddTags'], resources: [jobs] },
      PassTrainingRole: { actions: ['iam:PassRole'], resources: [expect.stringMatching(/^\$\{JobRole\w+\.Arn\}$/)] },
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
    expect(conditions(training, 'StartTrainingFunctionRole')).toMatchObject({
      PassTrainingRole: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
  });

  it('lets it start isolated jobs only, and only in the network of the pipeline', () => {
    const securityGroup = { 'Fn::GetAtt': [expect.stringMatching(/^JobNetworkSecurityGroup/), 'GroupId'] };
    expect(conditions(training, 'StartTrainingFunctionRole')['StartJobs']).toEqual({
      Bool: { 'sagemaker:NetworkIsolation': 'true' },
      Null: { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
      'ForAllValues:StringEquals': {
        'sagemaker:VpcSubnets': [expect.anything(), expect.anything()],
        'sagemaker:VpcSecurityGroupIds': [securityGroup],
      },
    });
    expect(variables('StartTrainingFunction')['SECURITY_GROUP_ID']).toEqual(securityGroup);
  });

  it('lets the record describe jobs of this pipeline and keep records', () => {
    expect(roleStatements(training, 'RecordModelFunctionRole')).toEqual({
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] },
      KeepRecords: { actions: ['s3:PutObject'], resources: [objects(`models/records/${prefix}-*.json`)] },
      UseKey: { actions: ['kms:GenerateDataKey'], resources: [key] },
      WriteLogs: logs,
      DecryptEnvironment: environment,
      Trace: trace,
    });
  });

  it('lets the workflow call its functions, query the tables, and write training sets and results', () => {
    const statements = roleStatements(training, 'WorkflowRole');
    expect(statements).toMatchObject({
      CallFunctions: { actions: ['lambda:InvokeFunction'] },
      Query: {
        actions: ['athena:GetQueryExecution', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
        resources: [expect.stringMatching(/:workgroup\/\$\{QueriesWorkgroup\w+\}$/)],
      },
      FindCatalogue: { actions: ['athena:GetDataCatalog'], resources: [expect.stringMatching(/:datacatalog\/AwsDataCatalog$/)] },
      FindDefaultDatabase: { actions: ['glue:GetDatabase'], resources: [expect.stringMatching(/:database\/default$/)] },
      FindBucket: { actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], resources: [bucket] },
      UseKey: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] },
      Read: {
        actions: ['s3:GetObject'],
        resources: [objects('athena-results/*'), objects('tables/*'), objects('training-sets/*')],
      },
      Write: {
        actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
        resources: [objects('athena-results/*'), objects('training-sets/*')],
      },
      DescribeJobs: { actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] },
      Notify: { actions: ['sns:Publish'], resources: [expect.stringMatching(/^\$\{Notifications\w+\}$/)] },
      EncryptNotifications: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [operationsKey] },
    });
    expect(statements['CallFunctions']?.resources).toHaveLength(7);
    expect(statements['Announce']).toEqual({
      actions: ['events:PutEvents'],
      resources: [expect.stringMatching(/:event-bus\/default$/)],
    });
    expect(conditions(training, 'WorkflowRole')['Announce']).toEqual({
      StringEquals: { 'events:source': `iot-to-model.${prefix}` },
    });
    const everything = Object.entries(statements).filter(([, { resources }]) => resources.includes('*'));
    expect(everything.map(([sid]) => sid)).toEqual(['DeliverLogs', 'Trace']);
  });

  it('lets a job read training sets, write models of this pipeline, and no more of the lake', () => {
    expect(roleStatements(training, 'JobRole')).toMatchObject({
      ReadTrainingSets: { actions: ['s3:GetObject'], resources: [objects('training-sets/*')] },
      WriteModels: {
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [objects(`models/${prefix}-*`)],
      },
      UseKey: { actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [key] },
      EncryptVolume: { actions: ['kms:CreateGrant'], resources: [key] },
      PullImage: { resources: [expect.stringMatching(/:repository\/sagemaker-xgboost$/)] },
      WriteLogs: {
        resources: [expect.stringMatching(/:log-group:\/aws\/sagemaker\/TrainingJobs:log-stream:iot-to-model-dev-fixture-\*$/)],
      },
    });
    // A folder of the lake, asked for with the slash at its end or without.
    expect(conditions(training, 'JobRole')['List']).toEqual({ StringLike: { 's3:prefix': ['training-sets*', 'models*'] } });
  });

  it('lets a job have network interfaces in its subnets, and none elsewhere', () => {
    const subnet = expect.stringMatching(/:subnet\/\$\{\w+\}$/) as string;
    const interfaces = expect.stringMatching(/:network-interface\/\*$/) as string;
    const statements = roleStatements(training, 'JobRole');
    expect(statements['CreateNetworkInterfaces']).toEqual({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        interfaces,
        expect.stringMatching(/:security-group\/\$\{JobNetworkSecurityGroup\w+\.GroupId\}$/),
        subnet,
        subnet,
      ],
    });
    expect(statements['UseNetworkInterfaces']?.resources).toEqual([interfaces]);
    expect(conditions(training, 'JobRole')['UseNetworkInterfaces']).toEqual({
      ArnEquals: { 'ec2:Subnet': [expect.anything(), expect.anything()] },
    });
    const everything = Object.entries(statements).filter(([, { resources }]) => resources.includes('*'));
    expect(everything.map(([sid]) => sid)).toEqual(['PutMetrics', 'LogInToRegistry', 'SeeNetwork']);
  });

  it('lets nothing into the network of a job, and HTTPS out', () => {
    expect(onlyOne(training, 'AWS::EC2::SecurityGroup')).toMatchObject({
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }],
    });
    expect(onlyOne(training, 'AWS::EC2::SecurityGroup')).not.toHaveProperty('SecurityGroupIngress');
    expect(propertiesOf(training, 'AWS::EC2::SecurityGroupIngress')).toEqual({});
  });

  it.each([
    ['WorkflowRole', 'states.amazonaws.com', /:states:.*:stateMachine:\*$/],
    ['JobRole', 'sagemaker.amazonaws.com', /:sagemaker:.*:training-job\/iot-to-model-dev-fixture-\*$/],
    ['ScheduleRole', 'scheduler.amazonaws.com', /:scheduler:.*:schedule-group\/default$/],
  ])('gives %s to %s for work of this account only', (role, service, source) => {
    const [statement] = trust(training, role) as {
      Principal: unknown;
      Condition: { StringEquals: Record<string, unknown>; ArnLike?: Record<string, unknown> };
    }[];
    expect(statement?.Principal).toEqual({ Service: service });
    const { StringEquals, ArnLike } = statement?.Condition ?? { StringEquals: {} };
    expect(StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
    expect(readable({ ...StringEquals, ...ArnLike }['aws:SourceArn'])).toMatch(source);
  });

  it('starts the workflow on a schedule with the time for which it was scheduled', () => {
    expect(onlyOne(training, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      State: 'ENABLED',
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLetters/), 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3_600, MaximumRetryAttempts: 60 },
      },
    });
  });

  it('lets the schedule start this workflow, leave dead letters, and nothing else', () => {
    expect(roleStatements(training, 'ScheduleRole')).toEqual({
      StartRuns: { actions: ['states:StartExecution'], resources: [expect.stringMatching(/^\$\{Workflow\w+\}$/)] },
      LeaveDeadLetters: { actions: ['sqs:SendMessage'], resources: [expect.stringMatching(/^\$\{DeadLetters\w+\.Arn\}$/)] },
      EncryptDeadLetters: { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [operationsKey] },
    });
  });

  it('keeps dead letters for two weeks, encrypted, and takes them by TLS only', () => {
    expect(onlyOne(training, 'AWS::SQS::Queue')).toMatchObject({
      KmsMasterKeyId: expect.anything() as unknown,
      MessageRetentionPeriod: 14 * 86_400,
    });
    expect(JSON.stringify(onlyOne(training, 'AWS::SQS::QueuePolicy'))).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
  });

  it('has no policy beside those that stand in its roles', () => {
    expect(propertiesOf(training, 'AWS::IAM::Policy')).toEqual({});
  });

  it('logs and traces the workflow', () => {
    expect(onlyOne(training, 'AWS::StepFunctions::StateMachine')).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('encrypts every log and the environment of every function', () => {
    for (const each of Object.values(propertiesOf(training, 'AWS::Logs::LogGroup'))) {
      expect(each).toHaveProperty('KmsKeyId');
    }
    for (const each of Object.values(propertiesOf(training, 'AWS::Lambda::Function'))) {
      expect(each).toHaveProperty('KmsKeyArn');
    }
  });

  it('tags jobs as it tags itself', () => {
    expect(JSON.parse(String(variables('StartTrainingFunction')['JOB_TAGS']))).toEqual({
      application: 'iot-to-model',
      stage: 'dev',
      domain: 'fixture',
    });
  });

  it('names no partition, so that it can be deployed to every one of them', () => {
    const { Resources } = Template.fromStack(training).toJSON() as { Resources: unknown };
    expect(JSON.stringify(Resources).match(/arn:aws[^"]*|\.amazonaws\.com\/[^"]*/g)).toBeNull();
  });

  it('is as it was', () => {
    expect(masked(training)).toMatchSnapshot();
  });
});

describe('the training stack with as little as can be', () => {
  const { training } = buildFixture({
    settings: { encryption: { mode: 'aws-managed' }, training: { scheduled: false, vpc: false } },
  });

  it('has a schedule that starts nothing', () => {
    expect(onlyOne(training, 'AWS::Scheduler::Schedule')).toMatchObject({ State: 'DISABLED' });
  });

  it("runs jobs in SageMaker's own network", () => {
    expect(propertiesOf(training, 'AWS::EC2::SecurityGroup')).toEqual({});
    expect(Object.keys(roleStatements(training, 'JobRole'))).not.toContain('SeeNetwork');
    expect(conditions(training, 'StartTrainingFunctionRole')['StartJobs']).toEqual({
      Bool: { 'sagemaker:NetworkIsolation': 'true' },
    });
  });

  it('asks for no key', () => {
    expect(JSON.stringify(Object.values(propertiesOf(training, 'AWS::IAM::Role')))).not.toContain('kms:');
    expect(onlyOne(training, 'AWS::SQS::Queue')).toMatchObject({ SqsManagedSseEnabled: true });
  });

  it('tells the start of neither network nor key', () => {
    expect(Object.keys(variablesOf(training, 'StartTrainingFunction')).sort()).toEqual(
      Object.values(startTrainingEnvironment).sort(),
    );
  });
});

describe('the training stack in a region of China, on two instances, with what a company prescribes', () => {
  const topicArn = 'arn:aws-cn:sns:cn-north-1:123456789012:on-call';
  const image = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/mirror/xgboost:3.2-0';
  const { training } = buildFixture({
    settings: {
      account: '123456789012',
      region: 'cn-north-1',
      permissionsBoundary: 'boundary',
      training: { instanceCount: 2, image },
      monitoring: { topicArn },
    },
  });

  it('lets the instances of a job talk to each other, encrypted', () => {
    const rules = (type: string) =>
      Object.values(propertiesOf(training, type)).map(({ IpProtocol, FromPort, ToPort }) => [IpProtocol, FromPort, ToPort]);
    const between = [
      ['tcp', 0, 65_535],
      ['udp', 500, 500],
      ['50', 50, 50],
    ];
    expect(rules('AWS::EC2::SecurityGroupIngress')).toEqual(expect.arrayContaining(between));
    expect(rules('AWS::EC2::SecurityGroupEgress')).toEqual(expect.arrayContaining(between));
  });

  it('names the group of its models, which CloudFormation cannot make there', () => {
    expect(Object.values(propertiesOf(training, 'AWS::SageMaker::ModelPackageGroup'))).toEqual([]);
    expect(roleStatements(training, 'RegisterModelFunctionRole')['RegisterModels']?.resources).toContainEqual(
      expect.stringMatching(/^arn:aws-cn:sagemaker:cn-north-1:123456789012:model-package-group\/.+/),
    );
  });

  it('trains in the image that is configured, and lets the job pull that one only', () => {
    expect(variablesOf(training, 'StartTrainingFunction')['TRAINING_IMAGE']).toBe(image);
    expect(roleStatements(training, 'JobRole')['PullImage']?.resources).toEqual([
      'arn:aws-cn:ecr:cn-north-1:123456789012:repository/mirror/xgboost',
    ]);
  });

  it('names resources of its own partition only', () => {
    const { Resources } = Template.fromStack(training).toJSON() as { Resources: unknown };
    expect([...new Set(JSON.stringify(Resources).match(/arn:aws[^:"]*/g))]).toEqual(['arn:aws-cn']);
  });

  it("publishes to somebody else's topic without a key of its own", () => {
    const statements = roleStatements(training, 'WorkflowRole');
    expect(statements['Notify']?.resources).toEqual([topicArn]);
    expect(statements).not.toHaveProperty('EncryptNotifications');
  });

  it('bounds every role', () => {
    const boundaries = Object.values(propertiesOf(training, 'AWS::IAM::Role')).map((role) => role['PermissionsBoundary']);
    expect(boundaries.map((each) => readable(each))).toEqual(
      boundaries.map(() => 'arn:aws-cn:iam::123456789012:policy/boundary'),
    );
  });
});
