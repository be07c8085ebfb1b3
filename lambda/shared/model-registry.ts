import type { CreateModelPackageInput } from '@aws-sdk/client-sagemaker';

/** Whether a model may be used: 'PendingManualApproval' waits for a person. */
export type Approval = 'Approved' | 'Rejected' | 'PendingManualApproval';

/** A model in the registry: a version of the pipeline's model package group. */
export interface RegisteredModel {
  readonly arn: string;
  /** Counts from 1 in the group. */
  readonly version: number;
  readonly approval: Approval;
  /** What was said when it was approved or rejected. @default - nothing */
  readonly approvalDescription?: string;
  /** `s3://` URI of `model.tar.gz`. @default - it has none: nothing of this pipeline registered it */
  readonly modelUri?: string;
  /** What was registered with it, by name: `packageMetadata`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Names of what a model is registered with. */
export const packageMetadata = {
  /** The training job's name. */
  jobName: 'job-name',
  /** SHA-256 of the names of the model's features, in their order. */
  featuresHash: 'features-sha256',
  /** `s3://` URI of the data card of its training set. */
  dataCardUri: 'data-card-uri',
} as const;

/** The pipeline's group in the Model Registry. Rejects with the SDK's errors. */
export interface ModelRegistry {
  /** Name of the group. */
  readonly group: string;
  /**
   * Its versions, the newest first, each looked up when it is asked for.
   *
   * @param filter.approval only those. @default - any
   * @param filter.createdAfter in milliseconds since the epoch. @default - of all times
   */
  versions(filter: { readonly approval?: Approval; readonly createdAfter?: number }): AsyncIterable<RegisteredModel>;
  /** Registers a version. @returns its ARN */
  create(request: Omit<CreateModelPackageInput, 'ModelPackageGroupName'>): Promise<string>;
  /** A version by its ARN. */
  describe(arn: string): Promise<RegisteredModel>;
  /** Says why a version is approved, rejected or waits. */
  explain(arn: string, approvalDescription: string): Promise<void>;
}

/**
 * The model in use: the newest one that is approved.
 *
 * @param exceptOf the job name of a plan, whose attempts have a number after it: models that were made on its training set are passed
 *   over, so that a run that is repeated compares with what the first one did. @default - none is
 * @returns undefined when no model is approved
 */
export async function modelInUse(
  registry: Pick<ModelRegistry, 'versions'>,
  exceptOf?: string,
): Promise<RegisteredModel | undefined> {
  for await (const model of registry.versions({ approval: 'Approved' })) {
    const madeBy = model.metadata[packageMetadata.jobName] ?? '';
    if (exceptOf === undefined || (madeBy !== exceptOf && !madeBy.startsWith(`${exceptOf}-`))) {
      return model;
    }
  }
  return undefined;
}
