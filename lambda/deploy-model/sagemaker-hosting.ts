import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  paginateListEndpointConfigs,
  paginateListModels,
  UpdateEndpointCommand,
  type SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import { endpointVariant } from '../../core/endpoint-variant';
import { errorName } from '../shared/api-error';
import type { ServingConfig } from './config';
import type { Endpoint, Hosting } from './hosting';

/** Endpoints of Amazon SageMaker. */
export class SageMakerHosting implements Hosting {
  constructor(private readonly sagemaker: SageMakerClient) {}

  async findEndpoint(EndpointName: string): Promise<Endpoint | undefined> {
    const found = await unlessMissing(this.sagemaker.send(new DescribeEndpointCommand({ EndpointName })));
    const pending = found?.PendingDeploymentSummary?.EndpointConfigName;
    return (
      found && {
        status: found.EndpointStatus ?? '',
        configName: found.EndpointConfigName ?? '',
        ...(pending !== undefined && { pendingConfigName: pending }),
        ...(found.FailureReason !== undefined && { failureReason: found.FailureReason }),
      }
    );
  }

  makeModel(ModelName: string, ModelPackageName: string, { modelRoleArn, tags }: ServingConfig): Promise<void> {
    return made(
      () => this.sagemaker.send(new DescribeModelCommand({ ModelName })),
      () =>
        // Neither in the VPC nor isolated: a serverless endpoint can be neither.
        // https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html#serverless-endpoints-exclusions
        this.sagemaker.send(
          new CreateModelCommand({
            ModelName,
            PrimaryContainer: { ModelPackageName },
            ExecutionRoleArn: modelRoleArn,
            Tags: tagsOf(tags),
          }),
        ),
    );
  }

  makeConfig(EndpointConfigName: string, serving: ServingConfig): Promise<void> {
    const { kmsKeyArn, maxConcurrency, memoryMiB, tags } = serving;
    return made(
      () => this.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName })),
      () =>
        this.sagemaker.send(
          new CreateEndpointConfigCommand({
            EndpointConfigName,
            ProductionVariants: [
              {
                VariantName: endpointVariant,
                ModelName: EndpointConfigName,
                ServerlessConfig: { MemorySizeInMB: memoryMiB, MaxConcurrency: maxConcurrency },
              },
            ],
            // Of a serverless endpoint it encrypts the copy of the image.
            // https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-create-config.html
            ...(kmsKeyArn !== undefined && { KmsKeyId: kmsKeyArn }),
            Tags: tagsOf(tags),
          }),
        ),
    );
  }

  async createEndpoint(EndpointConfigName: string, { endpointName: EndpointName, tags }: ServingConfig): Promise<void> {
    await this.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName, Tags: tagsOf(tags) }));
  }

  async updateEndpoint(EndpointName: string, EndpointConfigName: string): Promise<void> {
    await this.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));
  }

  async deleteEndpoint(EndpointName: string): Promise<void> {
    await this.sagemaker.send(new DeleteEndpointCommand({ EndpointName }));
  }

  async namesWith(NameContains: string): Promise<readonly string[]> {
    const names = new Set<string>();
    const paging = { client: this.sagemaker, pageSize: 100 };
    for await (const { EndpointConfigs: configs = [] } of paginateListEndpointConfigs(paging, { NameContains })) {
      configs.forEach(({ EndpointConfigName: name = '' }) => names.add(name));
    }
    for await (const { Models: models = [] } of paginateListModels(paging, { NameContains })) {
      models.forEach(({ ModelName: name = '' }) => names.add(name));
    }
    return [...names];
  }

  async deleteServed(name: string): Promise<void> {
    await unlessMissing(this.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));
    await unlessMissing(this.sagemaker.send(new DeleteModelCommand({ ModelName: name })));
  }
}

/**
 * What SageMaker says of something that is not there is a ValidationException, told from others by its text alone. Only for requests
 * that hold nothing but a name of ours: nothing else can be wrong with them.
 */
async function unlessMissing<Result>(asking: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asking;
  } catch (error: unknown) {
    if (errorName(error) === 'ValidationException') {
      return undefined;
    }
    throw error;
  }
}

/** Makes what is not there. Another run may have made it in between: that it is there is what counts. */
async function made(find: () => Promise<unknown>, make: () => Promise<unknown>): Promise<void> {
  if ((await unlessMissing(find())) !== undefined) {
    return;
  }
  try {
    await make();
  } catch (error: unknown) {
    if ((await unlessMissing(find())) === undefined) {
      throw error;
    }
  }
}

function tagsOf(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
