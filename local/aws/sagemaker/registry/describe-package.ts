import type { Members } from '../shapes';
import type { ModelPackage } from './model-package';

/** AWS JSON 1.1 carries times as seconds since the epoch. */
const seconds = (epochMs: number): number => epochMs / 1000;

/** Nothing is scanned or validated here, so there is nothing to wait for. */
const status = { ModelPackageStatus: 'Completed' } as const;
const statusDetails = { ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] } } as const;

/**
 * The answer of DescribeModelPackage. As on AWS, a version has no ModelPackageName.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-details.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html
 */
export function describePackage(model: ModelPackage): Members {
  return {
    ...model.input,
    ModelPackageGroupName: model.group,
    ModelPackageVersion: model.version,
    ModelPackageArn: model.arn,
    CreationTime: seconds(model.createdAt),
    ...status,
    ...statusDetails,
    CertifyForMarketplace: false,
    ModelApprovalStatus: model.approvalStatus,
    ...(model.approvalDescription !== undefined && { ApprovalDescription: model.approvalDescription }),
    ...(Object.keys(model.metadata).length > 0 && { CustomerMetadataProperties: model.metadata }),
    LastModifiedTime: seconds(model.modifiedAt),
  };
}

/**
 * One entry of ListModelPackages.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageSummary.html
 */
export function summarizePackage(model: ModelPackage): Members {
  return {
    ModelPackageGroupName: model.group,
    ModelPackageVersion: model.version,
    ModelPackageArn: model.arn,
    ModelPackageDescription: model.input.ModelPackageDescription,
    CreationTime: seconds(model.createdAt),
    ...status,
    ModelApprovalStatus: model.approvalStatus,
  };
}

/**
 * The detail of the event "SageMaker Model Package State Change".
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
 */
export function packageEventDetail(model: ModelPackage): Members {
  const { ModelPackageDescription, InferenceSpecification, MetadataProperties, ModelMetrics } = model.input;
  return {
    ModelPackageGroupName: model.group,
    ModelPackageVersion: model.version,
    ModelPackageArn: model.arn,
    ModelPackageDescription,
    CreationTime: instant(model.createdAt),
    InferenceSpecification,
    ...status,
    ...statusDetails,
    CertifyForMarketplace: false,
    ModelApprovalStatus: model.approvalStatus,
    MetadataProperties,
    ModelMetrics,
    LastModifiedTime: instant(model.modifiedAt),
  };
}

/** To the second: `2021-02-24T17:00:14Z`. */
function instant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
