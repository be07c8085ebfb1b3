import { deployModelEnvironment, endpointKeyEnvironment } from '../../../../core/environment';
import { buildFixture, masked, onlyOne, propertiesOf } from '../../build-fixture';
import { readable, roleStatements } from '../../policy';

const arn = (resource: string): string => `arn:\${AWS::Partition}:sagemaker:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
const name = 'iot-to-model-dev-fixture';

describe('a model that answers requests', () => {
  const { scoring } = buildFixture({ settings: { scoring: { endpoint: { mode: 'serverless' } } }, context: { stage: 'dev' } });

  it('gives the function exactly the variables that it reads', () => {
    const { Environment } = onlyOne(scoring, 'AWS::Lambda::Function', 'EndpointDeployModelFunction') as {
      Environment: { Variables: Readonly<Record<string, unknown>> };
    };
    expect(Object.keys(Environment.Variables).sort()).toEqual(
      Object.values({ ...deployModelEnvironment, ...endpointKeyEnvironment }).sort(),
    );
    expect(Environment.Variables).toMatchObject({
      ENDPOINT_NAME: name,
      ENDPOINT_MEMORY_MIB: '2048',
      ENDPOINT_MAX_CONCURRENCY: '5',
      DEPLOYMENT_LIMIT_SECONDS: '3600',
    });
    expect(JSON.parse(String(Environment.Variables['ENDPOINT_TAGS']))).toMatchObject({ stage: 'dev', domain: 'fixture' });
  });

  it('lets the function serve models at one endpoint, and under one role', () => {
    const statements = roleStatements(scoring, 'EndpointDeployModelFunctionRole');
    const [model, config, endpoint] = [arn(`model/${name}-v*`), arn(`endpoint-config/${name}-v*`), arn(`endpoint/${name}`)];
    expect(statements).toMatchObject({
      ServeModels: { resources: [model] },
      ConfigureEndpoint: { actions: ['sagemaker:CreateEndpointConfig'], resources: [config] },
      FindConfigurations: { resources: [config] },
      ChangeEndpoint: { actions: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'], resources: [endpoint, config].sort() },
      FindEndpoint: { actions: ['sagemaker:DeleteEndpoint', 'sagemaker:DescribeEndpoint'], resources: [endpoint] },
      PassModelRole: { resources: [expect.stringMatching(/^\$\{EndpointModelRole\w+\.Arn\}$/) as string] },
    });
    const { Policies } = onlyOne(scoring, 'AWS::IAM::Role', 'EndpointDeployModelFunctionRole');
    const text = JSON.stringify(Policies);
    expect(text).toContain('"sagemaker:ServerlessMemorySize":"2048"');
    expect(text).toContain('"sagemaker:ServerlessMaxConcurrency":"5"');
    expect(text).toContain('"iam:PassedToService":"sagemaker.amazonaws.com"');
  });

  it('lets the model read models of this pipeline and its image, write one log, and nothing else', () => {
    const statements = roleStatements(scoring, 'EndpointModelRole');
    expect(Object.keys(statements).sort()).toEqual([
      'LogInToRegistry',
      'PullImage',
      'PutMetrics',
      'ReadModels',
      'UseKey',
      'WriteLogs',
    ]);
    expect(statements['ReadModels']).toEqual({
      actions: ['s3:GetObject'],
      resources: [expect.stringMatching(/^\$\{LakeBucket\w+\}\/models\/iot-to-model-dev-fixture-\*$/) as string],
    });
    expect(statements['UseKey']?.actions).toEqual(['kms:Decrypt']);
    expect(statements['WriteLogs']?.resources).toEqual([expect.stringMatching(/^\$\{EndpointLogs\w+\.Arn\}$/) as string]);
    expect(onlyOne(scoring, 'AWS::Logs::LogGroup', 'EndpointLogs')).toMatchObject({
      LogGroupName: `/aws/sagemaker/Endpoints/${name}`,
      RetentionInDays: expect.any(Number) as number,
    });
  });

  it('starts on every decision about a model of the group, and when the stack has changed', () => {
    const patterns = Object.values(propertiesOf(scoring, 'AWS::Events::Rule')).map(({ EventPattern }) => EventPattern);
    expect(patterns).toEqual([
      {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        detail: { ModelPackageGroupName: [name], ModelApprovalStatus: ['Approved', 'Rejected'] },
      },
      {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': [{ Ref: 'AWS::StackId' }],
          'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
        },
      },
    ]);
    for (const { Targets } of Object.values(propertiesOf(scoring, 'AWS::Events::Rule'))) {
      expect(Targets).toMatchObject([
        { Arn: { Ref: expect.stringMatching(/^EndpointWorkflow/) as string }, DeadLetterConfig: expect.any(Object) as object },
      ]);
    }
    const { StartRuns } = roleStatements(scoring, 'EndpointTriggersRole');
    expect(StartRuns?.resources).toEqual([expect.stringMatching(/^\$\{EndpointWorkflow\w+\}$/) as string]);
  });

  it('lets the workflow call its function and tell, and no more', () => {
    const { CallFunctions } = roleStatements(scoring, 'EndpointWorkflowRole');
    expect(CallFunctions?.resources).toEqual([expect.stringMatching(/^\$\{EndpointDeployModelFunction\w+\.Arn\}$/) as string]);
    const actions = Object.values(roleStatements(scoring, 'EndpointWorkflowRole')).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /^(?:s3|sagemaker|iam|athena|glue)/.test(action))).toEqual([]);
  });

  it('bounds the endpoint as configured, in name and rights alike', () => {
    const large = buildFixture({
      settings: { scoring: { endpoint: { mode: 'serverless', memoryMiB: 6_144, maxConcurrency: 200 } } },
    }).scoring;
    expect(readable(onlyOne(large, 'AWS::Lambda::Function', 'EndpointDeployModel')['Environment'])).toContain('6144');
    expect(JSON.stringify(onlyOne(large, 'AWS::IAM::Role', 'EndpointDeployModelFunctionRole'))).toContain(
      '"sagemaker:ServerlessMaxConcurrency":"200"',
    );
  });

  it('matches its snapshot, and is not there unless it is asked for', () => {
    const { Resources } = masked(scoring) as { Resources: Readonly<Record<string, unknown>> };
    const ofEndpoint = Object.fromEntries(Object.entries(Resources).filter(([id]) => id.startsWith('Endpoint')));
    expect(ofEndpoint).toMatchSnapshot();
    const without = masked(buildFixture().scoring) as { Resources: Readonly<Record<string, unknown>> };
    expect(
      Object.keys(Resources)
        .filter((id) => !(id in without.Resources))
        .sort(),
    ).toEqual(Object.keys(ofEndpoint).sort());
  });
});
