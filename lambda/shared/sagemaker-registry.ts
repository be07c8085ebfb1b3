import {
  CreateModelPackageCommand,
  DescribeModelPackageCommand,
  paginateListModelPackages,
  UpdateModelPackageCommand,
  type CreateModelPackageInput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Approval, ModelRegistry, RegisteredModel } from './model-registry';

/** A group of the Model Registry of Amazon SageMaker. */
export class SageMakerRegistry implements ModelRegistry {
  constructor(
    private readonly sagemaker: SageMakerClient,
    readonly group: string,
  ) {}

  async *versions(filter: { readonly approval?: Approval; readonly createdAfter?: number }): AsyncIterable<RegisteredModel> {
    const request = {
      ModelPackageGroupName: this.group,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      ...(filter.approval !== undefined && { ModelApprovalStatus: filter.approval }),
      ...(filter.createdAfter !== undefined && { CreationTimeAfter: new Date(filter.createdAfter) }),
    } as const;
    for await (const page of paginateListModelPackages({ client: this.sagemaker }, request)) {
      for (const { ModelPackageArn: arn, ModelPackageStatus: status } of page.ModelPackageSummaryList ?? []) {
        // A version whose deletion is under way, or which was never made, is none.
        if (arn !== undefined && (status === undefined || status === 'Completed')) {
          yield await this.describe(arn);
        }
      }
    }
  }

  async create(request: Omit<CreateModelPackageInput, 'ModelPackageGroupName'>): Promise<string> {
    const { ModelPackageArn: arn = '' } = await this.sagemaker.send(
      new CreateModelPackageCommand({ ...request, ModelPackageGroupName: this.group }),
    );
    return arn;
  }

  async describe(arn: string): Promise<RegisteredModel> {
    const found = await this.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
    const modelUri = found.InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
    return {
      arn,
      version: found.ModelPackageVersion ?? 0,
      approval: found.ModelApprovalStatus ?? 'PendingManualApproval',
      ...(found.ApprovalDescription !== undefined && { approvalDescription: found.ApprovalDescription }),
      ...(modelUri !== undefined && { modelUri }),
      metadata: found.CustomerMetadataProperties ?? {},
    };
  }

  async explain(arn: string, approvalDescription: string): Promise<void> {
    await this.sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn: arn, ApprovalDescription: approvalDescription }));
  }
}
