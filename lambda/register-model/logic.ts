import { trainingErrors } from '../../core/training-error';
import { errorName, typedApiError } from '../shared/api-error';
import { packageMetadata, type Approval, type ModelRegistry, type RegisteredModel } from '../shared/model-registry';
import type { RegisterModelEvent } from './event';
import { clipped } from './package-limits';
import { packageRequest, type ServedBy } from './package-request';

/** What the function answers. */
export interface Registered {
  readonly modelPackageArn: string;
  readonly version: number;
  /** As the registry has it: a model that was registered before keeps what was decided then, by the rule or by a person. */
  readonly approval: Approval;
  /** False when the model of this job was registered before. */
  readonly created: boolean;
}

/**
 * Registers a model, once: a job's model that is in the registry is left as it is.
 * @throws TrainingError `ThrottlingException` or `ServiceUnavailable`, which pass; `RegistrationInvalid`, `ResourceLimitExceeded` or
 *   `TrainingAccessDenied`, which do not
 */
export async function registerModel(registry: ModelRegistry, servedBy: ServedBy, event: RegisterModelEvent): Promise<Registered> {
  try {
    const { model, created } = await registered(registry, servedBy, event);
    // What a person has said stays.
    if (model.approvalDescription === undefined) {
      await registry.explain(model.arn, clipped(event.verdict.reason));
    }
    return { modelPackageArn: model.arn, version: model.version, approval: model.approval, created };
  } catch (error: unknown) {
    throw typedApiError(error, `model package group ${registry.group}`, trainingErrors.registrationInvalid);
  }
}

async function registered(
  registry: ModelRegistry,
  servedBy: ServedBy,
  event: RegisterModelEvent,
): Promise<{ readonly model: RegisteredModel; readonly created: boolean }> {
  const before = await find(registry, event);
  if (before !== undefined) {
    return { model: before, created: false };
  }
  try {
    return { model: await registry.describe(await registry.create(packageRequest(event, servedBy))), created: true };
  } catch (error: unknown) {
    // The token was used, by a call whose reply was lost, or by a run beside this one.
    const meanwhile = errorName(error) === 'ConflictException' ? await find(registry, event) : undefined;
    if (meanwhile === undefined) {
      throw error;
    }
    return { model: meanwhile, created: false };
  }
}

/** The job's model, among those that were registered after the job was created. */
async function find(registry: ModelRegistry, { record }: RegisterModelEvent): Promise<RegisteredModel | undefined> {
  const filter = record.createdAt === undefined ? {} : { createdAfter: Date.parse(record.createdAt) };
  for await (const model of registry.versions(filter)) {
    if (model.metadata[packageMetadata.jobName] === record.jobName) {
      return model;
    }
  }
  return undefined;
}
