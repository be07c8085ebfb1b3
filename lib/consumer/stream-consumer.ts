import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Peer, Port, SecurityGroup, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  Capability,
  CfnClusterCapacityProviderAssociations,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { alertEnvironment, consumerEnvironment, deviceStateEnvironment, fanOutEnvironment } from '../../core/environment';
import type { PipelineConfig } from '../config/pipeline-config';
import type { EnvironmentOf } from '../shared/environment-of';
import type { Foundation } from '../shared/foundation';
import { logGroup } from '../shared/log-group';
import { capacityProviderStrategy } from './capacity';
import { executionRole } from './execution-role';
import { TaskScaling } from './task-scaling';

export interface StreamConsumerProps {
  readonly config: PipelineConfig;
  readonly foundation: Foundation;
  /** Docker context with `Dockerfile` and the bundle. */
  readonly imageDirectory: string;
  readonly environment: EnvironmentOf<typeof consumerEnvironment> &
    Partial<
      EnvironmentOf<typeof deviceStateEnvironment> &
        EnvironmentOf<typeof fanOutEnvironment> &
        EnvironmentOf<typeof alertEnvironment>
    >;
  /** What the task may do. */
  readonly permissions: readonly PolicyStatement[];
  /** How far behind the reading is, in milliseconds: what the service scales on. */
  readonly lag: IMetric;
}

/** An unprivileged user and group, by number: the image knows no names. Without the group it would be root's. */
const unprivilegedUser = '1000:1000';

/** Where the task answers for its health. No rule of the network lets anybody in from outside: open the task's security group to a scraper. */
export const monitoringPort = 9464;

/**
 * Asks the consumer whether it is healthy. A task that is not is replaced: one whose shard stands still, or that has not reached its
 * lease table for long. The image has a check of its own, which ECS passes over.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
 */
const healthCheckCommand = [
  'CMD',
  'node',
  '-e',
  `fetch('http://127.0.0.1:${monitoringPort}/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
] as const;

/** The task's architecture does not set the image's: both have to be told. */
const architectures = {
  arm64: { task: CpuArchitecture.ARM64, image: Platform.LINUX_ARM64 },
  'x86-64': { task: CpuArchitecture.X86_64, image: Platform.LINUX_AMD64 },
} as const;

/** The consumer as a Fargate service. */
export class StreamConsumer extends Construct {
  readonly cluster: ICluster;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { config, foundation, lag } = props;
    const { consumer } = config;
    const taskDefinition = this.taskDefinition(props);
    const cluster = new Cluster(this, 'Cluster', {
      vpc: foundation.network.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const providers = new CfnClusterCapacityProviderAssociations(this, 'CapacityProviders', {
      cluster: cluster.clusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.cluster = cluster as ICluster;
    const scales = consumer.maxTasks > consumer.tasks;
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition,
      // Left to scaling where there is any: a number here would set a busy service back to it at each deployment. A new service starts
      // one task, and is raised to its least when it is registered for scaling.
      // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
      ...(!scales && { desiredCount: consumer.tasks }),
      capacityProviderStrategies: capacityProviderStrategy(consumer),
      vpcSubnets: foundation.network.subnets,
      securityGroups: [this.securityGroup(foundation)],
      assignPublicIp: false,
      // A deployment starts the new tasks beside the old ones, which hand their shards over as they stop.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      // After a zone has failed or tasks were lost, spreads them over the zones again, the new one before the old one goes.
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      // So that a bill can be read by the pipeline's tags down to its tasks.
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    // Before the service: it names the providers. And after it at deletion: providers that are in use cannot be taken off.
    this.service.node.addDependency(providers);
    if (scales) {
      new TaskScaling(this, 'Scaling', { service: this.service, config: consumer, lag });
    }
  }

  private taskDefinition({
    config,
    foundation,
    imageDirectory,
    environment,
    permissions,
  }: StreamConsumerProps): FargateTaskDefinition {
    const { consumer } = config;
    const architecture = architectures[consumer.architecture];
    const image = new DockerImageAsset(this, 'Image', { directory: imageDirectory, platform: architecture.image });
    const logs = logGroup(this, 'Logs', config, foundation.operationsKey);
    const role = executionRole(this, 'ExecutionRole', { repository: image.repository, logs });
    const taskDefinition = new FargateTaskDefinition(this, 'Task', {
      cpu: consumer.cpu,
      memoryLimitMiB: consumer.memoryMiB,
      runtimePlatform: { cpuArchitecture: architecture.task, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: new Role(this, 'TaskRole', {
        assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
        inlinePolicies: { Consume: new PolicyDocument({ statements: [...permissions] }) },
      }),
      // The role says all that it may, in one place: the library's own grants would come as a policy that the first tasks can outrun.
      executionRole: role.withoutPolicyUpdates(),
    });
    // Process 1 has no default for signals: until Node.js has loaded the program and listens, a SIGTERM would be lost on it.
    const linuxParameters = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);
    taskDefinition.addContainer('consumer', {
      image: ContainerImage.fromDockerImageAsset(image),
      environment,
      logging: LogDrivers.awsLogs({ streamPrefix: 'consumer', logGroup: logs }),
      healthCheck: {
        command: [...healthCheckCommand],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(10),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
      linuxParameters,
      stopTimeout: Duration.seconds(consumer.stopTimeoutSeconds),
      readonlyRootFilesystem: true,
      user: unprivilegedUser,
    });
    return taskDefinition;
  }

  private securityGroup({ network }: Foundation): ISecurityGroup {
    const securityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: network.vpc,
      description: 'Consumer tasks: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS services');
    return securityGroup;
  }
}
