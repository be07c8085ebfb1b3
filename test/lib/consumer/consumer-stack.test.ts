import { Template } from 'aws-cdk-lib/assertions';
import { consumerEnvironment, fanOutEnvironment } from '../../../core/environment';
import type { PipelineConfig } from '../../../lib/config/pipeline-config';
import { buildFixture, masked, onlyOne, propertiesOf, type FixtureOptions } from '../build-fixture';
import { readable, roleStatements } from '../policy';

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
}

describe('the consumer stack', () => {
  const { consumer } = buildFixture();
  const { ContainerDefinitions } = onlyOne(consumer, 'AWS::ECS::TaskDefinition') as { ContainerDefinitions: [Container] };
  const [container] = ContainerDefinitions;
  const environment = Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, readable(Value)]));

  it('has a lease table in the format of the Kinesis Client Library, restorable and protected', () => {
    expect(onlyOne(consumer, 'AWS::DynamoDB::Table')).toMatchObject({
      KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('gives the container exactly the variables that the consumer reads', () => {
    expect(Object.keys(environment).sort()).toEqual(Object.values(consumerEnvironment).sort());
  });

  it('fills the variables from the resources and the configuration', () => {
    expect(environment).toMatchObject({
      DOMAIN: 'fixture',
      INITIAL_POSITION: 'TRIM_HORIZON',
      FAILOVER_TIME_MS: '10000',
      FLUSH_INTERVAL_MS: '2000',
      SHUTDOWN_GRACE_MS: '20000',
      LOG_LEVEL: 'info',
      MONITORING_PORT: '9464',
      MONITORING_HOST: '0.0.0.0',
      CLOUDWATCH_METRICS: 'application',
    });
    expect(environment['STREAM_NAME']).toMatch(/^\$\{SourceStream\w+\}$/);
    expect(environment['LEASE_TABLE_NAME']).toMatch(/^\$\{LeasesTable\w+\}$/);
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
      Deliver: {
        actions: ['firehose:PutRecordBatch'],
        resources: [
          expect.stringMatching(/^\$\{DeliveryfailuresStream\w+Arn\}$/),
          expect.stringMatching(/^\$\{DeliveryreadingsStream\w+Arn\}$/),
          expect.stringMatching(/^\$\{QuarantineStream\w+Arn\}$/),
        ],
      },
    });
  });

  it('runs on ARM64, unprivileged, on a root file system that cannot be written', () => {
    expect(onlyOne(consumer, 'AWS::ECS::TaskDefinition')).toMatchObject({
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      Cpu: '512',
      Memory: '1024',
    });
    expect(container).toMatchObject({ User: '1000', ReadonlyRootFilesystem: true, StopTimeout: 30 });
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
    const groups = Object.entries(propertiesOf(consumer, 'AWS::EC2::SecurityGroup'));
    const [, ofTasks] = groups.find(([id]) => id.startsWith('NetworkTasks')) ?? [];
    expect(ofTasks).toMatchObject({ SecurityGroupEgress: [{ FromPort: 443, ToPort: 443 }] });
    expect(ofTasks).not.toHaveProperty('SecurityGroupIngress');
  });

  it('lets an init process hear the signal to stop, and gives the hand-off its time', () => {
    expect(container).toMatchObject({ LinuxParameters: { InitProcessEnabled: true } });
    for (const stage of ['dev', 'prod']) {
      const { consumer: stack } = buildFixture({ context: { stage } });
      const definition = onlyOne(stack, 'AWS::ECS::TaskDefinition') as {
        ContainerDefinitions: [Container & { readonly StopTimeout: number }];
      };
      const [{ Environment, StopTimeout }] = definition.ContainerDefinitions;
      const grace = Environment.find(({ Name }) => Name === 'SHUTDOWN_GRACE_MS')?.Value;
      expect(StopTimeout * 1000).toBeGreaterThanOrEqual(Number(grace) + 5_000);
    }
  });

  it('rolls a deployment back that does not come up, and gives tasks no public address', () => {
    expect(onlyOne(consumer, 'AWS::ECS::Service')).toMatchObject({
      DesiredCount: 2,
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('runs no more tasks than shards when the command line sets the shards', () => {
    const { consumer: small } = buildFixture({ context: { shards: '1' } });
    expect(onlyOne(small, 'AWS::ECS::Service')).toMatchObject({ DesiredCount: 1 });
  });

  it('reaches AWS by endpoints, and has neither gateway to the internet', () => {
    const services = Object.values(propertiesOf(consumer, 'AWS::EC2::VPCEndpoint')).map(({ ServiceName }) =>
      readable(ServiceName).replace(/^.*\$\{AWS::Region\}\./, ''),
    );
    expect(services.sort()).toEqual(['dynamodb', 'ecr.api', 'ecr.dkr', 'kinesis-firehose', 'kinesis-streams', 'logs', 's3']);
    expect(propertiesOf(consumer, 'AWS::EC2::NatGateway')).toEqual({});
    expect(propertiesOf(consumer, 'AWS::EC2::InternetGateway')).toEqual({});
  });

  it('starts no task before all of the network is there and the image may be pulled', () => {
    for (const natGateways of [0, 1]) {
      const change = (config: PipelineConfig): PipelineConfig => ({ ...config, network: { availabilityZones: 2, natGateways } });
      const template = Template.fromStack(buildFixture({ change }).consumer);
      const [service] = Object.values(template.findResources('AWS::ECS::Service')) as { DependsOn: string[] }[];
      const wayOut = ['VPCEndpoint', 'SecurityGroupIngress', 'Route', 'SubnetRouteTableAssociation', 'NatGateway'];
      const needed = [...wayOut.map((type) => `AWS::EC2::${type}`), 'AWS::IAM::Policy'].flatMap((type) =>
        Object.keys(template.findResources(type)),
      );
      expect(needed.length).toBeGreaterThan(6);
      expect(service?.DependsOn).toEqual(expect.arrayContaining(needed));
    }
  });

  it('has a subnet for tasks in as many zones as configured, whether it is bound to a region or not', () => {
    const subnets = (options: FixtureOptions): number =>
      Object.keys(propertiesOf(buildFixture(options).consumer, 'AWS::EC2::Subnet')).length;
    expect(subnets({})).toBe(2);
    expect(subnets({ context: { stage: 'prod' } })).toBe(3);
    const change = (config: PipelineConfig): PipelineConfig => ({ ...config, account: '123456789012', region: 'eu-west-1' });
    expect(subnets({ context: { stage: 'prod' }, change })).toBe(3);
  });

  it('has NAT gateways instead of interface endpoints when asked to', () => {
    const { consumer: open } = buildFixture({
      change: (config) => ({ ...config, network: { availabilityZones: 2, natGateways: 1 } }),
    });
    expect(Object.keys(propertiesOf(open, 'AWS::EC2::NatGateway'))).toHaveLength(1);
    expect(Object.keys(propertiesOf(open, 'AWS::EC2::VPCEndpoint'))).toHaveLength(2);
  });

  it('keeps logs as long as configured', () => {
    expect(onlyOne(consumer, 'AWS::Logs::LogGroup')).toMatchObject({ RetentionInDays: 7 });
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
      const names = [...Object.values(consumerEnvironment), ...Object.values(fanOutEnvironment)];
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

  it('is as it was', () => {
    expect(masked(consumer)).toMatchSnapshot();
  });
});
