import { anyText, entityName, integer, list, oneOf, s3Uri, structure, time, type Shape } from '../shapes';

/** Whether a version may be deployed. */
export const approvalStatuses = ['Approved', 'Rejected', 'PendingManualApproval'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

const approvalStatus = oneOf(...approvalStatuses);
const description: Shape = { kind: 'text', max: 1024 };
const packageArn: Shape = {
  kind: 'text',
  min: 1,
  max: 2048,
  pattern: /arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/\S{1,2048}/,
};
const groupNameOrArn: Shape = {
  kind: 'text',
  min: 1,
  max: 170,
  pattern: /(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)/,
};
const packageNameOrArn: Shape = {
  kind: 'text',
  min: 1,
  max: 176,
  pattern: /(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?/,
};
const clientToken: Shape = { kind: 'text', min: 1, max: 36, pattern: /[a-zA-Z0-9-]+/ };

const metadataText = (max: number): Shape => ({ kind: 'text', min: 1, max, pattern: /([\p{L}\p{Z}\p{N}_.:/=+\-@]*)/u });
const metadataKey = metadataText(128);
/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html (CustomerMetadataProperties) */
const metadata: Shape = { kind: 'map', key: metadataKey, value: metadataText(256), max: 50 };

const digest: Shape = { kind: 'text', max: 72, pattern: /[Ss][Hh][Aa]256:[0-9a-fA-F]{64}/ };
const metricsSource = structure(
  { ContentType: { kind: 'text', max: 256 }, ContentDigest: digest, S3Uri: s3Uri },
  'ContentType',
  'S3Uri',
);
const file = structure({ ContentType: { kind: 'text', max: 256 }, ContentDigest: digest, S3Uri: s3Uri }, 'S3Uri');
const metrics = structure({ Statistics: metricsSource, Constraints: metricsSource });

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageContainerDefinition.html */
const container = structure({
  ContainerHostname: entityName,
  Image: { kind: 'text', max: 255, pattern: /\S+/ },
  ImageDigest: digest,
  ModelDataUrl: { kind: 'text', max: 1024, pattern: /(https|s3):\/\/([^/]+)\/?(.*)/ },
  Environment: { kind: 'map', key: { kind: 'text', max: 1024 }, value: { kind: 'text', max: 1024 }, max: 16 },
  Framework: anyText,
  FrameworkVersion: { kind: 'text', min: 3, max: 10, pattern: /[0-9]\.[A-Za-z0-9.-]+/ },
  NearestModelName: anyText,
});

const instanceTypes = list({ kind: 'text', pattern: /ml\.[a-z0-9-]+\.[a-z0-9-]+/ });

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InferenceSpecification.html */
const inferenceSpecification = structure(
  {
    Containers: list(container, 1, 15),
    SupportedTransformInstanceTypes: instanceTypes,
    SupportedRealtimeInferenceInstanceTypes: instanceTypes,
    SupportedContentTypes: list({ kind: 'text', max: 256 }),
    SupportedResponseMIMETypes: list({ kind: 'text', max: 1024, pattern: /[-\w]+\/.+/ }),
  },
  'Containers',
);

/**
 * A version of a group. Without a counterpart here, and refused: packages outside of a group, validation, algorithms of the
 * marketplace, further inference specifications, life cycles.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
 */
export const createModelPackage = structure({
  ModelPackageName: entityName,
  ModelPackageGroupName: groupNameOrArn,
  ModelPackageDescription: description,
  InferenceSpecification: inferenceSpecification,
  ModelApprovalStatus: approvalStatus,
  Tags: list(structure({ Key: { kind: 'text', min: 1, max: 128 }, Value: { kind: 'text', max: 256 } }, 'Key', 'Value'), 0, 50),
  MetadataProperties: structure({
    CommitId: description,
    Repository: description,
    GeneratedBy: description,
    ProjectId: description,
  }),
  ModelMetrics: structure({
    ModelQuality: metrics,
    ModelDataQuality: metrics,
    Bias: structure({ Report: metricsSource, PreTrainingReport: metricsSource, PostTrainingReport: metricsSource }),
    Explainability: structure({ Report: metricsSource }),
  }),
  DriftCheckBaselines: structure({
    Bias: structure({ ConfigFile: file, PreTrainingConstraints: metricsSource, PostTrainingConstraints: metricsSource }),
    Explainability: structure({ Constraints: metricsSource, ConfigFile: file }),
    ModelQuality: metrics,
    ModelDataQuality: metrics,
  }),
  ClientToken: clientToken,
  Domain: anyText,
  Task: anyText,
  SamplePayloadUrl: s3Uri,
  CustomerMetadataProperties: metadata,
  SkipModelValidation: oneOf('All', 'None'),
  SourceUri: { kind: 'text', max: 1024 },
  SecurityConfig: structure({ KmsKeyId: { kind: 'text', max: 2048, pattern: /[a-zA-Z0-9:/_-]*/ } }, 'KmsKeyId'),
  ModelCard: structure({
    ModelCardContent: { kind: 'text', max: 100_000 },
    ModelCardStatus: oneOf('Draft', 'PendingReview', 'Approved', 'Archived'),
  }),
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
export const updateModelPackage = structure(
  {
    ModelPackageArn: packageArn,
    ModelApprovalStatus: approvalStatus,
    ApprovalDescription: description,
    CustomerMetadataProperties: metadata,
    CustomerMetadataPropertiesToRemove: list(metadataKey),
    ClientToken: clientToken,
  },
  'ModelPackageArn',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
export const describeModelPackage = structure(
  { ModelPackageName: packageNameOrArn, IncludedData: oneOf('AllData', 'MetadataOnly') },
  'ModelPackageName',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html */
export const listModelPackages = structure({
  CreationTimeAfter: time,
  CreationTimeBefore: time,
  MaxResults: integer(1, 100),
  NameContains: { kind: 'text', max: 63, pattern: /[a-zA-Z0-9-]+/ },
  ModelApprovalStatus: approvalStatus,
  ModelPackageGroupName: groupNameOrArn,
  ModelPackageType: oneOf('Versioned', 'Unversioned', 'Both'),
  NextToken: { kind: 'text', max: 8192 },
  SortBy: oneOf('Name', 'CreationTime'),
  SortOrder: oneOf('Ascending', 'Descending'),
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackageGroup.html */
export const describeModelPackageGroup = structure({ ModelPackageGroupName: groupNameOrArn }, 'ModelPackageGroupName');
