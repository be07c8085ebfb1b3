import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { consumerEnvironment, fanOutEnvironment } from '../../core/environment';
import type { PipelineConfig } from '../config/pipeline-config';
import type { EnvironmentOf } from '../shared/environment-of';
import { logGroup } from '../shared/log-group';
import type { PrivateNetwork } from './private-network';

export interface StreamConsumerProps {
  readonly config: PipelineConfig;
  readonly network: PrivateNetwork;
  /** Docker context with `Dockerfile` and the bundle. */
  readonly imageDirectory: string;
  readonly environment: EnvironmentOf<typeof consumerEnvironment> & Partial<EnvironmentOf<typeof fanOutEnvironment>>;
  /** What the task may do. */
  readonly permissions: readonly PolicyStatement[];
}

/** An unprivileged user, by number, so that it needs no entry in the image: `node` in Node.js's own images. */
const unprivilegedUser = '1000';

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

/** The consumer as a Fargate service on ARM64: cheaper per record than x86, and the bundle is JavaScript. */
export class StreamConsumer extends Construct {
  readonly cluster: ICluster;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, { config, network, imageDirectory, environment, permissions }: StreamConsumerProps) {
    super(scope, id);
    const { consumer } = config;
    const taskRole = new Role(this, 'TaskRole', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      inlinePolicies: { Consume: new PolicyDocument({ statements: [...permissions] }) },
    });
    const taskDefinition = new FargateTaskDefinition(this, 'Task', {
      cpu: consumer.cpu,
      memoryLimitMiB: consumer.memoryMiB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole,
    });
    taskDefinition.addContainer('consumer', {
      // The task's architecture does not set the image's: both have to be told.
      image: ContainerImage.fromAsset(imageDirectory, { platform: Platform.LINUX_ARM64 }),
      environment,
      logging: LogDrivers.awsLogs({ streamPrefix: 'consumer', logGroup: logGroup(this, 'Logs', config) }),
      healthCheck: {
        command: [...healthCheckCommand],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(10),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
      // Process 1 has no default for signals: until Node.js has loaded the program and listens, a SIGTERM would be lost on it.
      linuxParameters: new LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      stopTimeout: Duration.seconds(consumer.stopTimeoutSeconds),
      readonlyRootFilesystem: true,
      user: unprivilegedUser,
    });
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc, containerInsightsV2: ContainerInsights.ENABLED });
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.cluster = cluster as ICluster;
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition,
      desiredCount: consumer.tasks,
      vpcSubnets: network.subnets,
      securityGroups: [network.taskSecurityGroup],
      assignPublicIp: false,
      // A deployment starts the new tasks beside the old ones, which hand their shards over as they stop.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
    });
    // The first tasks pull their image through the network: started before its endpoints and routes are there, or before they may
    // log in to the registry, they fail, and three failures roll the whole stack back.
    this.service.node.addDependency(network, taskDefinition.obtainExecutionRole());
  }
}
