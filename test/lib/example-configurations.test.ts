import { tmpdir } from 'node:os';
import { Stage } from 'aws-cdk-lib';
import type { PipelineConfig } from '../../lib/config/pipeline-config';
import { configurationOf } from '../../lib/config/read-configuration';
import { projectRoot } from '../../lib/shared/node-bundle';
import { buildFixture } from './build-fixture';
import { exampleConfigurations } from './configurations';
import { membersNamed, resourcesOf, templatesOf, type Found, type StackTemplate } from './templates';

type Templates = readonly StackTemplate[];

/** What CloudFormation takes. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const limits = { templateBytes: 1_000_000, resources: 500 } as const;

/** What keeps data, or the key to it. */
const stateful = ['AWS::S3::Bucket', 'AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::KMS::Key'] as const;

const only = (templates: Templates, type: string): Readonly<Record<string, unknown>> => {
  const found = resourcesOf(templates, type);
  expect(found.map(({ at }) => at)).toHaveLength(1);
  return found[0]?.properties ?? {};
};
const count = (templates: Templates, type: string): number => resourcesOf(templates, type).length;
const stackNamed = (templates: Templates, name: string): StackTemplate | undefined =>
  templates.find((stack) => stack.name === name);
const all = (found: readonly Found[], name: string): unknown[] =>
  found.flatMap(({ properties }) => membersNamed(properties, name));

/** What sets a configuration apart from the others. */
const distinguishes: Readonly<Record<string, (templates: Templates) => void>> = {
  'dev, bound to no account and region': (templates) => {
    expect(templates.map(({ stack }) => stack.environment)).toEqual(templates.map(() => 'aws://unknown-account/unknown-region'));
    expect(only(templates, 'AWS::Kinesis::Stream')).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    expect(count(templates, 'AWS::EC2::FlowLog')).toBe(1);
  },
  'prod in Ireland': (templates) => {
    expect(templates.map(({ stack }) => stack.environment)).toEqual(templates.map(() => 'aws://123456789012/eu-west-1'));
    expect(only(templates, 'AWS::Kinesis::Stream')).toMatchObject({ RetentionPeriodHours: 168 });
    expect(count(templates, 'AWS::EC2::Subnet')).toBe(3);
    expect(templates.filter(({ stack }) => stack.terminationProtection).map(({ name }) => name)).toEqual([
      'foundation',
      'ingestion',
      'lake',
    ]);
  },
  'nothing but the defaults': (templates) => {
    expect(templates[0]?.stack.stackName).toBe('iot-to-model-example-turbofan-foundation');
    expect(count(templates, 'AWS::KinesisFirehose::DeliveryStream')).toBe(3);
  },
  China: (templates) => {
    expect(templates.filter(({ text }) => text.includes('arn:aws:') || /amazonaws\.com(?!\.cn)[^.]*\.dkr/.test(text))).toEqual(
      [],
    );
    expect(templates.some(({ text }) => text.includes('arn:aws-cn:'))).toBe(true);
  },
  'GovCloud with existing keys': (templates) => {
    expect(templates.filter(({ text }) => text.includes('arn:aws:'))).toEqual([]);
    expect(count(templates, 'AWS::KMS::Key')).toBe(0);
  },
  'provisioned shards read by enhanced fan-out': (templates) => {
    expect(only(templates, 'AWS::Kinesis::Stream')).toMatchObject({ ShardCount: 48, RetentionPeriodHours: 8_760 });
    expect(count(templates, 'AWS::Kinesis::StreamConsumer')).toBe(1);
    expect(only(templates, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({ MinCapacity: 6, MaxCapacity: 24 });
  },
  'subnets of an existing VPC, to which endpoints are added': (templates) => {
    expect(count(templates, 'AWS::EC2::VPC')).toBe(0);
    const endpoints = resourcesOf(templates, 'AWS::EC2::VPCEndpoint');
    expect(endpoints.length).toBeGreaterThan(5);
    expect(all(endpoints, 'RouteTableIds')).toEqual([0, 1].map(() => ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1']));
    expect(endpoints.every(({ properties }) => properties['VpcId'] === 'vpc-0123456789abcdef0')).toBe(true);
  },
  'subnets of an existing VPC that have their own way out': (templates) => {
    expect(resourcesOf(templates, 'AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::VPCEndpoint')).toEqual([]);
    expect(membersNamed(only(templates, 'AWS::ECS::Service'), 'Subnets')).toEqual([
      ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    ]);
  },
  'a NAT gateway in each zone': (templates) => {
    expect(count(templates, 'AWS::EC2::NatGateway')).toBe(3);
    expect(only(templates, 'AWS::EC2::VPC')).toMatchObject({ CidrBlock: '172.20.0.0/18' });
    expect(
      all(resourcesOf(templates, 'AWS::EC2::VPCEndpoint'), 'VpcEndpointType').filter((type) => type === 'Interface'),
    ).toEqual([]);
    expect(count(templates, 'AWS::EC2::FlowLog')).toBe(1);
  },
  'x86 tasks of a fixed number, none of them on spot, and no spot training': (templates) => {
    expect(only(templates, 'AWS::ECS::TaskDefinition')).toMatchObject({
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
      Memory: '3072',
    });
    expect(only(templates, 'AWS::ECS::Service')).toMatchObject({ DesiredCount: 3 });
    expect(count(templates, 'AWS::ApplicationAutoScaling::ScalableTarget')).toBe(0);
    expect(all(resourcesOf(templates, 'AWS::Lambda::Function'), 'USE_SPOT')).toEqual(['false']);
    expect(all(resourcesOf(templates, 'AWS::ECS::Service'), 'CapacityProvider')).toEqual(['FARGATE']);
  },
  'all tasks on spot, and hyperparameters that are tuned': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::ECS::Service'), 'CapacityProvider')).toEqual(['FARGATE_SPOT']);
    expect(all(resourcesOf(templates, 'AWS::Lambda::Function'), 'PARALLEL_TUNING_JOBS')).toEqual(['3']);
  },
  'keys of AWS, and a model that answers requests': (templates) => {
    expect(resourcesOf(templates, 'AWS::KMS::Key')).toEqual([]);
    expect(only(templates, 'AWS::Kinesis::Stream')).toMatchObject({ StreamEncryption: { KeyId: 'alias/aws/kinesis' } });
    expect(templates.filter(({ text }) => /"kms:/.test(text)).map(({ name }) => name)).toEqual([]);
    const { Environment } = resourcesOf(templates, 'AWS::Lambda::Function').find(({ at }) => at.includes('DeployModel'))
      ?.properties as { Environment: { Variables: object } };
    expect(Object.keys(Environment.Variables)).not.toContain('KMS_KEY_ARN');
  },
  'existing keys': (templates) => {
    expect(resourcesOf(templates, 'AWS::KMS::Key')).toEqual([]);
    expect(only(templates, 'AWS::Kinesis::Stream')).toMatchObject({
      StreamEncryption: { KeyId: expect.stringMatching(/000000000001$/) as string },
    });
  },
  'ORC with zlib, kept for ever without versions': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::KinesisFirehose::DeliveryStream'), 'OrcSerDe')).toEqual([
      { Compression: 'ZLIB' },
      { Compression: 'ZLIB' },
    ]);
    expect(
      resourcesOf(templates, 'AWS::S3::Bucket').filter(
        ({ at, properties }) => at.startsWith('lake/') && 'VersioningConfiguration' in properties,
      ),
    ).toEqual([]);
  },
  'Parquet with gzip that ages and expires': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::KinesisFirehose::DeliveryStream'), 'ParquetSerDe')).toEqual([
      { Compression: 'GZIP' },
      { Compression: 'GZIP' },
    ]);
    const rules = resourcesOf(templates, 'AWS::S3::Bucket').flatMap(({ properties }) => membersNamed(properties, 'Rules').flat());
    expect(rules).toContainEqual(expect.objectContaining({ Prefix: 'tables/', ExpirationInDays: 400 }));
    expect(rules).toContainEqual(
      expect.objectContaining({ Prefix: 'tables/', Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }] }),
    );
  },
  'CSV rows by the delivery streams': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::KinesisFirehose::DeliveryStream'), 'Processors')).toHaveLength(2);
    expect(stackNamed(templates, 'delivery')?.text).toContain('AWS::Lambda::Function');
  },
  'a catalogue under Lake Formation with readers': (templates) => {
    const granted = all(resourcesOf(templates, 'AWS::LakeFormation::PrincipalPermissions'), 'DataLakePrincipalIdentifier');
    expect(granted).toEqual(
      expect.arrayContaining(['arn:aws:iam::123456789012:role/analysts', 'arn:aws:iam::123456789012:user/ada']),
    );
    expect(granted.length).toBeGreaterThan(4);
  },
  'gateways instead of IoT Core': (templates) => {
    expect(templates.filter(({ text }) => text.includes('AWS::IoT::')).map(({ name }) => name)).toEqual([]);
    const ingestion = stackNamed(templates, 'ingestion')?.text ?? '';
    expect(ingestion).toContain('arn:aws:iam::123456789012:role/plant-gateway');
    expect(ingestion).toContain('kinesis:PutRecords');
  },
  'a permissions boundary, a qualifier and tags': (templates) => {
    expect(templates.map(({ stack }) => stack.tags.tagValues())).toEqual(
      templates.map(() => expect.objectContaining({ 'cost-centre': '4711', owner: 'plant-data@example.com' }) as unknown),
    );
    expect(templates.filter(({ text }) => !text.includes('/cdk-bootstrap/team1/version'))).toEqual([]);
  },
  'no alarms, and no metrics of the consumer': (templates) => {
    expect(resourcesOf(templates, 'AWS::CloudWatch::Alarm').map(({ at }) => at.split('/')[0])).not.toContain('monitoring');
    expect(count(templates, 'AWS::CloudWatch::Dashboard')).toBe(1);
    expect(membersNamed(only(templates, 'AWS::ECS::TaskDefinition'), 'Environment').flat()).toContainEqual({
      Name: 'CLOUDWATCH_METRICS',
      Value: 'off',
    });
  },
  'existing topics for alarms': (templates) => {
    expect(resourcesOf(templates, 'AWS::SNS::Topic').map(({ at }) => at.split('/')[0])).toEqual(['consumer']);
    const actions = [
      ...new Set(
        resourcesOf(templates, 'AWS::CloudWatch::Alarm')
          .filter(({ at }) => at.startsWith('monitoring/'))
          .flatMap(({ properties }) => properties['AlarmActions']),
      ),
    ];
    expect(actions.sort()).toEqual([
      'arn:aws:sns:eu-west-1:123456789012:data-team',
      'arn:aws:sns:eu-west-1:123456789012:on-call',
    ]);
  },
  'a topic of the pipeline’s own with subscribers': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::SNS::Subscription'), 'Endpoint')).toEqual([
      'on-call@example.com',
      'data@example.com',
    ]);
  },
  'alerts that people are written to': (templates) => {
    expect(all(resourcesOf(templates, 'AWS::SNS::Subscription'), 'Endpoint')).toEqual(['shift@example.com']);
    expect(stackNamed(templates, 'consumer')?.text).toContain('ALERTS_PER_MINUTE');
  },
  'no alerts, and a model that answers requests': (templates) => {
    expect(stackNamed(templates, 'consumer')?.text).not.toMatch(/ALERT|sns:/);
    expect(stackNamed(templates, 'monitoring')?.text).not.toMatch(/alerts-lost|AlertsSent/);
    expect(resourcesOf(templates, 'AWS::SNS::Topic').map(({ at }) => at.split('/')[0])).toEqual(['foundation']);
    expect(all(resourcesOf(templates, 'AWS::Lambda::Function'), 'ENDPOINT_MEMORY_MIB')).toEqual(['4096']);
    expect(resourcesOf(templates, 'AWS::Events::Rule').map(({ at }) => at.split('/')[0])).toEqual(['scoring', 'scoring']);
  },
  'data that goes with its stack': (templates) => {
    expect(templates.filter(({ stack }) => stack.terminationProtection)).toEqual([]);
    expect([...new Set(resourcesOf(templates, ...stateful).map(({ resource }) => resource.DeletionPolicy))]).toEqual(['Delete']);
    for (const { properties } of resourcesOf(templates, 'AWS::DynamoDB::Table')) {
      expect(properties).toMatchObject({ DeletionProtectionEnabled: false });
    }
  },
  'training by hand, outside the network, in an image of one’s own': (templates) => {
    expect(
      resourcesOf(templates, 'AWS::Scheduler::Schedule').map(({ at, properties }) => [at.split('/')[0], properties['State']]),
    ).toEqual([
      ['training', 'DISABLED'],
      ['scoring', 'ENABLED'],
    ]);
    expect(all(resourcesOf(templates, 'AWS::Lambda::Function'), 'TRAINING_IMAGE')).toEqual(
      // What plans, what starts the job, and what registers the model.
      Array.from({ length: 3 }, () => '123456789012.dkr.ecr.eu-west-1.amazonaws.com/plant/xgboost:3.2-0'),
    );
    expect(stackNamed(templates, 'training')?.text).not.toContain('AWS::EC2::SecurityGroup');
  },
};

it('says of each example configuration what sets it apart', () => {
  expect(Object.keys(distinguishes).sort()).toEqual(exampleConfigurations.map(({ name }) => name).sort());
  expect(exampleConfigurations.length).toBeGreaterThanOrEqual(14);
});

describe.each(exampleConfigurations)('$name', ({ name, settings, context = {}, domain }) => {
  const config: PipelineConfig = configurationOf(
    typeof context.stage === 'string' ? context.stage : 'example',
    settings,
    context,
  );
  const pipeline = buildFixture({ settings, context, domain });
  const templates = templatesOf(pipeline);

  it('is what it says', () => {
    distinguishes[name]?.(templates);
  });

  it('makes templates that CloudFormation takes', () => {
    const sizes = templates.map(({ name: stack, text, resources }) => ({
      stack,
      bytes: text.length,
      resources: Object.keys(resources).length,
    }));
    expect(sizes.filter(({ bytes, resources }) => bytes >= limits.templateBytes || resources > limits.resources)).toEqual([]);
  });

  it('is synthesized without a warning of the library', () => {
    const stacks = Stage.of(pipeline.foundation)?.synth().stacks ?? [];
    expect(stacks).toHaveLength(templates.length);
    expect(stacks.flatMap(({ messages }) => messages.filter(({ level }) => ['warning', 'error'].includes(level)))).toEqual([]);
  });

  it('exports nothing', () => {
    expect(
      templates.filter(({ text, outputs }) => text.includes('Fn::ImportValue') || membersNamed(outputs, 'Export').length > 0),
    ).toEqual([]);
  });

  it('bounds every role as configured', () => {
    const roles = resourcesOf(templates, 'AWS::IAM::Role', 'AWS::IAM::User');
    expect(roles.length).toBeGreaterThan(8);
    const boundaries = new Set(roles.map(({ properties }) => JSON.stringify(properties['PermissionsBoundary'] ?? '')));
    expect([...boundaries]).toEqual([
      config.permissionsBoundary === undefined
        ? '""'
        : (expect.stringContaining(`:policy/${config.permissionsBoundary}`) as string),
    ]);
  });

  it('tags every stack, which CloudFormation hands on to what is in it', () => {
    const tags = { ...config.tags, application: config.appName, stage: config.stage, domain: domain.name };
    expect(templates.map(({ stack }) => stack.tags.tagValues())).toEqual(templates.map(() => tags));
  });

  it('is deployed by the bootstrapping that it names', () => {
    expect(templates.map(({ stack }) => stack.synthesizer.bootstrapQualifier)).toEqual(
      templates.map(() => config.bootstrapQualifier),
    );
  });

  it('gives nothing a public address, and opens nothing to the public', () => {
    expect(all(resourcesOf(templates, 'AWS::ECS::Service'), 'AssignPublicIp')).toEqual(['DISABLED']);
    expect(all(resourcesOf(templates, 'AWS::EC2::Subnet'), 'MapPublicIpOnLaunch').filter((value) => value !== false)).toEqual([]);
    // The only addresses are those of the NAT gateways, by which packets go out and none comes in by itself.
    expect(count(templates, 'AWS::EC2::EIP')).toBe(count(templates, 'AWS::EC2::NatGateway'));
    const groups = resourcesOf(templates, 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress');
    const ingress = groups.flatMap(({ resource, properties }) =>
      resource.Type.endsWith('Ingress') ? [properties] : membersNamed(properties, 'SecurityGroupIngress').flat(),
    );
    expect(
      ingress.filter(
        (rule) => membersNamed(rule, 'CidrIp').includes('0.0.0.0/0') || membersNamed(rule, 'CidrIpv6').includes('::/0'),
      ),
    ).toEqual([]);
    const publicBlocks = resourcesOf(templates, 'AWS::S3::Bucket').map(
      ({ properties }) => properties['PublicAccessBlockConfiguration'],
    );
    expect(publicBlocks).toEqual(
      publicBlocks.map(() => ({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })),
    );
    expect(resourcesOf(templates, 'AWS::Lambda::Url')).toEqual([]);
  });

  it('keeps what holds data, unless both opt-ins say otherwise', () => {
    const kept = resourcesOf(templates, ...stateful).filter(
      ({ resource: { DeletionPolicy, UpdateReplacePolicy } }) =>
        ['Retain', 'RetainExceptOnCreate'].includes(DeletionPolicy ?? '') && UpdateReplacePolicy === 'Retain',
    );
    expect(kept).toHaveLength(config.destroysData ? 0 : resourcesOf(templates, ...stateful).length);
  });

  it('holds nothing of the machine that it is made on', () => {
    expect(
      templates.filter(({ text }) => text.includes(tmpdir()) || text.includes(projectRoot)).map(({ name: stack }) => stack),
    ).toEqual([]);
  });

  it('names no partition but its own', () => {
    const given = JSON.stringify(settings);
    const foreign = templates
      .flatMap(({ text }) => text.match(/arn:aws[a-z-]*:[^"\\]*/g) ?? [])
      .filter((arn) => !given.includes(arn));
    const own =
      config.region === undefined
        ? undefined
        : config.region.startsWith('cn-')
          ? 'aws-cn'
          : config.region.startsWith('us-gov-')
            ? 'aws-us-gov'
            : 'aws';
    expect(foreign.filter((arn) => arn.split(':')[1] !== own)).toEqual([]);
  });
});
