import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Domain } from '../../../core/domain';
import { alertEnvironment, consumerEnvironment, deviceStateEnvironment, fanOutEnvironment } from '../../../core/environment';
import { stages } from '../../../lib/config/stages';
import { readConfiguration } from '../../../lib/config/read-configuration';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { buildFixture, masked, onlyOne, propertiesOf } from '../build-fixture';
import { fixtureDomain } from '../fixture-domain';
import { readable, roleStatements } from '../policy';
import { buildService } from './build-service';

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
}

describe('the consumer stack', () => {
  const { consumer, training } = buildFixture();
  const { ContainerDefinitions } = onlyOne(consumer, 'AWS::ECS::TaskDefinition') as { ContainerDefinitions: [Container] };
  const [container] = ContainerDefinitions;
  const environment = Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, readable(Value)]));

  it('has a lease table in the format of the Kinesis Client Library, restorable and protected', () => {
    expect(onlyOne(consumer, 'AWS::DynamoDB::Table', 'Leases')).toMatchObject({
      KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('has a table for what is remembered of devices, encrypted as the stream is, restorable and protected', () => {
    const table = onlyOne(consumer, 'AWS::DynamoDB::Table', 'Devices');
    expect(table).toMatchObject({
      KeySchema: [{ AttributeName: 'device_id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'device_id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    const { KMSMasterKeyId } = table['SSESpecification'] as { KMSMasterKeyId: unknown };
    expect(readable(KMSMasterKeyId)).toMatch(/^\$\{SourceKey\w+Arn\}$/);
    const resources = Template.fromStack(consumer).findResources('AWS::DynamoDB::Table');
    expect(Object.values(resources).map(({ DeletionPolicy }) => String(DeletionPolicy))).toEqual(['Retain', 'Retain']);
  });

  it('encrypts it by the key of DynamoDB in the account where there is no other, and then asks for no right to it', () => {
    const settings = { encryption: { mode: 'aws-managed' } } as const;
    const { consumer: managed } = buildFixture({ settings });
    expect(onlyOne(managed, 'AWS::DynamoDB::Table', 'Devices')['SSESpecification']).toEqual({ SSEEnabled: true });
    expect(Object.keys(roleStatements(managed, 'ConsumerTaskRole'))).toContain('RememberDevices');
    expect(Object.keys(roleStatements(managed, 'ConsumerTaskRole'))).not.toContain('EncryptDevices');
  });

  it('has no such table for a domain whose state cannot be stored', () => {
    const { stateCodec, ...without } = fixtureDomain;
    expect(stateCodec).toBeDefined();
    const { consumer: forgetful } = buildFixture({ domain: without });
    expect(Object.keys(propertiesOf(forgetful, 'AWS::DynamoDB::Table'))).toEqual([expect.stringMatching(/^Leases/)]);
    const task = onlyOne(forgetful, 'AWS::ECS::TaskDefinition') as { ContainerDefinitions: [Container] };
    const variables = task.ContainerDefinitions[0].Environment.map(({ Name }) => Name);
    const names = [...Object.values(consumerEnvironment), ...Object.values(alertEnvironment)];
    expect(variables.sort()).toEqual(names.sort());
    expect(Object.keys(roleStatements(forgetful, 'ConsumerTaskRole'))).not.toContain('RememberDevices');
  });

  it('gives the container exactly the variables that the consumer reads', () => {
    const names = [consumerEnvironment, deviceStateEnvironment, alertEnvironment].flatMap((each) => Object.values(each));
    expect(Object.keys(environment).sort()).toEqual(names.sort());
  });

  it('fills the variables from the resources and the configuration', () => {
    expect(environment).toMatchObject({
      DOMAIN: 'fixture',
      INITIAL_POSITION: 'TRIM_HORIZON',
      FAILOVER_TIME_MS: '10000',
      FLUSH_INTERVAL_MS: '2000',
      CHECKPOINT_INTERVAL_MS: '2000',
      REMEMBERED_DEVICES: '10000',
      SHUTDOWN_GRACE_MS: '20000',
      LOG_LEVEL: 'info',
      MONITORING_PORT: '9464',
      MONITORING_HOST: '0.0.0.0',
      CLOUDWATCH_METRICS: 'application',
      ALERTS_PER_MINUTE: '10',
    });
    expect(environment['ALERT_TOPIC_ARN']).toMatch(/^\$\{AlertsTopic\w+\}$/);
    expect(environment['STREAM_NAME']).toMatch(/^\$\{SourceStream\w+\}$/);
    expect(environment['LEASE_TABLE_NAME']).toMatch(/^\$\{LeasesTable\w+\}$/);
    expect(environment['DEVICE_STATE_TABLE']).toMatch(/^\$\{DevicesTable\w+\}$/);
    expect(environment['QUARANTINE_STREAM']).toMatch(/^\$\{QuarantineStream\w+\}$/);
    expect(JSON.parse(environment['DELIVERY_STREAMS'] ?? '')).toEqual({
      readings: expect.stringMatching(/^\$\{DeliveryreadingsStream\w+\}$/) as string,
      failures: expect.stringMatching(/^\$\{DeliveryfailuresStream\w+\}$/) as string,
    });
  });

  it('lets the task do what the consumer calls on the resources that it names, and nothing else', () => {
    expect(roleStatements(consumer, 'ConsumerTaskRole')).toEqual({
      ReadStream: {
        actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
        resources: [expect.stringMatching(/^\$\{SourceStream\w+Arn\}$/)],
      },
      DecryptStream: { actions: ['kms:Decrypt'], resources: [expect.stringMatching(/^\$\{SourceKey\w+Arn\}$/)] },
      KeepLeases: {
        actions: [
          'dynamodb:DeleteItem',
          'dynamodb:DescribeTable',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Scan',
          'dynamodb:UpdateItem',
        ],
        resources: [expect.stringMatching(/^\$\{LeasesTable\w+\.Arn\}$/)],
      },
      RecogniseNativeFleet: {
        actions: ['dynamodb:GetItem'],
        resources: [expect.stringMatching(/^\$\{LeasesTable\w+\.Arn\}-CoordinatorState$/)],
      },
      RememberDevices: {
        actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        resources: [expect.stringMatching(/^\$\{DevicesTable\w+\.Arn\}$/)],
      },
      EncryptDevices: {
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        resources: [expect.stringMatching(/^\$\{SourceKey\w+Arn\}$/)],
      },
      Deliver: {
        actions: ['firehose:PutRecordBatch'],
        resources: [
          expect.stringMatching(/^\$\{DeliveryfailuresStream\w+Arn\}$/),
          expect.stringMatching(/^\$\{DeliveryreadingsStream\w+Arn\}$/),
          expect.stringMatching(/^\$\{QuarantineStream\w+Arn\}$/),
        ],
      },
      SendAlerts: { actions: ['sns:Publish'], resources: [expect.stringMatching(/^\$\{AlertsTopic\w+\}$/)] },
      EncryptAlerts: {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [expect.stringMatching(/^\$\{OperationsKey\w+Arn\}$/)],
      },
    });
  });

  it('lets Fargate pull this image, log in for it and write this log, and do nothing else', () => {
    const log = /^\$\{ConsumerLogs\w+\.Arn\}$/;
    expect(roleStatements(consumer, 'ConsumerExecutionRole')).toEqual({
      LogInToRegistry: { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      PullImage: {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [expect.stringMatching(/:repository\/\S*cdk-hnb659fds-container-assets-\S+$/)],
      },
      WriteLogs: { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [expect.stringMatching(log)] },
    });
    expect(propertiesOf(consumer, 'AWS::IAM::Policy')).toEqual({});
  });

  it('runs unprivileged, without a capability, on a root file system that cannot be written', () => {
    expect(onlyOne(consumer, 'AWS::ECS::TaskDefinition')).toMatchObject({ Cpu: '512', Memory: '1024' });
    expect(container).toMatchObject({
      User: '1000:1000',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
  });

  it.each([
    ['arm64', 'ARM64', 'linux/arm64'],
    ['x86-64', 'X86_64', 'linux/amd64'],
  ] as const)('is built for and runs on %s when that is asked for', (architecture, task, platform) => {
    const stack = buildService({ architecture });
    expect(onlyOne(stack, 'AWS::ECS::TaskDefinition')).toMatchObject({
      RuntimePlatform: { CpuArchitecture: task, OperatingSystemFamily: 'LINUX' },
    });
    const directory = App.of(stack)?.synth().directory ?? '';
    const { dockerImages } = JSON.parse(readFileSync(join(directory, `${stack.artifactId}.assets.json`), 'utf8')) as {
      dockerImages: Readonly<Record<string, { source: { platform: string } }>>;
    };
    expect(Object.values(dockerImages).map(({ source }) => source.platform)).toEqual([platform]);
  });

  it('runs on the Node.js that the functions run on', () => {
    const dockerfile = readFileSync(join(projectRoot, 'consumer', 'Dockerfile'), 'utf8');
    const [, major] = /^FROM node:(\d+)\./m.exec(dockerfile) ?? [];
    const functions = Object.values(propertiesOf(training, 'AWS::Lambda::Function'));
    expect(new Set(functions.map(({ Runtime }) => Runtime))).toEqual(new Set([`nodejs${major}.x`]));
  });

  it('asks the container for its health, at a port that nobody else can reach', () => {
    expect(container).toMatchObject({
      HealthCheck: {
        Command: ['CMD', 'node', '-e', expect.stringContaining("fetch('http://127.0.0.1:9464/health')") as string],
        Interval: 30,
        Timeout: 10,
        Retries: 3,
        StartPeriod: 60,
      },
    });
    expect(container).not.toHaveProperty('PortMappings');
    const ofTasks = onlyOne(consumer, 'AWS::EC2::SecurityGroup');
    expect(ofTasks).toMatchObject({ SecurityGroupEgress: [{ FromPort: 443, ToPort: 443 }] });
    expect(ofTasks).not.toHaveProperty('SecurityGroupIngress');
  });

  it('lets an init process hear the signal to stop, and gives the hand-off its time', () => {
    expect(container).toMatchObject({ LinuxParameters: { InitProcessEnabled: true }, StopTimeout: 30 });
    for (const stage of Object.keys(stages)) {
      const { shutdownGraceMs, stopTimeoutSeconds } = readConfiguration({ stage }).consumer;
      expect(stopTimeoutSeconds * 1_000).toBeGreaterThanOrEqual(shutdownGraceMs + 5_000);
    }
  });

  it('rolls a deployment back that does not come up, and gives tasks no public address', () => {
    expect(onlyOne(consumer, 'AWS::ECS::Service')).toMatchObject({
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
      AvailabilityZoneRebalancing: 'ENABLED',
    });
  });

  it('starts no task before it may pull its image and its cluster has the capacity that it asks for', () => {
    const template = Template.fromStack(consumer);
    const [service] = Object.values(template.findResources('AWS::ECS::Service')) as { DependsOn: string[] }[];
    const [providers] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
    expect(service?.DependsOn).toContain(providers);
    // The role comes with its policy: whoever refers to it waits for both.
    const { ExecutionRoleArn } = onlyOne(consumer, 'AWS::ECS::TaskDefinition');
    expect(readable(ExecutionRoleArn)).toMatch(/^\$\{ConsumerExecutionRole\w+\.Arn\}$/);
    expect(propertiesOf(consumer, 'AWS::IAM::Policy')).toEqual({});
  });

  it('shares its tasks out between Fargate and Fargate Spot', () => {
    expect(onlyOne(consumer, 'AWS::ECS::ClusterCapacityProviderAssociations')).toMatchObject({
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    });
    expect(onlyOne(consumer, 'AWS::ECS::Service')).toMatchObject({
      CapacityProviderStrategy: [
        { CapacityProvider: 'FARGATE', Base: 1, Weight: 1 },
        { CapacityProvider: 'FARGATE_SPOT', Weight: 1_000 },
      ],
    });
    expect(onlyOne(consumer, 'AWS::ECS::Service')).not.toHaveProperty('LaunchType');
  });

  it('does not scale where there is nothing between the least and the most tasks', () => {
    expect(onlyOne(consumer, 'AWS::ECS::Service')).toMatchObject({ DesiredCount: 2 });
    expect(propertiesOf(consumer, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual({});
    expect(propertiesOf(consumer, 'AWS::CloudWatch::Alarm')).toEqual({});
  });

  it('runs no more tasks than shards when the command line sets the shards', () => {
    const { consumer: one } = buildFixture({ context: { shards: '1', stage: 'prod' } });
    expect(onlyOne(one, 'AWS::ECS::Service')).toMatchObject({ DesiredCount: 1 });
  });

  it('keeps logs as long as configured, encrypted by the key of operations', () => {
    const { RetentionInDays, KmsKeyId } = onlyOne(consumer, 'AWS::Logs::LogGroup');
    expect(RetentionInDays).toBe(7);
    expect(readable(KmsKeyId)).toMatch(/^\$\{OperationsKey\w+Arn\}$/);
  });

  it('has no registered consumer, which costs, unless it reads by fan-out', () => {
    expect(propertiesOf(consumer, 'AWS::Kinesis::StreamConsumer')).toEqual({});
  });

  describe('reading by enhanced fan-out', () => {
    const { consumer: pushed } = buildFixture({ context: { reading: 'fan-out' } });

    it('registers a consumer with the stream', () => {
      expect(onlyOne(pushed, 'AWS::Kinesis::StreamConsumer')).toEqual({
        ConsumerName: 'iot-to-model-dev-fixture-consumer',
        StreamARN: expect.anything() as unknown,
      });
      const { StreamARN } = onlyOne(pushed, 'AWS::Kinesis::StreamConsumer');
      expect(readable(StreamARN)).toMatch(/^\$\{SourceStream\w+Arn\}$/);
    });

    it('tells the container of it, and lets the task subscribe as it and as nobody else', () => {
      const [logicalId] = Object.keys(propertiesOf(pushed, 'AWS::Kinesis::StreamConsumer'));
      const task = onlyOne(pushed, 'AWS::ECS::TaskDefinition') as { ContainerDefinitions: [Container] };
      const variables = Object.fromEntries(task.ContainerDefinitions[0].Environment.map(({ Name, Value }) => [Name, Value]));
      const contract = { ...consumerEnvironment, ...deviceStateEnvironment, ...fanOutEnvironment, ...alertEnvironment };
      const names = Object.values(contract);
      expect(Object.keys(variables).sort()).toEqual(names.sort());
      expect(readable(variables['FAN_OUT_CONSUMER_ARN'])).toBe(`\${${logicalId}.ConsumerARN}`);
      const { SubscribeToShards, ...others } = roleStatements(pushed, 'ConsumerTaskRole');
      expect(SubscribeToShards).toEqual({
        actions: ['kinesis:SubscribeToShard'],
        resources: [`\${${logicalId}.ConsumerARN}`],
      });
      expect(others).toEqual(roleStatements(consumer, 'ConsumerTaskRole'));
    });
  });

  it('has a topic of its own for alerts, encrypted and by TLS only', () => {
    expect(readable(onlyOne(consumer, 'AWS::SNS::Topic')['KmsMasterKeyId'])).toMatch(/^\$\{OperationsKey\w+Arn\}$/);
    expect(onlyOne(consumer, 'AWS::SNS::TopicPolicy')).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Action: 'sns:Publish', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    });
    expect(propertiesOf(consumer, 'AWS::SNS::Subscription')).toEqual({});
  });

  it("encrypts alerts by AWS's own key where the pipeline has none, which takes no right", () => {
    const { consumer: managed } = buildFixture({ settings: { encryption: { mode: 'aws-managed' } } });
    expect(readable(onlyOne(managed, 'AWS::SNS::Topic')['KmsMasterKeyId'])).toMatch(/:alias\/aws\/sns$/);
    expect(roleStatements(managed, 'ConsumerTaskRole')).not.toHaveProperty('EncryptAlerts');
  });

  it('writes about alerts to whom the stage names', () => {
    const { consumer: told } = buildFixture({ settings: { consumer: { alertEmails: ['shift@example.com'] } } });
    expect(onlyOne(told, 'AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: 'shift@example.com' });
  });

  it('has no topic where nobody is to be told, or the domain has nothing to tell', () => {
    const silent = Object.fromEntries(Object.entries(fixtureDomain).filter(([name]) => name !== 'alerts')) as unknown as Domain;
    for (const options of [{ settings: { consumer: { alerts: false } } }, { domain: silent }]) {
      const { consumer: untold } = buildFixture(options);
      expect(propertiesOf(untold, 'AWS::SNS::Topic')).toEqual({});
      expect(roleStatements(untold, 'ConsumerTaskRole')).not.toHaveProperty('SendAlerts');
      const task = onlyOne(untold, 'AWS::ECS::TaskDefinition') as { ContainerDefinitions: [Container] };
      const names = [...Object.values(consumerEnvironment), ...Object.values(deviceStateEnvironment)];
      expect(task.ContainerDefinitions[0].Environment.map(({ Name }) => Name).sort()).toEqual(names.sort());
    }
  });

  it('is as it was', () => {
    expect(masked(consumer)).toMatchSnapshot();
  });
});
