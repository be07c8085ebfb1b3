import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { consumerEnvironment } from '../../core/environment';
import type { PipelineConfig } from '../config/pipeline-config';
import type { EnvironmentOf } from '../shared/environment-of';
import { logGroup } from '../shared/log-group';
import type { PrivateNetwork } from './private-network';

export interface StreamConsumerProps {
  readonly config: PipelineConfig;
  readonly network: PrivateNetwork;
  /** Docker context with `Dockerfile` and the bundle. */
  readonly imageDirectory: string;
  readonly environment: EnvironmentOf<typeof consumerEnvironment>;
  /** What the task may do. */
  readonly permissions: readonly PolicyStatement[];
}

/** An unprivileged user, by number, so that it needs no entry in the image: `node` in Node.js's own images. */
const unprivilegedUser = '1000';

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
