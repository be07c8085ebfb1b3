import { createHash } from 'node:crypto';
import type { CreateModelPackageInput, ProductionVariantInstanceType, TransformInstanceType } from '@aws-sdk/client-sagemaker';
import type { Domain } from '../../core/domain';
import { featuresHash } from '../shared/features-hash';
import { tuningTags } from '../shared/job/tuned';
import { packageMetadata } from '../shared/model-registry';
import type { RegisterModelEvent } from './event';
import { checkMetadata, clipped } from './package-limits';

/** What a model is served by. */
export interface ServedBy {
  readonly domain: Pick<Domain, 'name' | 'trainingSet'>;
  /** URI of the image: SageMaker's own of XGBoost trains and serves. */
  readonly image: string;
  /** Version of the code that planned the training. */
  readonly codeVersion: string;
}

/** On which instances the model may be served or score in batches; a serverless endpoint needs none of them. */
const instanceTypes = [
  'ml.m5.large',
  'ml.m5.xlarge',
  'ml.m5.2xlarge',
] as const satisfies readonly (ProductionVariantInstanceType & TransformInstanceType)[];

/** What the container takes and gives. @see https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html */
const contentTypes = ['text/csv', 'text/libsvm'] as const;
const responseTypes = ['text/csv', 'application/json', 'application/jsonlines'] as const;

/**
 * The request that registers a model, such that it can be deployed as it is: endpoints, serverless ones too, and batch transform take
 * rows as CSV, features in their order, without a label.
 *
 * @throws TrainingError RegistrationInvalid when SageMaker would not take it
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
 */
export function packageRequest(
  event: RegisterModelEvent,
  { domain, image, codeVersion }: ServedBy,
): Omit<CreateModelPackageInput, 'ModelPackageGroupName'> {
  const { plan, record, verdict, contentHash } = event;
  const metadata = {
    [packageMetadata.jobName]: record.jobName,
    domain: domain.name,
    'window-start': plan.window.start,
    'window-end': plan.window.end,
    cutoff: plan.cutoff,
    revision: String(plan.revision),
    'manifest-uri': plan.manifestUri,
    'manifest-sha256': plan.manifestHash,
    [packageMetadata.dataCardUri]: plan.dataCardUri,
    'evaluation-uri': verdict.evaluationUri,
    'content-hash': contentHash,
    'code-version': codeVersion,
    [packageMetadata.featuresHash]: featuresHash(domain.trainingSet.features),
    ...(record.tuned !== undefined && tuningTags(record.tuned)),
    ...Object.fromEntries(Object.entries(verdict.metrics).map(([name, value]) => [name, String(value)])),
  };
  checkMetadata(metadata);
  return {
    ClientToken: clientToken(record.jobName),
    ModelPackageDescription: clipped(`${domain.trainingSet.doc} Trained by ${record.jobName}.`),
    ModelApprovalStatus: verdict.approval,
    InferenceSpecification: {
      Containers: [{ Image: image, ModelDataUrl: record.modelUri }],
      SupportedContentTypes: [...contentTypes],
      SupportedResponseMIMETypes: [...responseTypes],
      SupportedRealtimeInferenceInstanceTypes: [...instanceTypes],
      SupportedTransformInstanceTypes: [...instanceTypes],
    },
    ModelMetrics: {
      ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: verdict.qualityUri } },
      ModelDataQuality: { Statistics: { ContentType: 'application/json', S3Uri: plan.dataCardUri } },
    },
    MetadataProperties: { GeneratedBy: record.jobArn },
    CustomerMetadataProperties: metadata,
  };
}

/** Names the registration of a job, so that a call that is repeated registers nothing new: 36 characters are allowed. */
function clientToken(jobName: string): string {
  return createHash('sha256').update(jobName).digest('hex').slice(0, 36);
}
