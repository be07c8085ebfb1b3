import { isMembers, type Members } from '../shapes';

/** A model as CreateModel knows it. */
export interface HostableModel {
  readonly name: string;
  readonly arn: string;
  /** `s3://…/model.tar.gz` */
  readonly dataUrl: string;
  readonly roleArn: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The members as they came, for descriptions. */
  readonly input: Members;
}

/** An endpoint configuration: one serverless variant. */
export interface EndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly variantName: string;
  readonly modelName: string;
  readonly createdAt: number;
  readonly input: Members;
}

export type EndpointStatus = 'Creating' | 'Updating' | 'InService' | 'Failed';

/** An endpoint. Replaced, not changed. */
export interface Endpoint {
  readonly name: string;
  readonly arn: string;
  /** The configuration that serves; of one that was never in service, the one that it was created with. */
  readonly configName: string;
  readonly status: EndpointStatus;
  /** The configuration that it is being brought to. @default - to none */
  readonly pendingConfigName?: string;
  /** Why it could not be created, or updated the last time. @default - nothing is wrong */
  readonly failureReason?: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const hasNames = (value: unknown): value is Members =>
  isMembers(value) && typeof value.name === 'string' && typeof value.arn === 'string' && typeof value.createdAt === 'number';

/** Whether a kept document is a model. */
export function isHostableModel(value: unknown): value is HostableModel {
  return hasNames(value) && typeof value.dataUrl === 'string' && typeof value.roleArn === 'string' && isMembers(value.input);
}

/** Whether a kept document is an endpoint configuration. */
export function isEndpointConfig(value: unknown): value is EndpointConfig {
  return (
    hasNames(value) && typeof value.variantName === 'string' && typeof value.modelName === 'string' && isMembers(value.input)
  );
}

/** Whether a kept document is an endpoint. */
export function isEndpoint(value: unknown): value is Endpoint {
  return hasNames(value) && typeof value.configName === 'string' && typeof value.status === 'string';
}

/** The answer of DescribeEndpoint. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export function describeEndpoint(endpoint: Endpoint, config: EndpointConfig | undefined): Members {
  const [variant] = (config?.input.ProductionVariants ?? []) as readonly Members[];
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    EndpointStatus: endpoint.status,
    ...(endpoint.failureReason !== undefined && { FailureReason: endpoint.failureReason }),
    ...(endpoint.pendingConfigName !== undefined && {
      PendingDeploymentSummary: { EndpointConfigName: endpoint.pendingConfigName, StartTime: endpoint.modifiedAt / 1000 },
    }),
    ...(endpoint.status !== 'Creating' &&
      endpoint.status !== 'Failed' &&
      variant !== undefined && {
        ProductionVariants: [
          {
            VariantName: variant.VariantName,
            CurrentWeight: variant.InitialVariantWeight ?? 1,
            DesiredWeight: variant.InitialVariantWeight ?? 1,
            CurrentServerlessConfig: variant.ServerlessConfig,
          },
        ],
      }),
    CreationTime: endpoint.createdAt / 1000,
    LastModifiedTime: endpoint.modifiedAt / 1000,
  };
}

const eventStatus: Readonly<Record<EndpointStatus, string>> = {
  Creating: 'CREATING',
  Updating: 'UPDATING',
  InService: 'IN_SERVICE',
  Failed: 'FAILED',
};

/**
 * The detail of the event "SageMaker Endpoint State Change".
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-endpoint
 */
export function endpointEventDetail(endpoint: Endpoint): Members {
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    EndpointStatus: eventStatus[endpoint.status],
    ...(endpoint.failureReason !== undefined && { FailureReason: endpoint.failureReason }),
    CreationTime: endpoint.createdAt,
    LastModifiedTime: endpoint.modifiedAt,
    Tags: {},
  };
}
